"""Who may do what with events. What an actor doesn't manage is absent for them already (`managed_by`)."""

from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified, NotAuthenticated, NotFound, PermissionDenied
from lyceum.core.ownership import may_manage
from lyceum.events.models import Event


def may_organize(actor: Actor) -> bool:
    """Say whether an actor organizes events at all: organizers, staff and the product itself."""
    return actor.manages_everything or actor.has_role("organizer")


def may_manage_event(actor: Actor, event: Event) -> bool:
    """Say whether an actor may manage this event and what belongs to it."""
    return may_manage(actor, event.owner_id)


def require_organizer(actor: Actor) -> None:
    """Raises: NotAuthenticated (401), PermissionDenied (403) for whoever doesn't organize events."""
    if not (actor.is_user or actor.is_system):
        raise NotAuthenticated
    if not may_organize(actor):
        raise PermissionDenied("This is for organizers. You can become one in your account.")


def require_event_creator(actor: Actor) -> UUID:
    """Return the account whose the actor's new event will be.

    Raises: NotAuthenticated (401), PermissionDenied (403), EmailNotVerified (403).
    """
    require_organizer(actor)
    if actor.user_id is None:
        raise PermissionDenied("An event belongs to a person.")
    if not actor.email_verified:
        raise EmailNotVerified
    return actor.user_id


def require_event_manager(actor: Actor, event: Event) -> None:
    """Raises: NotFound (404) for an event that the actor doesn't manage, PermissionDenied (403) without the role."""
    if not may_manage_event(actor, event):
        raise NotFound
    if not may_organize(actor):
        raise PermissionDenied
