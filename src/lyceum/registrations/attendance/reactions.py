"""What attendance does on check-ins and no-shows, and on events that end otherwise than by their meeting."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lyceum.core.ledger import reaction
from lyceum.core.work.wake_up import wake
from lyceum.events.facts import EventCompleted, SessionCompleted
from lyceum.events.models import EventSession
from lyceum.events.models.event import FINISHED
from lyceum.registrations.attendance.facts import CheckedIn, CheckedOut
from lyceum.registrations.attendance.services.decide import count_attendance, decide_attendance, decide_for_everybody
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.attendance.services.rebuild_intervals import rebuild_check_ins, rebuild_intervals
from lyceum.registrations.attendance.services.settle import settle_soon
from lyceum.registrations.facts import NoShowSet


@reaction(CheckedIn, name="registrations.note_arrival")
def note_arrival(fact: CheckedIn, *, at: datetime) -> None:
    """Open an interval for somebody who has checked in: it lasts as long as the session, or the event, that it is for.

    Locks: Event, EventSession, Attendance.
    """
    _note_check_ins(fact.event_id, fact.registration_id, at)


@reaction(CheckedOut, name="registrations.note_departure")
def note_departure(fact: CheckedOut, *, at: datetime) -> None:
    """End the interval of somebody who has checked out.

    Locks: Event, EventSession, Attendance.
    """
    _note_check_ins(fact.event_id, fact.registration_id, at)


@reaction(NoShowSet, name="registrations.decide_no_show")
def decide_no_show(fact: NoShowSet, *, at: datetime) -> None:
    """Decide anew about somebody who didn't come after all, or did, and count: only who is confirmed counts.

    Somebody who is confirmed again is announced again, whatever was decided before: certificates may have gone out
    without them.
    Locks: Event, EventSession, Attendance.
    """
    rules = lock_event_rules(fact.event_id)
    before = {} if fact.no_show else {fact.registration_id: False}
    decide_attendance(rules, lock_attendance(fact.event_id, [fact.registration_id]), at=at, before=before)
    count_attendance(rules)


def _note_check_ins(event_id: UUID, registration_id: UUID, at: datetime) -> None:
    rules = lock_event_rules(event_id)
    rows = lock_attendance(event_id, [registration_id])
    rebuild_check_ins(event_id, at=at, registration_id=registration_id)
    if decide_attendance(rules, rows, at=at) and rules.final:
        count_attendance(rules)


@reaction(EventCompleted, name="registrations.settle_event")
def settle_event(fact: EventCompleted, *, at: datetime) -> None:
    """End what is open in the sessions that the organizer ended with the event, and see that all of them settle.

    Locks: Event, EventSession, Attendance.
    """
    lock_event_rules(fact.event_id)
    settle_soon(event_id=fact.event_id, at=at)
    if EventSession.objects.settling().filter(event_id=fact.event_id, ended_by_hand_at__isnull=False).exists():
        rebuild_intervals(fact.event_id, at=at)
        decide_for_everybody(fact.event_id, at=at)
    wake()


@reaction(SessionCompleted, name="registrations.settle_session")
def settle_session(fact: SessionCompleted, *, at: datetime) -> None:
    """As `settle_event`, for one session of an event that goes on."""
    session = EventSession.objects.select_related("event").get(pk=fact.session_id)
    if session.event.status in FINISHED:
        return
    lock_event_rules(fact.event_id)
    settle_soon(event_id=fact.event_id, session_id=fact.session_id, at=at)
    if session.ended_by_hand_at is not None and session.settled_at is None:
        rebuild_intervals(fact.event_id, at=at)
        decide_for_everybody(fact.event_id, at=at)
    wake()
