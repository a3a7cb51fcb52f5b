"""Who may do what to an account: its owner, and the product itself."""

from uuid import UUID

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified, NotFound, PermissionDenied


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


def require_may_remove_second_factor(actor: Actor, user: User, *, is_superuser: bool) -> None:
    """Refuse anybody but staff, on their own account, and on those of other staff unless they are a superuser.

    Raises: PermissionDenied (403).
    """
    if not actor.is_staff or actor.user_id == user.pk or (user.may_have_rights and not is_superuser):
        raise PermissionDenied(
            "Only a superuser takes the second factor off somebody of the staff, and nobody their own."
        )
