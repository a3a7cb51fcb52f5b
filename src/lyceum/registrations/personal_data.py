"""What registrations holds about a person, and how it forgets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.core.personal_data import register_personal_data
from lyceum.events.models.choices import EventStatus
from lyceum.registrations.models import CustomFieldResponse, GuestLink, Registration
from lyceum.registrations.services.cancel import cancel_rows
from lyceum.registrations.services.seats import lock_event, lock_ticket_types
from lyceum.registrations.services.waiting_list import fill_free_seats

_COLUMNS = (
    "id",
    "event__title",
    "email",
    *Registration.PERSON_COLUMNS,
    "status",
    "source",
    "registered_at",
    "waitlisted_at",
    "promoted_at",
    "cancelled_at",
    "cancellation_reason",
    "checked_in_at",
    "checked_in_where",
    "attended",
    "attendance_percent",
    "total_attendance_minutes",
    "attendance_override",
    "attendance_override_reason",
    "certificate_issued_at",
    "allow_public_verification",
)


def export(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield a person's places and answers."""
    rows = Registration.all_objects.filter(user_id=user_id).order_by("registered_at", "id")
    yield "registrations.json", list(rows.values(*_COLUMNS))
    answers: Any = CustomFieldResponse.objects.filter(registration__user_id=user_id).order_by("created_at", "id")
    yield (
        "registration_answers.json",
        list(answers.values("registration_id", "registration__event__title", "field__label", "value")),
    )


def erase(user_id: UUID, *, at: datetime) -> None:
    """Give back the places that are still ahead, and leave the others without a name.

    Locks: Event by id, each with its TicketType and Registration.
    """
    held = Registration.objects.filter(user_id=user_id, status__in=Registration.CANCELLABLE)
    ahead = held.filter(event__status=EventStatus.PUBLISHED, event__starts_at__gt=at)
    for event_id in sorted(ahead.values_list("event_id", flat=True)):
        event = lock_event(event_id)
        lock_ticket_types(event)
        rows = list(held.filter(event=event).order_by("pk").select_for_update())
        if rows:
            cancel_rows(event, rows, reason="", by="account", actor=Actor.system(), at=at)
            fill_free_seats(event, actor=Actor.system(), at=at)
    mine = Registration.all_objects.filter(user_id=user_id)
    CustomFieldResponse.objects.filter(registration__in=mine).delete()
    GuestLink.objects.filter(registration__in=mine).delete()
    for row in mine.select_for_update():
        for name in Registration.PERSON_COLUMNS:
            setattr(row, name, "")
        row.email, row.full_name = f"deleted-{row.pk}@deleted.invalid", "Deleted User"
        row.cancellation_reason = ""
        row.attendance_override_reason = "Removed." if row.attendance_override is not None else ""
        row.user = None
        row.save(update_fields=_FORGOTTEN)


_FORGOTTEN = (
    "email",
    *Registration.PERSON_COLUMNS,
    "cancellation_reason",
    "attendance_override_reason",
    "user",
    "updated_at",
)


register_personal_data("registrations", export=export, erase=erase)
