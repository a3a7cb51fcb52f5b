"""What the events app holds about a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts.models import User
from lyceum.core.personal_data import register_personal_data
from lyceum.events.models import Event, EventInvitation

EVENT_COLUMNS = ("id", "title", "status", "visibility", "starts_at", "ends_at", "timezone", "created_at")
INVITATION_COLUMNS = ("id", "event_id", "email", "full_name", "status", "sent_at", "registered_at")


def export_events(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the events that a person runs, and the invitations to their verified address."""
    yield "events", list(Event.objects.filter(owner_id=user_id).order_by("created_at").values(*EVENT_COLUMNS))
    yield "invitations", list(_invitations(user_id).order_by("created_at").values(*INVITATION_COLUMNS))


def erase_invitations(user_id: UUID, *, at: datetime) -> None:
    """Forget whom the invitations were for; events stay, because others registered for them."""
    for row in _invitations(user_id):
        row.email, row.full_name, row.token_hash = f"erased@{row.pk}.invalid", "", ""
        row.save(update_fields=["email", "full_name", "token_hash", "updated_at"])


def _invitations(user_id: UUID) -> Any:
    verified = User.all_objects.filter(pk=user_id, email_verified_at__isnull=False).values("email")
    return EventInvitation.objects.filter(email__in=verified)


register_personal_data("events", export=export_events, erase=erase_invitations)
