"""The address that browsers ask for by themselves."""

from typing import Any

from django.templatetags.static import static
from django.views.generic import RedirectView


class FaviconPage(RedirectView):
    """Leads to the picture, whose name holds a digest in production."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        return static("pages/images/favicon.svg")
