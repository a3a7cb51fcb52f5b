"""Notifying people. Every app calls `notify`; which channels there are, and who wants what, is decided here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lyceum.accounts.ports import About, Notification, Recipient, notification_channels, register_notification_channel
from lyceum.accounts.rules.topics import MAIL, Topic
from lyceum.accounts.services.preferences import wanted_channels
from lyceum.integrations.email.services.queue import queue_mail

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
