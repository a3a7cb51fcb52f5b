"""The page below every optional mail: one button, and no more of them."""

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from lyceum.core.errors import NotFound
from lyceum.core.web.views import PageView
from lyceum.integrations.email.models import Suppression
from lyceum.integrations.email.rules.unsubscribe_links import read_unsubscribe
from lyceum.integrations.email.services.suppress import lift_suppression, suppress


# The link is the permission, and a mail program posts to it by itself (RFC 8058), without any page of ours.
@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribePage(PageView):
    """Shows a button first, because mail scanners open every link."""

    template = "email/unsubscribe.html"
    private = True

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(email=_address(token), stopped=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        email = _address(token)
        if request.POST.get("again"):
            lift_suppression(email=email, reason=Suppression.Reason.UNSUBSCRIBED)
            return self.show(email=email, stopped=False, lifted=True)
        suppress(email=email, reason=Suppression.Reason.UNSUBSCRIBED, at=self.at)
        return self.show(email=email, stopped=True)


def _address(token: str) -> str:
    email = read_unsubscribe(token)
    if email is None:
        raise NotFound("This link isn't complete. Please open it again from the mail.")
    return email
