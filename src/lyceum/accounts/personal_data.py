"""What accounts holds about a person: the account itself, and the ways to sign in to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from lyceum.accounts.jobs import drop_archives_of
from lyceum.accounts.models import ApiKey, EmailToken, NotificationPreference, User, UserSession
from lyceum.accounts.services.sessions import end_other_sessions
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models import Fact
from lyceum.core.personal_data import Held, erase_all, register_personal_data

_SECRET = "A secret, or its hash: it would help whoever steals the archive."  # noqa: S105 -- a reason
_NOTHING = "Says nothing about the person."

DEVICES = Held(
    UserSession,
    rows=lambda user_id: UserSession.objects.filter(user_id=user_id),
    file="devices.json",
    exported=(
        "id",
        "created_at",
        "updated_at",
        "user",
        "kind",
        "user_agent",
        "device_type",
        "browser",
        "os",
        "ip_address",
        "last_activity_at",
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
    rows=lambda user_id: ApiKey.objects.filter(user_id=user_id),
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
    rows=lambda user_id: EmailToken.objects.filter(user_id=user_id),
    withheld=dict.fromkeys(("purpose", "token_hash", "email"), "A mailed link, listed among the mails."),
    deleted=True,
)
PREFERENCES = Held(
    NotificationPreference,
    rows=lambda user_id: NotificationPreference.objects.filter(user_id=user_id).order_by("topic", "channel"),
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
    "organizer_bio",
    "organizer_social_linkedin",
    "organizer_social_twitter",
    "avatar_key",
)
_RIGHTS = ("is_active", "is_staff", "is_superuser", "is_organizer", "is_instructor", "is_organizer_profile_public")
ACCOUNT = Held(
    User,
    rows=lambda user_id: User.all_objects.filter(pk=user_id),
    file="account.json",
    exported=None,
    withheld={"password": _SECRET, "avatar_key": "The picture itself is in the archive."},
    erased=dict.fromkeys(_BLANKED, "")
    | dict.fromkeys(_RIGHTS, False)
    | {
        "last_name": "Deleted User",
        "full_name": "Deleted User",
        "email": lambda user: f"deleted-{user.pk}@deleted.invalid",
        "email_verified_at": None,
        "password": lambda user: make_password(None),
        "timezone": "UTC",
    },
)


def export_history(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what happened to the account."""
    history = Fact.objects.filter(about_id=user_id).order_by("occurred_at")
    yield "account-history.json", [dict(row) for row in history.values("name", "occurred_at", "data")]


def erase_sign_ins(user_id: UUID, *, at: datetime) -> None:
    """Sign every device out, and remove links, keys, preferences and gathered archives.

    Locks: EmailToken, UserSession, ApiKey.
    """
    erase_all((LINKS,), user_id, at=at)
    end_other_sessions(
        user_id=user_id,
        keep=None,
        actor=Actor.system(),
        at=clock.real_now(),
        reason=UserSession.EndReason.DELETED,
    )
    erase_all((DEVICES, API_KEYS, PREFERENCES), user_id, at=at)
    drop_archives_of(user_id)


def erase_account(user_id: UUID, *, at: datetime) -> None:
    """Blank what names the person, free the address for another account, and hide the row."""
    erase_all((ACCOUNT,), user_id, at=at)
    account = User.all_objects.filter(pk=user_id)
    account.update(deleted_at=at)
    for user in account:
        user.groups.clear()
        user.user_permissions.clear()


register_personal_data("sign-ins", held=(LINKS, DEVICES, API_KEYS, PREFERENCES), erase=erase_sign_ins)
register_personal_data("account", held=(ACCOUNT,), export=export_history, erase=erase_account)
