"""Mails enter here: a row in the caller's transaction, and a wake-up after it commits."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, NotFound, PermissionDenied
from lyceum.core.insert_unless_there import insert_unless_there
from lyceum.core.personal_data import is_erased_address
from lyceum.core.work.leases import requeue
from lyceum.core.work.wake_up import wake
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import MailKind, find_kind
from lyceum.integrations.email.services.send import MAILS

# These say nothing to anybody, so an equal mail after them is not a duplicate.
_NEVER_ARRIVED = (EmailLog.Status.FAILED, EmailLog.Status.SKIPPED, EmailLog.Status.BOUNCED)


def queue_mail(
    *,
    kind: str,
    to: str,
    at: datetime,
    about_id: UUID | None = None,
    event_id: UUID | None = None,
    user_id: UUID | None = None,
    name: str = "",
    params: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
    due_at: datetime | None = None,
) -> EmailLog | None:
    """Promise a mail: it leaves, soon after the caller's transaction commits, at least once.

    params: small JSON values that its builder needs (ids, times, never a secret). Put in what makes two
        mails about the same thing different, such as the new time of an event.
    dedupe_key: names this very mail for ever; the second one of that name is not sent. Without it an equal mail
        within the kind's window is a duplicate, unless another mail about the same thing went out between.
    due_at: not before this time.
    Returns: the row, or None for a duplicate, and for an address that was erased with its account.
    """
    found = find_kind(kind)
    if found is None:
        raise LookupError(f"No mail kind is called {kind}.")
    if is_erased_address(to):
        return None
    log = EmailLog(
        kind=kind,
        recipient_email=to,
        recipient_name=name[:255],
        user_id=user_id,
        event_id=event_id,
        about_id=about_id,
        params=params or {},
        secret=found.secret,
        queued_at=at,
        due_at=due_at or at,
    )
    log.dedupe_key = _key(found, log, dedupe_key)
    if log.dedupe_key is None:
        log.save(force_insert=True)
    elif not _save_unless_duplicate(log, found, for_ever=dedupe_key is not None):
        return None
    wake()
    return log


def already_queued(kind: str, names: Iterable[str]) -> set[str]:
    """Return those of the `dedupe_key`s of a kind under which a mail is on its way or has left.

    It asks once, without a write, for what a crowd would try to queue again and again.
    """
    found = find_kind(kind)
    if found is None:
        raise LookupError(f"No mail kind is called {kind}.")
    keys = {_named(found, name): name for name in names}
    counting = EmailLog.objects.filter(dedupe_key__in=keys).exclude(status__in=_NEVER_ARRIVED)
    return {keys[key] for key in counting.values_list("dedupe_key", flat=True) if key is not None}


@transaction.atomic
def resend_mail(*, log_id: UUID, actor: Actor, at: datetime) -> EmailLog:
    """Send a mail once more, with three new attempts.

    Locks: EmailLog.
    Raises: PermissionDenied (403), NotFound (404), InvalidState (409) while it is under way, and where the address was
        erased.
    """
    if not (actor.is_staff or actor.is_system):
        raise PermissionDenied
    log = EmailLog.objects.select_for_update().filter(pk=log_id).first()
    if log is None:
        raise NotFound
    if is_erased_address(log.recipient_email):
        raise InvalidState("This person has deleted their account, and their address with it.")
    if log.status in EmailLog.UNDER_WAY:
        raise InvalidState("This mail is on its way already.")
    unsent = {"status": EmailLog.Status.PENDING, "error_code": "", "error_message": "", "updated_at": clock.now()}
    requeue(EmailLog.objects.filter(pk=log.pk), MAILS, at=at, **unsent)
    log.refresh_from_db()
    wake()
    return log


def _key(kind: MailKind, log: EmailLog, explicit: str | None) -> str | None:
    """The hash under which duplicates meet; a hash, so that it holds no address."""
    if kind.secret:
        return None
    if explicit is not None:
        return _named(kind, explicit)
    if not kind.dedupe_minutes:
        return None
    return _digest(["equal", kind.name, log.recipient_email.strip().lower(), log.about_id, log.event_id, log.params])


def _named(kind: MailKind, name: str) -> str:
    return _digest(["key", kind.name, name])


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _save_unless_duplicate(log: EmailLog, kind: MailKind, *, for_ever: bool) -> bool:
    """Insert the row; when its key is taken, find out whether that still counts and take the key over."""
    for _ in range(3):
        if insert_unless_there(log):
            return True
        holder = EmailLog.objects.filter(dedupe_key=log.dedupe_key).first()
        if holder is None:
            continue
        if _still_counts(holder, kind, log.queued_at, for_ever=for_ever):
            return False
        EmailLog.objects.filter(pk=holder.pk, dedupe_key=log.dedupe_key).update(dedupe_key=None)
    return False


def _still_counts(holder: EmailLog, kind: MailKind, at: datetime, *, for_ever: bool) -> bool:
    if holder.status in _NEVER_ARRIVED:
        return False
    if for_ever:
        return True
    over = holder.queued_at + timedelta(minutes=kind.dedupe_minutes) <= at
    if over and holder.status not in EmailLog.UNDER_WAY:
        return False
    # Told "confirmed", then "cancelled", then "confirmed" again within the hour: the last is news.
    news = EmailLog.objects.filter(
        recipient_email=holder.recipient_email, about_id=holder.about_id, queued_at__gte=holder.queued_at
    ).exclude(pk=holder.pk)
    return holder.about_id is None or not news.exists()
