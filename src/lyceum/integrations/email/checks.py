"""Settings that would only show their mistake when the first mail leaves."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from lyceum.integrations.email.backends.choosing import backend_path


@register
def email_backend_is_known(app_configs: Any, **kwargs: Any) -> list[Error]:
    """EMAIL_BACKEND names something that sends."""
    try:
        backend_path(settings.EMAIL_BACKEND)
    except ValueError as error:
        return [Error(str(error), id="email.E001")]
    return []
