"""What accounts holds about a person: the account itself, and the ways to sign in to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q

from lyceum.accounts.models import (
    ApiKey,
    EmailToken,
    NotificationPreference,
    RecoveryCode,
    SecondFactor,
    User,
    UserSession,
)
from lyceum.accounts.services.sessions import end_other_sessions
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models import Fact
from lyceum.core.personal_data import Held, Person, erase_all, erased_address, register_personal_data

_SECRET = "A secret, or its hash: it would help whoever steals the archive."  # noqa: S105 -- a reason
_NOTHING = "Says nothing about the person."

DEVICES = Held(
    UserSession,
    rows=lambda person: UserSession.objects.filter(user_id=person.user_id),
    file="devices.json",
    exported=(
        "id",
        "created_at",
        "updated_at",
        "user",
        "kind",
        "with_second_factor",
        "user_agent",
        "device_type",
        "browser",
        "os",
        "ip_address",
        "last_activity_at",
        "authenticated_at",
        "expires_at",
        "ended_at",
        "end_reason",
    ),
    withheld=dict.fromkeys(("refresh_jti", "auth_hash", "web_session_key"), _SECRET),
    erased={"user_agent": "", "device_type": "", "browser": "", "os": "", "ip_address": None, "web_session_key": ""},
    kept=dict.fromkeys(("kind", "end_reason"), _NOTHING)
    | dict.fromkeys(("refresh_jti", "auth_hash"), "A hash; it opens nothing once the session has ended."),
)
API_KEYS = Held(
    ApiKey,
    rows=lambda person: ApiKey.objects.filter(user_id=person.user_id),
    file="api-keys.json",
    exported=(
        "id",
        "created_at",
        "updated_at",
        "user",
        "name",
        "prefix",
        "scopes",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ),
    withheld={"key_hash": _SECRET},
    deleted=True,
)
LINKS = Held(
    EmailToken,
    rows=lambda person: EmailToken.objects.filter(Q(user_id=person.user_id) | Q(email__in=person.emails)),
    withheld=dict.fromkeys(("purpose", "token_hash", "email"), "A mailed link, listed among the mails."),
    deleted=True,
)
SECOND_FACTORS = Held(
    SecondFactor,
    rows=lambda person: SecondFactor.objects.filter(user_id=person.user_id),
    file="second-factor.json",
    exported=("id", "created_at", "updated_at", "user", "started_at", "confirmed_at"),
    withheld={"secret": _SECRET},
    deleted=True,
)
RECOVERY_CODES = Held(
    RecoveryCode,
    rows=lambda person: RecoveryCode.objects.filter(factor__user_id=person.user_id).order_by("pk"),
    file="recovery-codes.json",
    exported=("id", "created_at", "used_at"),
    withheld={"code_hash": _SECRET},
    deleted=True,
)
PREFERENCES = Held(
    NotificationPreference,
    rows=lambda person: NotificationPreference.objects.filter(user_id=person.user_id).order_by("topic", "channel"),
    file="notification-preferences.json",
    exported=("topic", "channel", "wanted", "updated_at"),
    deleted=True,
)
_BLANKED = (
    "first_name",
    "phone",
    "professional_title",
    "credentials",
    "organization_name",
    "bio",
    "country",
    "website",
    "social_linkedin",
    "social_twitter",
    "social_github",
    "organizer_display_name",
    "organizer_logo_url",
    "organizer_website",
    "organizer_contact_email",
    "organizer_bio",
    "organizer_social_linkedin",
    "organizer_social_twitter",
    "avatar_key",
)
_RIGHTS = ("is_active", "is_staff", "is_superuser", "is_organizer", "is_instructor", "is_organizer_profile_public")
ACCOUNT = Held(
    User,
    rows=lambda person: User.all_objects.filter(pk=person.user_id),
    file="account.json",
    exported=None,
    withheld={"password": _SECRET, "avatar_key": "The picture itself is in the archive."},
    erased=dict.fromkeys(_BLANKED, "")
    | dict.fromkeys(_RIGHTS, False)
    | {
        "last_name": "Deleted User",
        "full_name": "Deleted User",
        "email": lambda user: erased_address(user.pk),
        "email_verified_at": None,
        "password": lambda user: make_password(None),
        "timezone": "UTC",
    },
)


def export_history(person: Person) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what happened to the account."""
    history = Fact.objects.filter(about_id=person.user_id).order_by("occurred_at")
    yield "account-history.json", [dict(row) for row in history.values("name", "occurred_at", "data")]


def erase_sign_ins(person: Person, *, at: datetime) -> None:
    """Sign every device out, and remove the second factor, links, keys and preferences.

    Locks: RecoveryCode, SecondFactor, EmailToken, UserSession, ApiKey.
    """
    erase_all((RECOVERY_CODES, SECOND_FACTORS, LINKS), person, at=at)
    end_other_sessions(
        user_id=person.user_id,
        keep=None,
        actor=Actor.system(),
        at=clock.real_now(),
        reason=UserSession.EndReason.DELETED,
    )
    erase_all((DEVICES, API_KEYS, PREFERENCES), person, at=at)


def erase_account(person: Person, *, at: datetime) -> None:
    """Blank what names the person, free the address for another account, and hide the row."""
    erase_all((ACCOUNT,), person, at=at)
    account = User.all_objects.filter(pk=person.user_id)
    account.update(deleted_at=at)
    for user in account:
        user.groups.clear()
        user.user_permissions.clear()


register_personal_data(
    "sign-ins", held=(SECOND_FACTORS, RECOVERY_CODES, LINKS, DEVICES, API_KEYS, PREFERENCES), erase=erase_sign_ins
)
register_personal_data("account", held=(ACCOUNT,), export=export_history, erase=erase_account)
