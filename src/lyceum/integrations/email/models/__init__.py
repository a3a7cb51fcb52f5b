"""The outbox and the addresses that must not be written to."""

from lyceum.integrations.email.models.email_log import EmailLog
from lyceum.integrations.email.models.suppression import Suppression

__all__ = ["EmailLog", "Suppression"]
