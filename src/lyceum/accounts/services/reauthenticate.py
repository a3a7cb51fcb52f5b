"""Asking people to prove once more who they are, before what could cost them the account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lyceum.accounts.models import UserSession
from lyceum.accounts.services.locking import get_account
from lyceum.accounts.services.sign_in import confirm_password
from lyceum.core.actors import Actor
from lyceum.core.errors import NotAuthenticated
from lyceum.core.fresh_sign_in import require_fresh_sign_in

PURPOSE = "reauthenticate"


def confirm_identity(*, actor: Actor, password: str, address: str, at: datetime) -> None:
    """Let on whoever signed in lately, or sends the password along.

    It hashes, so it is called before the transaction that does what was asked.
    password: blank where none was sent. address: the caller's IP address. at: on the real clock.
    Raises: ReauthenticationRequired (403), ValidationRefused (422) for a wrong password, RateLimited (429).
    """
    if not password:
        require_fresh_sign_in(actor, at=at)
        return
    if actor.user_id is None:
        raise NotAuthenticated
    user = get_account(actor.user_id)
    confirm_password(user=user, password=password, purpose=PURPOSE, address=address, field="password")


def reauthenticate(*, session_id: UUID | None, password: str, address: str, actor: Actor, at: datetime) -> None:
    """Take the password once more; the session counts as just signed in from now on.

    session_id: the session in use. at: on the real clock.
    Raises: ValidationRefused (422) for a wrong password, RateLimited (429), NotAuthenticated (401).
    """
    if actor.user_id is None or session_id is None:
        raise NotAuthenticated
    user = get_account(actor.user_id)
    confirm_password(user=user, password=password, purpose=PURPOSE, address=address, field="password")
    # A password that was changed meanwhile has ended the session, or set its mark anew.
    mine = UserSession.objects.visible_to(actor).alive(at).filter(pk=session_id, auth_hash=user.get_session_auth_hash())
    if not mine.update(authenticated_at=at, updated_at=at):
        raise NotAuthenticated
