"""Sending what is due: claim one row, build it, send it, note what happened."""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from lyceum.core import clock
from lyceum.core.work.leases import LeasePolicy, claim, exhausted, finish, postpone
from lyceum.integrations.email.backends.choosing import mail_connection
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.ports import MailKind, find_kind
from lyceum.integrations.email.services.render import MailRefused, Rendered, render_mail
from lyceum.integrations.email.services.suppress import suppress, suppressed_for

log = logging.getLogger(__name__)

Status = EmailLog.Status
# After the first failure and after the second: a blip, and a mail server's longer maintenance.
BACK_OFF: Final = (timedelta(minutes=1), timedelta(hours=2))
MAILS: Final = LeasePolicy(
    # One at a time: each lease begins right before its mail is sent. Otherwise a slow server would let the leases of
    # the mails behind it end, and they would leave twice.
    batch=1,
    duration=timedelta(seconds=90),
    max_attempts=3,
    back_off=lambda attempt: BACK_OFF[attempt - 1],
)
# How many mails go over one connection.
BATCH: Final = 50


@dataclass(slots=True)
class _Sender:
    """One connection for a batch, opened when the first mail needs it and dropped when it fails."""

    connection: Any = None

    def send(self, rendered: Rendered) -> None:
        if self.connection is None:
            self.connection = mail_connection()
            self.connection.open()
        rendered.message.connection = self.connection
        self.connection.send_messages([rendered.message])

    def drop(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):
                log.info("mail_connection_close_failed")


def send_due(at: datetime) -> int:
    """Send up to a batch of due mails, oldest first; return how many were tried.

    at: the product's time; leases run on the real clock.
    Locks: EmailLog, one at a time and only for the claim.
    """
    sender = _Sender()
    tried = 0
    try:
        while tried < BATCH and (claimed := _claim(at)) is not None:
            _send_one(claimed, sender, at)
            tried += 1
    finally:
        sender.drop()
    return tried


def _claim(at: datetime) -> EmailLog | None:
    """Take the oldest due mail, or one whose sender has died."""
    unsent = EmailLog.objects.filter(status__in=EmailLog.UNDER_WAY)
    claimed = claim(unsent, MAILS, at=at, status=Status.SENDING, last_attempt_at=at, updated_at=clock.now())
    return claimed[0] if claimed else None


def _send_one(row: EmailLog, sender: _Sender, at: datetime) -> None:
    if exhausted(row, MAILS):
        _finish(row, status=Status.FAILED, failed_at=at, error_code="sender_died")
        return
    try:
        rendered = _build(row, at)
        if rendered is None:
            return
        sender.send(rendered)
    except MailRefused as refused:
        _finish(row, status=Status.FAILED, failed_at=at, error_code=refused.code, error_message=str(refused))
    except smtplib.SMTPRecipientsRefused as refused:
        sender.drop()
        _on_recipient_refused(row, refused, at)
    except Exception as error:  # noqa: BLE001 -- builders and back ends fail in any way; the row keeps the mail
        sender.drop()
        _on_failure(row, error, at)
    else:
        _on_sent(row, rendered, at)


def _build(row: EmailLog, at: datetime) -> Rendered | None:
    kind = find_kind(row.kind)
    if kind is None:
        raise LookupError(f"No mail kind is called {row.kind}.")
    if reason := suppressed_for(kind, row.recipient_email):
        _finish(row, status=Status.SKIPPED, error_code=reason)
        return None
    # Committed before the mail leaves: a secret that arrives must be known here.
    with transaction.atomic():
        rendered = _rendered(row, kind, at)
    if rendered is None:
        _finish(row, status=Status.SKIPPED, error_code="not_needed")
    return rendered


def _rendered(row: EmailLog, kind: MailKind, at: datetime) -> Rendered | None:
    content = kind.build(row, at=at)
    return None if content is None else render_mail(row, kind, content, at=at)


def _on_sent(row: EmailLog, rendered: Rendered, at: datetime) -> None:
    message: Any = rendered.message
    status = getattr(message, "anymail_status", None)
    _finish(
        row,
        status=Status.SENT,
        sent_at=at,
        subject=message.subject,
        from_email=message.from_email,
        reply_to=(message.reply_to or [""])[0],
        body_sha256="" if row.secret else rendered.body_sha256,
        provider=_provider_name(message),
        provider_message_id=str(getattr(status, "message_id", None) or message.extra_headers["Message-ID"])[:200],
        error_code="",
        error_message="",
    )


def _on_recipient_refused(row: EmailLog, refused: smtplib.SMTPRecipientsRefused, at: datetime) -> None:
    """A server that says 5xx to an address means it; 4xx may pass later (greylisting, a full mailbox)."""
    code = max((answer[0] for answer in refused.recipients.values()), default=0)
    if code < 500:
        _on_failure(row, refused, at)
        return
    _finish(row, status=Status.BOUNCED, bounced_at=at, bounce_type="hard", error_code=f"smtp_{code}")
    suppress(email=row.recipient_email, reason=Suppression.Reason.HARD_BOUNCE, at=at)


def _on_failure(row: EmailLog, error: Exception, at: datetime) -> None:
    # Only the kind of error is kept: its text may carry an address, or what a builder was about to say.
    code = type(error).__name__[:50]
    log.warning("mail_failed", extra={"mail": str(row.id), "kind": row.kind, "attempt": row.attempts, "error": code})
    given_up = {"status": Status.FAILED, "failed_at": at}
    postpone(row, MAILS, at=at, when_given_up=given_up, status=Status.PENDING, error_code=code, updated_at=clock.now())


def _finish(row: EmailLog, **values: Any) -> None:
    """Note the outcome, unless the lease ended meanwhile and another worker has taken the mail up."""
    finish(row, MAILS, **values, updated_at=clock.now())


def _provider_name(message: Any) -> str:
    connection = type(message.connection)
    return str(getattr(message.connection, "esp_name", "") or connection.__module__.rsplit(".", 1)[-1])[:100]
