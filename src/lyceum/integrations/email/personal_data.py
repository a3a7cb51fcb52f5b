"""What mail holds about a person: to whom mails went, and when."""

from datetime import datetime
from uuid import UUID

from lyceum.core.personal_data import Held, about_nobody, register_personal_data
from lyceum.integrations.email.models import EmailLog, Suppression

_TRAVEL = (
    "dedupe_key",
    "from_email",
    "reply_to",
    "body_sha256",
    "provider",
    "provider_message_id",
    "error_code",
    "error_message",
    "bounce_type",
)

MAILS = Held(
    EmailLog,
    rows=lambda user_id: EmailLog.objects.filter(user_id=user_id).order_by("queued_at"),
    file="mails",
    exported=("kind", "recipient_email", "subject", "status", "queued_at", "sent_at"),
    withheld=dict.fromkeys(("recipient_name", "params"), "The name is the account's; the rest are ids.")
    | dict.fromkeys(_TRAVEL, "How the mail travelled, which says nothing about the person."),
    erased_by_app=("recipient_email", "recipient_name", "subject"),
    kept=dict.fromkeys(("kind", "status", "params"), "That a mail was sent and what became of it; ids only.")
    | dict.fromkeys(_TRAVEL, "How the mail travelled: hashes, our own addresses, the provider's words."),
)


def erase_mails(user_id: UUID, *, at: datetime) -> None:
    """Keep that mails were sent, and when; forget to whom. Mails still to be sent keep their address until then."""
    EmailLog.objects.filter(user_id=user_id).exclude(status__in=EmailLog.UNDER_WAY).update(
        recipient_email=f"erased@{user_id}.invalid", recipient_name="", subject="", updated_at=at
    )


about_nobody("An address that must not be written to has to stay known, whoever it belonged to.", Suppression)
register_personal_data("email", held=(MAILS,), erase=erase_mails)
