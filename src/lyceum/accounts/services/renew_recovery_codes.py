"""Making the recovery codes anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.accounts import mails
from lyceum.accounts.errors import SecondFactorNotActive
from lyceum.accounts.facts import RecoveryCodesRenewed
from lyceum.accounts.models import SecondFactor
from lyceum.accounts.services.locking import lock_unchanged
from lyceum.accounts.services.recovery_codes import issue_codes
from lyceum.accounts.services.second_factor import confirm_owner
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish


def renew_recovery_codes(*, user_id: UUID, address: str, actor: Actor, at: datetime, password: str = "") -> list[str]:
    """Return new recovery codes for the actor, shown once; the old ones open nothing any more.

    Locks: User, then RecoveryCode.
    password: see `confirm_identity`. at: on the real clock.
    Raises: ReauthenticationRequired (403), ValidationRefused (422) for a wrong password, SecondFactorNotActive (409),
        RateLimited (429).
    Publishes: RecoveryCodesRenewed.
    """
    user = confirm_owner(user_id=user_id, password=password, address=address, actor=actor, at=at)
    with transaction.atomic():
        user = lock_unchanged(user)
        factor = SecondFactor.objects.active().filter(user=user).first()
        if factor is None:
            raise SecondFactorNotActive
        codes = issue_codes(factor)
        publish(RecoveryCodesRenewed(user_id=user_id), actor=actor, about=user_id, at=clock.now())
        mails.send_second_factor(user, mails.SecondFactorNews.CODES_RENEWED)
    return codes
