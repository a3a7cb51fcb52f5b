"""What higher apps tell registrations, without being known here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import UUIDField, Value

# Returns an expression over a Registration row: the id of its issued certificate, or null.
CertificateColumn = Callable[[], Any]

# Says whether money is taken for an event's tickets: event id → bool.
PaymentsAccepted = Callable[[UUID], bool]

_CERTIFICATE: list[CertificateColumn] = []
_PAYMENTS: list[PaymentsAccepted] = []


def register_certificate_column(column: CertificateColumn) -> None:
    """Register the subquery by which a list of registrations learns its certificates without a query for each."""
    _CERTIFICATE[:] = [column]


def certificate_column() -> Any:
    """Return the registered expression, or null while no app issues certificates."""
    return _CERTIFICATE[0]() if _CERTIFICATE else Value(None, output_field=UUIDField())


def register_payments(accepted: PaymentsAccepted) -> None:
    """Register the app that takes money. From then on, a ticket that costs some gets a held seat.

    Whoever registers calls `confirm_hold` when a seat is paid for, and `release_hold` when paying is given up.
    """
    _PAYMENTS[:] = [accepted]


def payments_accepted(event_id: UUID) -> bool:
    """Say whether this event's tickets can be paid for; never, while no app takes money."""
    return any(accepted(event_id) for accepted in _PAYMENTS)
