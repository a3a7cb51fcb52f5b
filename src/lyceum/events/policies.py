"""Who may do what with events. Rows that are not theirs are absent already (`visible_to`)."""

from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified, NotAuthenticated, PermissionDenied


def check_may_create(actor: Actor) -> UUID:
    """Return whose the new event will be.

    Raises: NotAuthenticated (401), PermissionDenied (403), EmailNotVerified (403).
    """
    check_may_manage(actor)
    if actor.user_id is None:
        raise PermissionDenied("An event belongs to a person.")
    if not actor.email_verified:
        raise EmailNotVerified
    return actor.user_id


def check_may_manage(actor: Actor) -> None:
    """Raises: NotAuthenticated (401), PermissionDenied (403) for whoever doesn't run events."""
    if actor.is_system:
        return
    if not actor.is_user:
        raise NotAuthenticated
    if not (actor.is_organizer or actor.is_staff):
        raise PermissionDenied("This is for organizers. You can become one in your account.")
