"""What attending an event has earned somebody: the award of one registration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from lyceum.certificates.models import Award
from lyceum.certificates.rules.printed_name import printed_name
from lyceum.core.personal_data import is_erased_address
from lyceum.events.models import Event, EventSession
from lyceum.registrations.models import Registration

_CENT = Decimal("0.01")


def award_of(
    registration: Registration,
    event: Event,
    *,
    sessions: Sequence[EventSession],
    attended: Collection[UUID],
    answers: Sequence[dict[str, str]],
) -> Award:
    """Return the registration's award, not saved.

    sessions: those that count (not cancelled); attended: the ids of those that the person attended.
    answers: label and value of the questions that the organizer wants printed.
    """
    earned = credits_of(event, sessions=sessions, attended=attended)
    starts = event.starts_at.astimezone(event.zone)
    return Award(
        kind=Award.Kind.ATTENDANCE,
        source_id=registration.pk,
        person_id=registration.user_id,
        person_name=printed_name(registration),
        person_email="" if is_erased_address(registration.email) else registration.email,
        subject_kind=Award.SubjectKind.EVENT,
        subject_id=event.pk,
        subject_title=event.title,
        earned_on=starts.date(),
        credits=earned,
        credit_type=event.cpd_credit_type if earned is not None else "",
        hours=hours_of(registration, event),
        skill_tags=event.skill_tags,
        wording={
            "attendee_title": registration.professional_title,
            "attendee_organization": registration.organization_name,
            "event_end_date": _last_day(event).isoformat(),
            "event_datetime": starts.isoformat(),
            "event_timezone": event.timezone,
            "event_duration_minutes": event.duration_minutes,
            "cpd_accreditation": event.cpd_accreditation_note if earned is not None else "",
            "organizer_name": event.owner.public_organizer_name,
            "organizer_email": event.owner.organizer_contact_email,
            "attendance_minutes": registration.attendance_or_blank.minutes,
            "attendance_percent": registration.attendance_or_blank.percent,
            "custom_fields": list(answers),
        },
    )


def credits_of(event: Event, *, sessions: Sequence[EventSession], attended: Collection[UUID]) -> Decimal | None:
    """Return the credits that were earned, or None where the event gives none.

    Whoever meets the attendance rule of an event with one session gets its credits in full. With several, each
    session gives its own credits, else its share of the event's by length, and those attended are added up;
    somebody let through by hand, without a session on record, gets all.
    """
    if not event.cpd_enabled or event.cpd_credit_value is None:
        return None
    full = Decimal(event.cpd_credit_value)
    if len(sessions) < 2 and not any(one.cpd_credit_value_override is not None for one in sessions):
        return full.quantize(_CENT)
    shares = _shares(full, sessions)
    earned = [share for session, share in zip(sessions, shares, strict=True) if session.pk in attended]
    return sum(earned or shares, Decimal(0)).quantize(_CENT)


def hours_of(registration: Registration, event: Event) -> Decimal:
    """Return the hours that were attended; those of the event where nobody measured them."""
    minutes = registration.attendance_or_blank.minutes or event.duration_minutes
    return (Decimal(minutes) / 60).quantize(_CENT)


def _shares(full: Decimal, sessions: Sequence[EventSession]) -> list[Decimal]:
    minutes = sum(session.duration_minutes for session in sessions) or 1
    return [
        Decimal(session.cpd_credit_value_override)
        if session.cpd_credit_value_override is not None
        else full * session.duration_minutes / minutes
        for session in sessions
    ]


def _last_day(event: Event) -> date:
    """Return the day of the last part; an evening that ends past midnight stays one day."""
    end = event.ends_at if event.ends_at - event.starts_at > timedelta(hours=16) else event.starts_at
    return end.astimezone(event.zone).date()
