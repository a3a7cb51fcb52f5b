"""Asking people for the name that their certificate lacks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lyceum.integrations.email.services import queue_mail
from lyceum.registrations.models import Registration


def ask_for_names(registrations: Iterable[Registration], *, at: datetime) -> None:
    """Queue a mail that asks each for their name, in the caller's transaction; nobody is asked twice for one place."""
    for row in registrations:
        queue_mail(
            kind="certificates.name_missing",
            to=row.email,
            about_id=row.pk,
            event_id=row.event_id,
            user_id=row.user_id,
            dedupe_key=str(row.pk),
            at=at,
        )
