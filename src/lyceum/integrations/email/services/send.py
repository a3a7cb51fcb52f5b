"""Sending what is due: claim mails together, then build, send and note each."""

import logging
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from lyceum.core import clock
from lyceum.core.work.batches import do_due
from lyceum.core.work.leases import LeasePolicy, exhausted, finish, held, postpone, still_held
from lyceum.integrations.email.backends.choosing import mail_connection
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.ports import MailKind, find_kind
from lyceum.integrations.email.services.forget import forget_after_last_mail
from lyceum.integrations.email.services.render import MailRefused, Rendered, render_mail
from lyceum.integrations.email.services.suppress import stopped_among, stopping_reason, suppress

log = logging.getLogger(__name__)

Status = EmailLog.Status
# After the first failure and after the second: a blip, and a mail server's longer maintenance.
BACK_OFF: Final = (timedelta(minutes=1), timedelta(hours=2))
MAILS: Final = LeasePolicy(
    # How many mails go over one connection.
    batch=100,
    # A server that takes its time over a mail begun in the tenth second has more than a minute left: when the lease is
    # over, another worker sends the mail once more.
    duration=timedelta(seconds=90),
    max_attempts=3,
    back_off=lambda attempt: BACK_OFF[attempt - 1],
)
# So many mails are built in one transaction, which on SQLite keeps everybody else from writing meanwhile; and what was
# built longer ago than this is built anew, because its address may have been erased or suppressed since.
TOGETHER: Final = 8
FRESH_SECONDS: Final = 2.0


@dataclass(slots=True)
class _Sender:
    """One connection for a batch, opened when the first mail needs it and dropped when it fails.

    claimed: the mails that were claimed together, whose builders read for all of them at once.
    portion: the ids of those of them that were built together, the last time `built_at` (seconds, monotonic).
    built: those of the portion that can leave and haven't left.
    """

    connection: Any = None
    claimed: Sequence[EmailLog] = ()
    portion: frozenset[UUID] = frozenset()
    built: dict[UUID, Rendered] = field(default_factory=dict)
    built_at: float = 0.0

    def prepare(self, claimed: Sequence[EmailLog]) -> None:
        self.claimed, self.portion = claimed, frozenset()

    def build(self, row: EmailLog, at: datetime) -> Rendered | None:
        """Return the mail, built together with those that come next; None, and noted, if it isn't to leave."""
        if row.pk not in self.portion:
            begin = self.claimed.index(row)
            together = self.claimed[begin : begin + TOGETHER]
            self.portion = frozenset(one.pk for one in together)
            self.built = _build_together(together, self.claimed, at) if len(together) > 1 else {}
            self.built_at = monotonic()
        mail = self.built.pop(row.pk, None)
        fresh = mail is not None and monotonic() - self.built_at < FRESH_SECONDS
        return mail if fresh else _build(row, self.claimed, at)

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
    Locks: EmailLog, only while claiming.
    """
    sender = _Sender()
    unsent = EmailLog.objects.filter(status__in=EmailLog.UNDER_WAY)
    try:
        return do_due(
            unsent,
            MAILS,
            lambda row: _send_one(row, sender, at),
            at=at,
            prepare=sender.prepare,
            given_back={"status": Status.PENDING},
            status=Status.SENDING,
            last_attempt_at=at,
            updated_at=clock.now(),
        )
    finally:
        sender.drop()


def _send_one(row: EmailLog, sender: _Sender, at: datetime) -> None:
    if exhausted(row, MAILS):
        _finish(row, status=Status.FAILED, failed_at=at, error_code="sender_died")
        return
    try:
        rendered = sender.build(row, at)
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


def _build_together(together: Sequence[EmailLog], claimed: Sequence[EmailLog], at: datetime) -> dict[UUID, Rendered]:
    """Return some of the claimed mails by their ids, those that nothing stops; none where a single one can't be built.

    What they say is committed before the first of them leaves: a secret that arrives must be known here.
    """
    kinds = {row.pk: kind for row in together if (kind := find_kind(row.kind)) and not exhausted(row, MAILS)}
    rows = [row for row in together if row.pk in kinds]
    built = {}
    try:
        for row in rows:
            _read_for_all(kinds[row.pk], row, claimed)
        with transaction.atomic():
            free = _nothing_stops(rows, kinds)
            for row in rows:
                content = kinds[row.pk].build(row, at=at) if row.pk in free else None
                if content is not None:
                    built[row.pk] = render_mail(row, kinds[row.pk], content, at=at)
    except Exception as error:  # noqa: BLE001 -- builders fail in any way; each is then built alone
        log.info("mails_not_together", extra={"error": type(error).__name__})
        return {}
    return built


def _nothing_stops(rows: Sequence[EmailLog], kinds: Mapping[UUID, MailKind]) -> set[UUID]:
    """Return the ids of the mails whose claims still hold and whose addresses aren't suppressed for their kinds."""
    mine = still_held(EmailLog.objects.all(), rows, MAILS)
    stopped: set[UUID] = set()
    for kind in set(kinds.values()):
        of_kind = [row for row in mine if row.kind == kind.name]
        addresses = stopped_among(kind, {row.recipient_email for row in of_kind})
        stopped |= {row.pk for row in of_kind if row.recipient_email in addresses}
    return {row.pk for row in mine} - stopped


def _build(row: EmailLog, claimed: Sequence[EmailLog], at: datetime) -> Rendered | None:
    kind = find_kind(row.kind)
    if kind is None:
        raise LookupError(f"No mail kind is called {row.kind}.")
    _read_for_all(kind, row, claimed)
    # Committed before the mail leaves: a secret that arrives must be known here.
    with transaction.atomic():
        mine = held(row, MAILS).values_list(stopping_reason(kind, row.recipient_email)).first()
        # An account that was deleted a moment ago takes its mails with it.
        content = kind.build(row, at=at) if mine == (None,) else None
        rendered = None if content is None else render_mail(row, kind, content, at=at)
    if rendered is None:
        _finish(row, status=Status.SKIPPED, error_code=mine[0] if mine and mine[0] else "not_needed")
    return rendered


def _read_for_all(kind: MailKind, row: EmailLog, claimed: Sequence[EmailLog]) -> None:
    """Read what a mail is about, and what the mails of its kind are about that were claimed with it."""
    if kind.read is None or row.about is not None:
        return
    alike = [other for other in claimed if other.kind == kind.name and other.about is None] or [row]
    found = kind.read({other.about_id for other in alike if other.about_id is not None})
    for other in alike:
        other.about = found.get(other.about_id) if other.about_id is not None else None


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
    if _finish(row, status=Status.BOUNCED, bounced_at=at, bounce_type="hard", error_code=f"smtp_{code}"):
        suppress(email=row.recipient_email, reason=Suppression.Reason.HARD_BOUNCE, at=at)


def _on_failure(row: EmailLog, error: Exception, at: datetime) -> None:
    # Only the kind of error is kept: its text may carry an address, or what a builder was about to say.
    code = type(error).__name__[:50]
    log.warning("mail_failed", extra={"mail": str(row.id), "kind": row.kind, "attempt": row.attempts, "error": code})
    given_up = {"status": Status.FAILED, "failed_at": at}
    failed = {"status": Status.PENDING, "error_code": code, "updated_at": clock.now()}
    with transaction.atomic():
        if postpone(row, MAILS, at=at, when_given_up=given_up, **failed):
            _forget_if_last(row)


def _finish(row: EmailLog, **values: Any) -> bool:
    """Note the outcome, unless the lease ended meanwhile: another worker has the mail, or its address was erased."""
    kind = find_kind(row.kind)
    if kind is None or not kind.last:
        return finish(row, MAILS, **values, updated_at=clock.now())
    with transaction.atomic():
        mine = finish(row, MAILS, **values, updated_at=clock.now())
        if mine:
            forget_after_last_mail(row, at=clock.now())
    return mine


def _forget_if_last(row: EmailLog) -> None:
    kind = find_kind(row.kind)
    if kind is not None and kind.last:
        forget_after_last_mail(row, at=clock.now())


def _provider_name(message: Any) -> str:
    connection = type(message.connection)
    return str(getattr(message.connection, "esp_name", "") or connection.__module__.rsplit(".", 1)[-1])[:100]
