"""Who may do what with events. Rows that are not theirs are absent already (`visible_to`)."""

from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified, NotAuthenticated, PermissionDenied


def check_may_create(actor: Actor) -> None:
    """Raises: NotAuthenticated (401), PermissionDenied (403), EmailNotVerified (403)."""
    check_may_manage(actor)
    if actor.is_user and not actor.email_verified:
        raise EmailNotVerified


def check_may_manage(actor: Actor) -> None:
    """Raises: NotAuthenticated (401), PermissionDenied (403) for whoever doesn't run events."""
    if actor.is_system:
        return
    if not actor.is_user:
        raise NotAuthenticated
    if not (actor.is_organizer or actor.is_staff):
        raise PermissionDenied("This is for organizers. You can become one in your account.")
