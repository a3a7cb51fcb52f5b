"""The verbs of mail: `queue_mail`, `resend_mail`, `record_tracking`, `suppress`."""

from lyceum.integrations.email.services.queueing import queue_mail, resend_mail
from lyceum.integrations.email.services.suppressing import lift_suppression, suppress
from lyceum.integrations.email.services.tracking import record_tracking

__all__ = ["lift_suppression", "queue_mail", "record_tracking", "resend_mail", "suppress"]
