"""Asking people for the name that their certificate lacks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lyceum.accounts.ports import About, Recipient
from lyceum.accounts.services.notify import notify
from lyceum.registrations.models import Registration


def ask_for_names(registrations: Iterable[Registration], *, at: datetime) -> None:
    """Ask each for their name, in the caller's transaction; nobody is asked twice for one registration."""
    for row in registrations:
        person = Recipient(row.email, user_id=row.user_id)
        notify("certificates.name_missing", person, About(row.pk, row.event_id), dedupe_key=str(row.pk), at=at)
