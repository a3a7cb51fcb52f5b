"""Who may do what with a place."""

from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, PermissionDenied
from lyceum.events.models import Event
from lyceum.registrations.models import Registration


def may_manage(actor: Actor, event: Event) -> bool:
    """Say whether this actor runs the event."""
    return actor.is_system or actor.is_staff or (actor.is_user and event.owner_id == actor.user_id)


def is_own(actor: Actor, registration: Registration) -> bool:
    """Say whether the place is the actor's: by account, or by a link that was mailed to its address."""
    if actor.is_user:
        return registration.user_id == actor.user_id
    return actor.kind == "guest" and actor.email == registration.email


def require_manager(actor: Actor, event: Event) -> None:
    """Raises: NotFound (404) for somebody else's event, PermissionDenied (403) without the role."""
    if not may_manage(actor, event):
        raise NotFound
    if not (actor.is_system or actor.is_staff or actor.is_organizer):
        raise PermissionDenied


def get_managed_event(actor: Actor, event_id: UUID) -> Event:
    """Return an event that this actor runs.

    Raises: NotFound (404).
    """
    event: Event | None = Event.objects.visible_to(actor).filter(pk=event_id).first()
    if event is None:
        raise NotFound
    return event
