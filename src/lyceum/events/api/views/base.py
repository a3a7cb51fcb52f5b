"""What the organizer's event views share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.response import Response

from lyceum.core.api.views import ApiViewSet, Audience
from lyceum.events.models import Event
from lyceum.events.selectors import detailed_event, get_managed_event, with_extensions


class OwnEventViewSet(ApiViewSet):
    """Routes of an organizer's own events; somebody else's event is absent."""

    audience = Audience.ORGANIZER
    scope = "events"

    def answer_event(self, event_id: UUID, *, status: int = 200, include_deleted: bool = False) -> Response:
        """Answer with an event as it now is."""
        event = detailed_event(self.actor, event_id, include_deleted=include_deleted)
        return self.answer(with_extensions(event), status=status)


class NestedViewSet(OwnEventViewSet):
    """Routes below one of the caller's own events: its sessions, ticket types and the like."""

    def own_event(self) -> Event:
        """Return the event of the path.

        Raises: NotFound (404).
        """
        return get_managed_event(self.actor, self.event_id)

    @property
    def event_id(self) -> UUID:
        return self.path_id("event_uuid")

    def verb_arguments(self) -> dict[str, Any]:
        """Return what every verb below an event takes."""
        return {"event_id": self.event_id, "actor": self.actor, "at": self.at}
