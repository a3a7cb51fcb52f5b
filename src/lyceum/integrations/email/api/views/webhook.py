"""The address that the mail provider posts to."""

from __future__ import annotations

from lyceum.integrations.email.api.inputs import EmailWebhookInput
from lyceum.integrations.email.api.outputs import EmailWebhookOutput
from lyceum.integrations.email.backends.provider_reports import REPORTS
from lyceum.integrations.inbound.api.views.receiving import ReceivingView


class EmailWebhookView(ReceivingView):
    """Take the mail provider's reports: delivered, opened, bounced, marked as spam.

    The request needs the provider's own signature, and no sign-in.
    """

    source_name = REPORTS
    input_serializer_class = EmailWebhookInput
    output_serializer_class = EmailWebhookOutput
