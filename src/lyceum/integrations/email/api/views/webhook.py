"""The address that the mail provider posts to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError

from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import MethodNotAllowed, ParseRefused, PayloadTooLarge, Refusal, ServiceUnavailable
from lyceum.core.http.refusals import json_refusal
from lyceum.integrations.email.api.inputs import EmailWebhookInput
from lyceum.integrations.email.api.outputs import EmailWebhookOutput
from lyceum.integrations.email.backends.provider_reports import ReportNotSigned, read_reports
from lyceum.integrations.email.services import record_tracking


class EmailWebhookView(ApiView):
    """Takes the mail provider's reports of what became of mails: delivered, opened, bounced, marked as spam. Each is
    signed by the provider, and needs no sign-in.
    """

    tag = "Webhooks"

    audience = Audience.SIGNED
    authentication_classes = ()
    throttle_classes = ()
    throttle_scope_name = None
    answers_stored = False
    input_serializer_class = EmailWebhookInput
    output_serializer_class = EmailWebhookOutput
    success_statuses: ClassVar[dict[str, int]] = {"post": 200}
    refusals: ClassVar[dict[str, tuple[type[Refusal], ...]]] = {
        "*": (ReportNotSigned, PayloadTooLarge, ServiceUnavailable, MethodNotAllowed)
    }

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Go past the framework's reading of bodies: the provider's reader wants the raw one."""
        try:
            if request.method != "POST":
                raise MethodNotAllowed
            return self.post(request)
        except Refusal as refusal:
            return json_refusal(refusal)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take a report from the mail provider.

        The body has the provider's own form.
        """
        _check_size(request)
        for report in read_reports(request):
            record_tracking(
                provider_message_id=report.provider_message_id,
                outcome=report.outcome,
                bounce_type=report.bounce_type,
                at=clock.now(),
            )
        return JsonResponse({"status": "received"})


def _check_size(request: HttpRequest) -> None:
    try:
        if int(request.headers.get("content-length") or 0) > settings.WEBHOOK_MAX_BYTES:
            raise PayloadTooLarge
        if len(request.body) > settings.WEBHOOK_MAX_BYTES:
            raise PayloadTooLarge
    except (ValueError, UnreadablePostError, OSError) as error:
        raise ParseRefused from error
