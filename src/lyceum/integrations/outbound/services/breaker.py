"""The circuit breaker of each vendor: closed, open for a while, then half open for one call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from lyceum.integrations.outbound.models import Breaker

# So many failures in a row open it.
THRESHOLD: Final = 5
# How long it stays open the first time; twice as long each time that the one call fails too.
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=15)
# Whoever tries the one call has this long; then another worker may try.
TRIAL: Final = timedelta(minutes=2)


def find_breaker(vendor: str) -> Breaker:
    """Return the vendor's breaker; a new one is closed, and not stored before the first failure."""
    return Breaker.objects.filter(vendor=vendor).first() or Breaker(vendor=vendor)


def is_open(breaker: Breaker, *, at: datetime) -> bool:
    """Say whether the vendor's calls have to wait now."""
    return breaker.open_until is not None and breaker.open_until > at


def begin_trial(breaker: Breaker, *, at: datetime) -> bool:
    """Take the right to the one call that a half-open breaker lets through; only one worker gets it.

    Returns: True as well when the breaker is closed, and no right is needed.
    """
    if breaker.open_until is None:
        return True
    half_open = Breaker.objects.filter(vendor=breaker.vendor, open_until=breaker.open_until)
    return bool(half_open.update(open_until=at + TRIAL))


def note_success(vendor: str) -> None:
    """Close the breaker: the vendor has answered."""
    troubled = Breaker.objects.filter(vendor=vendor, failures__gt=0)
    # Looked first, because an update takes the only write lock that SQLite has.
    if troubled.exists():
        troubled.update(failures=0, open_until=None)


@transaction.atomic
def note_failure(vendor: str, *, at: datetime) -> None:
    """Count a failure, and open the breaker when there were too many in a row.

    Locks: Breaker.
    """
    Breaker.objects.get_or_create(vendor=vendor)
    mine = Breaker.objects.filter(vendor=vendor)
    mine.update(failures=F("failures") + 1)
    failures = mine.values_list("failures", flat=True).get()
    if failures >= THRESHOLD:
        mine.update(open_until=at + _pause(failures))


def _pause(failures: int) -> timedelta:
    return min(FIRST_PAUSE * 2.0 ** min(failures - THRESHOLD, 10), LONGEST_PAUSE)
