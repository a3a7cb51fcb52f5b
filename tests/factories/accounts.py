"""People for tests."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from lyceum.accounts.models import ApiKey, NotificationPreference, SecondFactor, User, UserSession
from lyceum.accounts.models.second_factor import PURPOSE
from lyceum.accounts.rules.topics import Topic
from lyceum.core.encryption import encrypt
from lyceum.core.tokens import digest

PASSWORD = "a-long-enough-passphrase"
TOTP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VERIFIED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person with a verified address and the password `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    first_name = "Ada"
    last_name = factory.Sequence(lambda number: f"Lovelace{number}")
    email_verified_at = VERIFIED_AT
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        password = kwargs.pop("password")
        user = model_class(*args, **kwargs)
        user.set_password(password)
        user.save()
        return user


class UnverifiedUserFactory(UserFactory):
    email_verified_at = None


class OrganizerFactory(UserFactory):
    is_organizer = True
    upgraded_to_organizer_at = VERIFIED_AT


class InstructorFactory(UserFactory):
    is_instructor = True
    upgraded_to_instructor_at = VERIFIED_AT


class StaffFactory(UserFactory):
    is_staff = True


def decline(user: User, topic: Topic) -> User:
    """Note that somebody doesn't want to be notified of this."""
    NotificationPreference.objects.create(user=user, topic=topic, wanted=False)
    return user


class UserSessionFactory(factory.django.DjangoModelFactory[UserSession]):
    """A signed-in device, without tokens."""

    class Meta:
        model = UserSession

    user = factory.SubFactory(UserFactory)
    browser = "Firefox"
    os = "Linux"
    device_type = "desktop"
    last_activity_at = factory.LazyFunction(lambda: datetime.now(UTC))
    expires_at = factory.LazyFunction(lambda: datetime.now(UTC) + timedelta(days=7))


class SecondFactorFactory(factory.django.DjangoModelFactory[SecondFactor]):
    """Two-factor sign-in that is on, with the secret `TOTP_SECRET` and no recovery codes."""

    class Meta:
        model = SecondFactor

    user = factory.SubFactory(UserFactory)
    secret = factory.LazyFunction(lambda: encrypt(TOTP_SECRET, purpose=PURPOSE))
    started_at = VERIFIED_AT
    confirmed_at = VERIFIED_AT


def app_code(secret: str = "", *, steps: int = 0) -> str:
    """What the authenticator app shows now, or some steps of 30 seconds away."""
    key = base64.b32decode(secret or TOTP_SECRET)
    at = datetime.now(UTC).timestamp() + 30 * steps
    return TOTP(key, 6, SHA1(), 30).generate(int(at)).decode()


class ApiKeyFactory(factory.django.DjangoModelFactory[ApiKey]):
    """A key whose secret is `lyc_test_<n>`."""

    class Meta:
        model = ApiKey

    class Params:
        secret = factory.Sequence(lambda number: f"lyc_test_{number}")

    user = factory.SubFactory(UserFactory)
    name = "Sync"
    prefix = "lyc_test"
    key_hash = factory.LazyAttribute(lambda row: digest(row.secret))
    scopes = ["events:read"]
    expires_at = factory.LazyFunction(lambda: datetime.now(UTC) + timedelta(days=30))
