"""Ask for a call to a vendor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from lyceum.core.work.wake_up import wake
from lyceum.integrations.outbound.models import OutboundCall
from lyceum.integrations.outbound.ports import find_call_kind

_LONGEST_ID: Final = 100
Id = UUID | str | int | bool


def request_call(
    *, kind: str, args: Mapping[str, Id], at: datetime, about: UUID | None = None, dedupe_key: str | None = None
) -> OutboundCall | None:
    """Write the row of a call in the caller's transaction; a worker makes the call after it commits.

    args: ids and short codes, never a person's data and never a secret.
    about: the row that the call is about.
    dedupe_key: of the calls of a kind with the same key, one is made, until it has failed for good or is purged.
    Returns: the call, or None when one with this key is there already.
    Raises: LookupError when no such kind is declared; TypeError when the arguments hold more than ids.
    """
    declared = find_call_kind(kind)
    row = OutboundCall(
        kind=declared.name,
        vendor=declared.vendor,
        args={name: _plain(name, value) for name, value in args.items()},
        about_id=about,
        dedupe_key=dedupe_key,
        requested_at=at,
        due_at=at,
    )
    if dedupe_key is None:
        row.save(force_insert=True)
    elif not _insert_once(row):
        return None
    wake()
    return row


def _insert_once(row: OutboundCall) -> bool:
    """Insert the row, unless the database says that its key is taken."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _plain(name: str, value: object) -> str | int | bool:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or len(value) > _LONGEST_ID or "@" in value:
        raise TypeError(f"The argument {name} is no id: a call's row holds nobody's data.")
    return value
