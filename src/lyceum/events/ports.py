"""Where higher apps plug in: what they keep beside an event, whether they use it, and who gets reminded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.events.models import Event, EventReminder


class EventExtension(Protocol):
    """Rows that another app owns for an event, read and written with the event's own JSON.

    `validate` runs before anything is written and returns what `save` gets; `save` and `copy` run in the event's
    transaction; `read` takes one query for a whole page. The app's `api/event_fields.py` says how its keys are sent
    and answered.
    """

    name: str

    def validate(self, *, values: Mapping[str, Any], event: Event, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Return the checked values of its own keys that differ from what is kept. Raises: ValidationRefused (422)."""

    def save(self, *, event: Event, values: Mapping[str, Any], actor: Actor, at: datetime) -> None:
        """Keep them."""

    def read(self, *, event_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """Return its keys of each event."""

    def copy(self, *, source: Event, target: Event, actor: Actor, at: datetime) -> None:
        """Give a duplicate what the original has."""


UsageCheck = Callable[[UUID], bool]
ReminderSender = Callable[..., int]

_EXTENSIONS: dict[str, EventExtension] = {}
_USAGE_CHECKS: dict[str, UsageCheck] = {}
_REMINDER_SENDERS: dict[str, ReminderSender] = {}


def register_extension(extension: EventExtension) -> None:
    """Register an app's rows beside an event, in `apps.ready()`."""
    _EXTENSIONS[extension.name] = extension


def extensions() -> list[EventExtension]:
    """Return every extension, by name."""
    return [_EXTENSIONS[name] for name in sorted(_EXTENSIONS)]


def register_usage_check(name: str, check: UsageCheck) -> None:
    """Register `check(event_id)`: whether the app holds rows, of any state, for which the event must stay."""
    _USAGE_CHECKS[name] = check


def is_used(event: Event) -> bool:
    """Say whether anybody has, or had, a registration or the like for this event."""
    if event.seats_taken or event.registration_count or event.waitlist_sequence:
        return True
    return any(check(event.pk) for check in _USAGE_CHECKS.values())


def register_reminder_sender(name: str, send: ReminderSender) -> None:
    """Register `send(reminder, *, at) -> int`: queue the mails in the caller's transaction, return how many."""
    _REMINDER_SENDERS[name] = send


def send_reminder(reminder: EventReminder, *, at: datetime) -> int:
    """Have every sender queue its mails; return the number of recipients."""
    return sum(send(reminder, at=at) for send in _REMINDER_SENDERS.values())
