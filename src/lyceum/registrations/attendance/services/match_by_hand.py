"""Say by hand to which registration an interval belongs, or take that back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.core.ledger import publish
from lyceum.events.policies import require_event_manager
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.attendance.facts import AttendanceCorrected
from lyceum.registrations.attendance.services.add_marks import add_marks
from lyceum.registrations.attendance.services.decide import count_attendance, decide_attendance
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.attendance.services.match_participant import same_participant
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import AttendanceMark, AttendanceRecord, Registration


@transaction.atomic
def match_attendance(
    *, event_id: UUID, record_id: UUID, registration_id: UUID | None, actor: Actor, at: datetime
) -> AttendanceRecord:
    """Give an interval to a registration, with every other one of the same connection or address; None takes it back.

    What a person said here outlasts every later delivery.
    Locks: Event, EventSession, Attendance by the registrations' ids, AttendanceRecord by id.
    Raises: NotFound (404), ValidationRefused (422) for a registration of another event, NotConfirmed (409).
    Publishes: AttendanceCorrected, and AttendanceDecided where a decision changed.
    """
    event = get_managed_event(actor, event_id)
    require_event_manager(actor, event)
    rules = lock_event_rules(event.pk)
    if registration_id is not None:
        _check_confirmed(event_id, registration_id)
    own = AttendanceRecord.objects.managed_by(actor).of_own_meetings()
    record = own.filter(event_id=event_id, pk=record_id).first()
    if record is None:
        raise NotFound
    together = AttendanceRecord.objects.filter(_same_person(record))
    concerned = set(together.exclude(registration=None).values_list("registration_id", flat=True))
    concerned |= {registration_id} if registration_id else set()
    attendance = lock_attendance(event_id, concerned)
    rows = list(together.select_for_update(of=("self",)).order_by("pk"))
    add_marks([_mark(event_id, *one, registration_id, actor, at) for one in _connections(rows)])
    _write(rows, registration_id, actor, at)
    for one in sorted(concerned):
        what = "matched" if one == registration_id else "unmatched"
        fact = AttendanceCorrected(registration_id=one, event_id=event_id, what=what)
        publish(fact, actor=actor, about=one, at=at)
    decide_attendance(rules, attendance, at=at, actor=actor)
    count_attendance(rules)
    record.refresh_from_db()
    return record


def _check_confirmed(event_id: UUID, registration_id: UUID) -> None:
    row = Registration.objects.filter(event_id=event_id, pk=registration_id).first()
    if row is None:
        raise ValidationRefused({"registration_uuid": ["This event has no such registration."]})
    if row.status != Registration.Status.CONFIRMED:
        raise NotConfirmed


def _same_person(record: AttendanceRecord) -> Q:
    """Return the intervals that go together: the same connection; of those without an owner, the same address too."""
    same = Q(pk=record.pk)
    if record.source == AttendanceRecord.Source.ZOOM:
        own = same_participant([record.participant_key], record.zoom_participant_id)
        same |= own & Q(event_id=record.event_id, meeting_uuid=record.meeting_uuid)
        if record.participant_email and record.registration_id is None:
            same |= Q(event_id=record.event_id, participant_email=record.participant_email, registration__isnull=True)
    return same


def _connections(rows: Iterable[AttendanceRecord]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row.meeting_uuid, row.participant_key) for row in rows))


def _mark(
    event_id: UUID, meeting_uuid: str, key: str, registration_id: UUID | None, actor: Actor, at: datetime
) -> AttendanceMark:
    return AttendanceMark(
        event_id=event_id,
        meeting_uuid=meeting_uuid,
        participant_key=key,
        kind=AttendanceMark.Kind.MATCHED,
        moment=at,
        registration_id=registration_id,
        answer=True,
        made_by_id=actor.user_id,
    )


def _write(rows: Iterable[AttendanceRecord], registration_id: UUID | None, actor: Actor, at: datetime) -> None:
    for row in rows:
        row.registration_id = registration_id
        row.matched_manually = registration_id is not None
        row.matched_at = at if registration_id else None
        row.matched_by_id = actor.user_id if registration_id else None
        # Taken back by a person, it isn't matched again by itself.
        row.set_aside_at = None if registration_id else at
        row.save(
            update_fields=["registration", "matched_manually", "matched_at", "matched_by", "set_aside_at", "updated_at"]
        )
