"""Making an account, and proving its address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from lyceum.accounts import mails
from lyceum.accounts.errors import EmailTaken
from lyceum.accounts.facts import EmailVerified, UserRegistered
from lyceum.accounts.models import EmailToken, User, UserSession
from lyceum.accounts.security.attempt_limits import begin_attempt
from lyceum.accounts.security.passwords import check_new_password
from lyceum.accounts.services.email_tokens import consume_token, find_token
from lyceum.accounts.services.end_access import end_access
from lyceum.accounts.services.sessions import SignedIn, open_session
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish


def register_user(
    *,
    email: str,
    password: str,
    first_name: str,
    last_name: str,
    address: str,
    user_agent: str,
    at: datetime,
    kind: UserSession.Kind = UserSession.Kind.API,
) -> SignedIn:
    """Make an account for a new person, sign them in and mail them a link that proves the address.

    address: the caller's IP address. at: on the real clock.
    Raises: EmailTaken (409), ValidationRefused (422), RateLimited (429).
    Publishes: UserRegistered.
    """
    email = email.strip().lower()
    user = User(email=email, first_name=first_name, last_name=last_name)
    check_new_password(password, user=user)
    attempt = begin_attempt(purpose="register", account=email, address=address)
    user.password = make_password(password)
    signed_in = _create(user, address, user_agent, at, kind)
    attempt.succeeded()
    return signed_in


def _create(user: User, address: str, user_agent: str, at: datetime, kind: UserSession.Kind) -> SignedIn:
    try:
        with transaction.atomic():
            if User.all_objects.filter(email=user.email).exists():
                raise EmailTaken
            user.save(force_insert=True)
            publish(UserRegistered(user_id=user.pk), actor=Actor.of(user), about=user.pk, at=clock.now())
            mails.send_verification(user)
            return open_session(user=user, address=address, user_agent=user_agent, at=at, kind=kind)
    except IntegrityError:
        # Somebody took the address between the look and the insert.
        if User.all_objects.filter(email=user.email).exists():
            raise EmailTaken from None
        raise


@transaction.atomic
def verify_email(*, token: str, keep_session: UUID | None, at: datetime) -> User:
    """Prove an address by its mailed link; what was opened before the proof ends.

    Whoever made the account may not be whoever reads the mail: what is linked to the address now must not show in
    the session of somebody who only typed it.

    Locks: User, EmailToken, UserSession, ApiKey.
    keep_session: the session that the proof came with; it stays, if it is the account's own.
    at: on the real clock.
    Raises: LinkInvalid (400), LinkExpired (400).
    Publishes: EmailVerified, ApiKeyRevoked for each key.
    """
    found = find_token(token, purpose=EmailToken.Purpose.VERIFY_EMAIL, at=at)
    user = consume_token(found, at=at)
    if user.email_verified:
        return user
    user.email_verified_at = at
    user.save(update_fields=["email_verified_at", "updated_at"])
    end_access(user, keep_session=keep_session, reason=UserSession.EndReason.VERIFIED, actor=Actor.of(user), at=at)
    publish(EmailVerified(user_id=user.pk), actor=Actor.of(user), about=user.pk, at=clock.now())
    mails.send_welcome(user)
    return user


def resend_verification(*, email: str, address: str, at: datetime) -> None:
    """Mail a new link to an account that hasn't proven its address; say nothing about whether there is one.

    Nobody is looked up here: the mail's row is the same for every address, and who it is for is asked when it is sent.
    Raises: RateLimited (429), alike for known and unknown addresses.
    """
    email = email.strip().lower()
    begin_attempt(purpose="verify", account=email, address=address)
    mails.ask_for_verification(email)
