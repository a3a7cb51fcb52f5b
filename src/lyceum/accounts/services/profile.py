"""What people say about themselves and how they want to be told things."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.accounts.models import User
from lyceum.accounts.models.user import FULL_NAME_LENGTH
from lyceum.accounts.policies import require_owner
from lyceum.accounts.services.locking import lock_user
from lyceum.accounts.services.preferences import set_switches
from lyceum.core.actors import Actor
from lyceum.core.errors import ValidationRefused
from lyceum.core.files import storage
from lyceum.core.files.uploads import CheckedImage, ReadableFile, check_image
from lyceum.core.public_changes import LISTS, note_changes

AVATAR_BYTES = 5 * 1024 * 1024
AVATAR_PIXELS = 24_000_000

# Everything an owner may change. Roles, staff rights and the address are not here, whatever a request says.
OWN_FIELDS = frozenset(
    {
        "first_name",
        "last_name",
        "professional_title",
        "credentials",
        "organization_name",
        "bio",
        "phone",
        "country",
        "timezone",
        "website",
        "social_linkedin",
        "social_twitter",
        "social_github",
    }
)
ORGANIZER_FIELDS = frozenset(
    {
        "organizer_display_name",
        "organizer_logo_url",
        "organizer_website",
        "organizer_contact_email",
        "organizer_bio",
        "organizer_social_linkedin",
        "organizer_social_twitter",
        "is_organizer_profile_public",
    }
)


def save_profile(*, user_id: UUID, changes: dict[str, Any], actor: Actor, at: datetime) -> User:
    """Change fields of the actor's own profile, the picture (`avatar`) among them, or nothing.

    Locks: User.
    Raises: ValidationRefused (422).
    """
    picture = _checked(changes.get("avatar"))
    with transaction.atomic():
        user = update_profile(user_id=user_id, changes=changes, actor=actor, at=at)
        if "avatar" in changes:
            _keep_picture(user, picture)
    return user


@transaction.atomic
def update_profile(*, user_id: UUID, changes: dict[str, Any], actor: Actor, at: datetime) -> User:
    """Change fields and switches of the actor's own profile; `full_name` alone is split at its last space.

    Locks: User.
    Raises: ValidationRefused (422) when the two names together are too long.
    """
    require_owner(actor, user_id)
    user = lock_user(user_id)
    values = _with_names(changes)
    for name in OWN_FIELDS & values.keys():
        setattr(user, name, values[name])
    _refuse_long_name(user)
    _refuse_other_name(user, changes)
    user.save(update_fields=[*(OWN_FIELDS & values.keys()), "updated_at"])
    note_changes(user.pk, LISTS)
    set_switches(user_id, values)
    return user


@transaction.atomic
def update_organizer_profile(*, user_id: UUID, changes: dict[str, Any], actor: Actor, at: datetime) -> User:
    """Change the public page of the actor as an organizer.

    Locks: User.
    """
    require_owner(actor, user_id)
    user = lock_user(user_id)
    names = ORGANIZER_FIELDS & changes.keys()
    for name in names:
        setattr(user, name, changes[name])
    user.save(update_fields=[*names, "updated_at"])
    note_changes(user.pk, LISTS)
    return user


@transaction.atomic
def complete_onboarding(*, user_id: UUID, actor: Actor, at: datetime) -> User:
    """Note that the first steps are done; a second time changes nothing.

    Locks: User.
    """
    require_owner(actor, user_id)
    user = lock_user(user_id)
    if user.onboarding_completed_at is None:
        user.onboarding_completed_at = at
        user.save(update_fields=["onboarding_completed_at", "updated_at"])
    return user


def _checked(picture: ReadableFile | None) -> CheckedImage | None:
    return None if picture is None else check_image(picture, AVATAR_BYTES, AVATAR_PIXELS, field="avatar")


def _keep_picture(user: User, picture: CheckedImage | None) -> None:
    """Store a checked picture, or none; the old one goes once the change is certain."""
    previous = user.avatar_key
    user.avatar_key = storage.store("avatars", picture.content, content_type=picture.content_type) if picture else ""
    user.save(update_fields=["avatar_key", "updated_at"])
    transaction.on_commit(lambda: storage.delete(previous))


def _with_names(changes: dict[str, Any]) -> dict[str, Any]:
    full_name = changes.get("full_name")
    if full_name is None or "first_name" in changes or "last_name" in changes:
        return changes
    first, _, last = full_name.rpartition(" ")
    return changes | (
        {"first_name": first.strip(), "last_name": last} if first else {"first_name": last, "last_name": ""}
    )


def _refuse_other_name(user: User, changes: dict[str, Any]) -> None:
    """Refuse a whole name that was sent with its parts and isn't made of them."""
    if changes.get("full_name") not in (None, f"{user.first_name} {user.last_name}".strip()):
        raise ValidationRefused({"full_name": ["This isn't the first and the last name together; please send either."]})


def _refuse_long_name(user: User) -> None:
    refused = {
        name: ["Please use at most 150 characters."]
        for name in ("first_name", "last_name")
        if len(getattr(user, name)) > 150
    }
    if len(f"{user.first_name} {user.last_name}") > FULL_NAME_LENGTH:
        refused = {"last_name": [f"First and last name together may have {FULL_NAME_LENGTH} characters."]}
    if refused:
        raise ValidationRefused(refused)
