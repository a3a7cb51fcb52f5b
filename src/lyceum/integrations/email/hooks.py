"""What mail registers in the inbox: the provider's reports, and what is done with them."""

from datetime import datetime

from lyceum.integrations.email.backends.provider_reports import OUTCOMES, REPORTS, MailReport, ProviderReports
from lyceum.integrations.email.services.record_report import record_report
from lyceum.integrations.inbound.ports import Outcome, register_handler, register_source


def handle_report(delivery: MailReport, *, at: datetime) -> Outcome:
    """Note what became of a mail, at the moment when its provider said so.

    Locks: EmailLog.
    """
    known = record_report(
        provider_message_id=delivery.provider_message_id,
        outcome=delivery.outcome,
        bounce_type=delivery.bounce_type,
        at=delivery.received_at,
    )
    return Outcome() if known else Outcome(skipped="No mail here has this id.", may_come_later=True)


register_source(ProviderReports())
for _outcome in OUTCOMES:
    register_handler(REPORTS, _outcome, handle_report)
