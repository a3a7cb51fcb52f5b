"""The address that the mail provider posts to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lyceum.integrations.email.api.inputs import EmailWebhookInput
from lyceum.integrations.email.api.outputs import EmailWebhookOutput
from lyceum.integrations.email.backends.provider_reports import REPORTS
from lyceum.integrations.inbound.api.views.receiving import ReceivingView


class EmailWebhookView(ReceivingView):
    """Takes the mail provider's reports of what became of mails: delivered, opened, bounced, marked as spam. Each is
    signed by the provider, and needs no sign-in.
    """

    source_name = REPORTS
    # Some providers send their reports as a form in parts.
    max_upload_bytes: ClassVar[dict[str, int]] = {"post": settings.WEBHOOK_MAX_BYTES}
    input_serializer_class = EmailWebhookInput
    output_serializer_class = EmailWebhookOutput

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take a report from the mail provider.

        The body has the provider's own form.
        """
        return super().post(request)
