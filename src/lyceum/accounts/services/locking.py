"""The account a verb is about, with or without a lock. The User is the first lock of every verb."""

from uuid import UUID

from lyceum.accounts.models import User
from lyceum.core.errors import NotAuthenticated


def lock_user(user_id: UUID | None) -> User:
    """Return an account, locked until the transaction ends.

    Locks: User.
    Raises: NotAuthenticated (401) when it was deleted a moment ago, by another request of its owner.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first() if user_id else None
    if user is None:
        raise NotAuthenticated
    return user


def get_account(user_id: UUID) -> User:
    """Return an account without a lock.

    Raises: NotAuthenticated (401), as `lock_user`.
    """
    user: User | None = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotAuthenticated
    return user
