"""Who may do what to an account: its owner, and the product itself."""

from uuid import UUID

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified, NotFound


def require_owner(actor: Actor, user_id: UUID) -> None:
    """Refuse anybody but the account's owner; to others it isn't there.

    Raises: NotFound (404).
    """
    if not actor.is_system and actor.user_id != user_id:
        raise NotFound


def require_verified(user: User) -> None:
    """Refuse while the address isn't proven.

    Raises: EmailNotVerified (403).
    """
    if not user.email_verified:
        raise EmailNotVerified
