"""Moments come from PostgreSQL as Django gives them, read by other code."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("2026-11-21 09:00:00+00", datetime(2026, 11, 21, 9, tzinfo=UTC)),
        ("2026-11-21 09:00:00.5+02", datetime(2026, 11, 21, 7, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-21 09:00:00.000001+00", datetime(2026, 11, 21, 9, 0, 0, 1, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(stored: str, expected: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [stored])
        [found] = cursor.fetchone()
    assert (found, found.tzinfo) == (expected, UTC)


@pytest.mark.parametrize("stored", ["infinity", "0044-03-15 12:00:00+00 BC", "10000-01-01 00:00:00+00"])
def test_what_is_no_moment_here_is_refused_as_the_driver_refuses_it(stored: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DataError):
        cursor.execute("SELECT %s::timestamptz", [stored])
        cursor.fetchone()
