"""Identifiers: UUIDv7, so that rows sort by the time they were made."""

import uuid

from uuid_utils import compat


def new_id() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562) as the standard library's type."""
    return compat.uuid7()


def parse_id(text: str) -> uuid.UUID | None:
    """Return the UUID in its usual 36-character form, or None for anything else."""
    if len(text) != 36:
        return None
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    # Python's reader also takes misplaced hyphens, underscores and digits of other scripts.
    return value if str(value) == text.lower() else None
