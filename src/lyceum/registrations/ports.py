"""What higher apps tell registrations, without being known here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import UUIDField, Value

# Returns an expression over a Registration row: the id of its issued certificate, or null.
CertificateColumn = Callable[[], Any]

_CERTIFICATE: list[CertificateColumn] = []


def register_certificate_column(column: CertificateColumn) -> None:
    """Register the subquery by which a list of places learns its certificates without a query for each."""
    _CERTIFICATE[:] = [column]


def certificate_column() -> Any:
    """Return the registered expression, or null while no app issues certificates."""
    return _CERTIFICATE[0]() if _CERTIFICATE else Value(None, output_field=UUIDField())
