"""Notifying people. Every app calls `notify`; which channels there are, and who wants what, is decided here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from lyceum.accounts.ports import About, Notification, Recipient, notification_channels, register_notification_channel
from lyceum.accounts.rules.topics import MAIL, Topic
from lyceum.accounts.services.preferences import wanted_channels
from lyceum.integrations.email.services.queue import already_queued, queue_mail

NOTHING = About()


def notify(
    kind: str,
    person: Recipient,
    about: About = NOTHING,
    *,
    at: datetime,
    topic: Topic | None = None,
    params: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Notify somebody by every channel that they want, in the caller's transaction.

    kind: the name under which each channel knows how to say it, such as a mail's kind.
    topic: what the person may have declined, which costs a query. Leave it out for what can't be declined, and for
        people whom `preferences.wanting` has picked already.
    params: small JSON values that make two notifications about the same thing different; never a secret.
    dedupe_key: names this very notification for ever; a second one of that name is not sent.
    due_at: not before this time.
    Returns: whether any channel has taken it; none does when it is declined or a duplicate.
    """
    notification = Notification(kind, person, about, at=at, params=params or {}, dedupe_key=dedupe_key, due_at=due_at)
    channels = notification_channels()
    names = list(channels) if topic is None else wanted_channels(person.user_id, topic, list(channels))
    taken = [name for name in names if channels[name](notification)]
    return bool(taken)


def notify_at_most_hourly(
    kind: str,
    person: Callable[[], Recipient],
    about: About,
    *,
    happened_at: datetime,
    at: datetime,
    topic: Topic | None = None,
) -> None:
    """Notify of the first such thing of an hour at once, and of all that follow within it together, at its end.

    What is told must be read when it is sent, because it may be more by then; `params` say which hour it is about.
    person: asked for only where something is still to be promised, so that a crowd costs one question each.
    happened_at: when it happened, which names the hour.
    topic: as for `notify`.
    """
    hour = hour_of(happened_at)
    subject = about.row_id or about.event_id
    parts = {f"{subject}:{hour:%Y-%m-%dT%H}:{part}": part for part in ("first", "rest")}
    promised = already_queued(kind, parts)
    for key, part in parts.items():
        if key in promised:
            continue
        due_at = at if part == "first" else max(at, hour + timedelta(hours=1))
        params = {"since": hour.isoformat(), "part": part}
        if notify(kind, person(), about, topic=topic, params=params, dedupe_key=key, due_at=due_at, at=at):
            return


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour whose happenings are told together."""
    return moment.replace(minute=0, second=0, microsecond=0)


def by_mail(notification: Notification) -> bool:
    """Queue the mail of this kind; say whether it is no duplicate."""
    person, about = notification.person, notification.about
    log = queue_mail(
        kind=notification.kind,
        to=person.email,
        name=person.name,
        user_id=person.user_id,
        about_id=about.row_id,
        event_id=about.event_id,
        params=notification.params,
        dedupe_key=notification.dedupe_key,
        due_at=notification.due_at,
        at=notification.at,
    )
    return log is not None


register_notification_channel(MAIL, by_mail)
