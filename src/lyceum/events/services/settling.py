"""When the attendance of a session that is over gets decided."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings


def settles_at(over: datetime) -> datetime:
    """Return when a session that was over at this moment settles: late reports have until then to arrive."""
    return over + timedelta(minutes=settings.ATTENDANCE_SETTLE_MINUTES)
