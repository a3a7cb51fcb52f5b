"""The verbs of mail: `queue_mail`, `resend_mail`, `record_report`, `suppress`."""

from lyceum.integrations.email.services.queue import queue_mail, resend_mail
from lyceum.integrations.email.services.record_report import record_report
from lyceum.integrations.email.services.suppress import lift_suppression, suppress

__all__ = ["lift_suppression", "queue_mail", "record_report", "resend_mail", "suppress"]
