"""Whether a registration can be cancelled: the one rule, for the verb, the API and the pages."""

from __future__ import annotations

from datetime import datetime

from lyceum.core.errors import Refusal
from lyceum.events.models import Event
from lyceum.events.models.choices import EventStatus
from lyceum.registrations.errors import AlreadyCancelled, CannotCancel
from lyceum.registrations.models import Registration

_OPEN = (EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.LIVE)


def cancellation_refusal(
    registration: Registration, event: Event, *, by_owner: bool, at: datetime
) -> AlreadyCancelled | CannotCancel | None:
    """Return why this registration can't be cancelled now, or None when it can.

    A person may leave until the event starts, whether or not anybody reported the start; the organizer may still tidy
    up until the event is over. Whoever holds a certificate keeps the registration that it stands on.

    by_owner: whether the person themselves asks; otherwise the organizer does.
    """
    if registration.status == Registration.Status.CANCELLED:
        return AlreadyCancelled()
    if registration.status not in Registration.CANCELLABLE:
        return CannotCancel("Somebody who didn't come can't be cancelled any more.")
    if registration.certificate_issued:
        return CannotCancel("A certificate was issued for this registration. Please revoke it first.")
    if by_owner and (event.status != EventStatus.PUBLISHED or event.starts_at <= at):
        return CannotCancel()
    if event.status not in _OPEN:
        return CannotCancel("This event is over, so its registrations can't be cancelled any more.")
    return None


def can_cancel(registration: Registration, event: Event, *, at: datetime) -> bool:
    """Say whether its owner may cancel this registration now."""
    refusal: Refusal | None = cancellation_refusal(registration, event, by_owner=True, at=at)
    return refusal is None
