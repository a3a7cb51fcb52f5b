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
from lyceum.registrations.services.cancel import release
from lyceum.registrations.services.promote import fill_free_seats
from lyceum.registrations.services.seats import lock_event

_COLUMNS = (
    "id",
    "event__title",
    "email",
    "full_name",
    "professional_title",
    "organization_name",
    "status",
    "source",
    "registered_at",
    "waitlisted_at",
    "promoted_at",
    "cancelled_at",
    "cancellation_reason",
    "certificate_issued_at",
    "allow_public_verification",
)
_HELD = (*Registration.SEATED, Registration.Status.WAITLISTED)


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

    Locks: Event by id, Registration.
    """
    ahead = Registration.objects.filter(
        user_id=user_id, status__in=_HELD, event__status=EventStatus.PUBLISHED, event__starts_at__gt=at
    )
    for event_id in sorted(ahead.values_list("event_id", flat=True)):
        event = lock_event(event_id)
        rows = list(Registration.objects.filter(event=event, user_id=user_id, status__in=_HELD).select_for_update())
        if rows:
            release(event, rows, reason="", by="account", actor=Actor.system(), at=at)
            fill_free_seats(event, actor=Actor.system(), at=at)
    mine = Registration.all_objects.filter(user_id=user_id)
    CustomFieldResponse.objects.filter(registration__in=mine).delete()
    GuestLink.objects.filter(registration__in=mine).delete()
    for row in mine.select_for_update():
        row.email, row.full_name = f"deleted-{row.pk}@deleted.invalid", "Deleted User"
        row.professional_title = row.organization_name = row.cancellation_reason = ""
        row.user = None
        row.save(update_fields=_FORGOTTEN)


_FORGOTTEN = (
    "email",
    "full_name",
    "professional_title",
    "organization_name",
    "cancellation_reason",
    "user",
    "updated_at",
)


register_personal_data("registrations", export=export, erase=erase)
