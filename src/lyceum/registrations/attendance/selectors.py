"""Reading attendance: each read starts from the events that the actor runs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.events.models import EventSession
from lyceum.events.models.choices import SessionStatus
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.attendance.rules.suggestions import Candidate
from lyceum.registrations.models import AttendanceRecord, Registration, SessionAttendance


def unmatched_attendance(actor: Actor, event_id: UUID) -> QuerySet[AttendanceRecord]:
    """Return the intervals at an own event that belong to nobody yet, earliest first.

    Raises: NotFound (404).
    """
    event = get_managed_event(actor, event_id)
    rows = AttendanceRecord.objects.managed_by(actor).filter(event=event).unmatched().of_own_meetings()
    return rows.select_related("session", "registration").order_by("joined_at", "id")


def match_candidates(event_id: UUID) -> list[Candidate]:
    """Return everybody to whom an unmatched interval could belong. The caller has checked whose event it is."""
    rows = Registration.objects.confirmed().filter(event_id=event_id).order_by("full_name", "pk")
    return [Candidate(*row) for row in rows.values_list("pk", "full_name", "email")]


def get_session(actor: Actor, event_id: UUID, session_id: UUID) -> EventSession:
    """Raises: NotFound (404) for a session that isn't of this own event."""
    event = get_managed_event(actor, event_id)
    session = EventSession.objects.filter(event=event, pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def session_attendance(actor: Actor, session: EventSession) -> QuerySet[Registration]:
    """Return who should have been there, each with this session's sum in `sums_here` (a list of none or one)."""
    sums = SessionAttendance.objects.filter(session=session)
    return _expected(actor, session.event_id).prefetch_related(
        Prefetch("session_attendance", queryset=sums, to_attr="sums_here")
    )


def session_totals(session: EventSession) -> dict[str, Any]:
    """Count one session."""
    totals = SessionAttendance.objects.filter(session=session, registration__status="confirmed").aggregate(
        present=Count("pk", filter=Q(attended_seconds__gt=0) | Q(attended=True)),
        attended=Count("pk", filter=Q(attended=True)),
        average_minutes=Avg("total_attendance_minutes"),
    )
    expected = Registration.objects.confirmed().filter(event_id=session.event_id).count()
    return {"registered": expected, **totals}


def event_attendance(actor: Actor, event_id: UUID) -> QuerySet[Registration]:
    """Return everybody with a confirmed registration, each with the sums of every session in `session_attendance`.

    Raises: NotFound (404).
    """
    get_managed_event(actor, event_id)
    return _expected(actor, event_id).prefetch_related(
        Prefetch("session_attendance", queryset=SessionAttendance.objects.order_by("session__starts_at", "session_id"))
    )


def event_totals(event_id: UUID) -> dict[str, Any]:
    """Count a whole event: everybody, then each session, the cancelled ones marked as not counting."""
    rows = Registration.objects.confirmed().filter(event_id=event_id)
    totals = rows.attendance_decided().aggregate(
        registered=Count("pk"),
        attended=Count("pk", filter=Q(attendance__attended=True)),
        eligible=Count("pk", filter=Q(attendance_is_eligible=True)),
        average_percent=Avg(Coalesce("attendance__percent", 0)),
    )
    here = Q(attendance__registration__status="confirmed")
    sessions = (
        EventSession.objects.filter(event_id=event_id)
        .order_by("starts_at", "id")
        .annotate(
            there=Count("attendance", filter=here & Q(attendance__attended=True)),
            average=Avg("attendance__total_attendance_minutes", filter=here),
        )
    )
    totals["unmatched"] = AttendanceRecord.objects.filter(event_id=event_id).unmatched().of_own_meetings().count()
    return {"totals": totals, "sessions": [_session(session, totals["registered"]) for session in sessions]}


def _session(session: Any, registered: int) -> dict[str, Any]:
    return {
        "id": session.pk,
        "uuid": session.pk,
        "session_number": session.session_number,
        "title": session.title,
        "status": session.status,
        "counts": session.status != SessionStatus.CANCELLED,
        "starts_at": session.starts_at,
        "duration_minutes": session.duration_minutes,
        "settled_at": session.settled_at,
        "registered": registered,
        "attended": session.there,
        "average_minutes": session.average,
    }


def _expected(actor: Actor, event_id: UUID) -> QuerySet[Registration]:
    rows = Registration.objects.managed_by(actor).filter(event_id=event_id)
    return rows.confirmed().select_related("attendance").order_by("full_name", "id")
