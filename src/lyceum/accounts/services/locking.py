"""The account a verb is about, with or without a lock. The User is the first lock of every verb."""

from uuid import UUID

from lyceum.accounts.models import User
from lyceum.core.errors import NotAuthenticated


def lock_user(user_id: UUID | None) -> User:
    """Return an account, locked until the transaction ends.

    Rows that point to the account can be written meanwhile: their foreign keys are checked when they are committed,
    and would else wait for whoever waits for them.
    Locks: User.
    Raises: NotAuthenticated (401) when it was deleted a moment ago, by another request of its owner.
    """
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first() if user_id else None
    if user is None:
        raise NotAuthenticated
    return user


def lock_unchanged(user: User) -> User:
    """Return an account, locked, if sign-in, password and address are still as they were when this row was read.

    What was judged by the row that a request began with isn't done after another request has changed the password:
    it would undo the change, or outlive it.

    Locks: User.
    Raises: NotAuthenticated (401) when one of them has changed meanwhile.
    """
    locked = lock_user(user.pk)
    if (locked.password, locked.email, locked.is_active) != (user.password, user.email, user.is_active):
        raise NotAuthenticated
    return locked


def get_account(user_id: UUID) -> User:
    """Return an account without a lock.

    Raises: NotAuthenticated (401), as `lock_user`.
    """
    user: User | None = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotAuthenticated
    return user
