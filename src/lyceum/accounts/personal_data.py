"""What accounts holds about a person, for the register of personal data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts.jobs import drop_archives_of
from lyceum.accounts.models import ApiKey, User, UserSession
from lyceum.core.models import Fact
from lyceum.core.personal_data import register_personal_data

# Hashes and storage keys say nothing about a person and could help somebody who steals the archive.
_HIDDEN = {
    "password",
    "avatar_key",
    "refresh_jti",
    "auth_hash",
    "web_session_key",
    "key_hash",
    "groups",
    "user_permissions",
}


def export(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the account, its devices, its keys and what happened to it."""
    yield "account.json", _rows(User.objects.filter(pk=user_id))
    yield "devices.json", _rows(UserSession.objects.filter(user_id=user_id))
    yield "api-keys.json", _rows(ApiKey.objects.filter(user_id=user_id))
    history = Fact.objects.filter(about_id=user_id).order_by("occurred_at")
    yield "account-history.json", [dict(row) for row in history.values("name", "occurred_at", "data")]


def erase(user_id: UUID, *, at: datetime) -> None:
    """Drop gathered archives; the account's own rows are blanked by `delete_account` itself."""
    drop_archives_of(user_id)


def _rows(queryset: Any) -> list[dict[str, Any]]:
    columns = queryset.model._meta.concrete_fields  # noqa: SLF001 -- Django documents `_meta`
    names = [field.name for field in columns if field.name not in _HIDDEN]
    return list(queryset.values(*names))


register_personal_data("accounts", export=export, erase=erase)
