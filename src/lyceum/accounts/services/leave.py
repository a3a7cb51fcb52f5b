"""Taking one's data along, and deleting an account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.accounts import mails
from lyceum.accounts.facts import AccountDeleted
from lyceum.accounts.models import User
from lyceum.accounts.policies import require_owner
from lyceum.accounts.services.locking import get_account, lock_unchanged, lock_user
from lyceum.accounts.services.roles import refuse_active_content
from lyceum.accounts.services.sign_in import confirm_password
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.files import storage
from lyceum.core.ledger import publish
from lyceum.core.models import Job
from lyceum.core.personal_data import erase_person
from lyceum.core.work.jobs import start_job

EXPORT_KIND = "accounts.export_data"


@transaction.atomic
def request_export(*, user_id: UUID, actor: Actor, at: datetime) -> Job:
    """Start gathering everything held about the actor; a gathering that still runs is returned instead.

    Locks: User.
    """
    require_owner(actor, user_id)
    lock_user(user_id)
    open_states = [Job.Status.QUEUED, Job.Status.RUNNING]
    running = Job.objects.filter(kind=EXPORT_KIND, owner_id=user_id, status__in=open_states).first()
    return running or start_job(kind=EXPORT_KIND, actor=actor, args={}, at=at, about=user_id)


def delete_account(*, user_id: UUID, password: str, address: str, actor: Actor, at: datetime) -> None:
    """Anonymise the actor's account in every app and hide it; money, attendance and certificates stay.

    Locks: User, EmailToken, UserSession, ApiKey, then what other apps hold.
    at: on the real clock.
    Raises: ValidationRefused (422) for a wrong password, ActiveContent (409), RateLimited (429).
    Publishes: AccountDeleted.
    """
    require_owner(actor, user_id)
    user = get_account(user_id)
    confirm_password(user=user, password=password, purpose="delete", address=address, field="password")
    with transaction.atomic():
        user = lock_unchanged(user)
        refuse_active_content(user_id)
        _erase(user, actor)


def _erase(user: User, actor: Actor) -> None:
    email, proven, avatar_key = user.email, user.email_verified, user.avatar_key
    product_time = clock.now()
    erase_person(user.person, at=product_time)
    publish(AccountDeleted(user_id=user.pk), actor=actor, about=user.pk, at=product_time)
    mails.send_account_deleted(email, proven=proven)
    transaction.on_commit(lambda: storage.delete(avatar_key))
