"""What mail holds about a person: to whom mails went, and when."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from lyceum.core.personal_data import Held, Person, register_personal_data
from lyceum.integrations.email.backends.mail_folder import delete_mails_to
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.services.forget import forget_recipient, forget_suppressed

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


def mails_to(person: Person) -> QuerySet[EmailLog]:
    """Return the mails to the account, and those to a proven address that belonged to no account."""
    to_address = Q(recipient_email__in=person.emails)
    return EmailLog.objects.filter(Q(user_id=person.user_id) | to_address).order_by("queued_at")


MAILS = Held(
    EmailLog,
    rows=mails_to,
    file="mails",
    exported=("kind", "recipient_email", "subject", "status", "queued_at", "sent_at"),
    withheld=dict.fromkeys(("recipient_name", "params"), "The name is the account's; the rest are ids.")
    | dict.fromkeys(_TRAVEL, "How the mail travelled, which says nothing about the person."),
    erased_by_app=("recipient_email", "recipient_name", "subject", "dedupe_key"),
    kept=dict.fromkeys(("kind", "status", "params"), "That a mail was sent and what became of it; ids only.")
    | dict.fromkeys(set(_TRAVEL) - {"dedupe_key"}, "How the mail travelled: hashes, our own addresses, ids."),
)


SUPPRESSED = Held(
    Suppression,
    rows=lambda person: Suppression.objects.about(person.emails).order_by("since"),
    file="suppressed-addresses",
    exported=("reason", "since"),
    withheld={"email": "The account's own; of an address that was erased before, its hash."},
    erased_by_app=("email",),
    kept={"reason": "Why nobody writes there; the address itself stays as a keyed hash alone."},
)


def erase_mails(person: Person, *, at: datetime) -> None:
    """Forget to whom mails went, drop those that are still to be sent, and keep no address that isn't written to.

    Locks: EmailLog by id.
    """
    forget_recipient(mails_to(person), stand_in_id=person.user_id, at=at)
    forget_suppressed(person.emails, at=at)
    if settings.EMAIL_BACKEND == "files":
        transaction.on_commit(partial(delete_mails_to, person.emails))


register_personal_data("email", held=(MAILS, SUPPRESSED), erase=erase_mails)
