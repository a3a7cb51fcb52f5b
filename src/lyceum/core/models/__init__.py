"""The rows of core itself, and the abstract ones that every app builds on."""

from lyceum.core.models.idempotency import IdempotencyKey
from lyceum.core.models.job import Job
from lyceum.core.models.leased import Leased
from lyceum.core.models.ledger import Delivery, Fact
from lyceum.core.models.periodic import PeriodicRun
from lyceum.core.models.record import (
    AliveManager,
    Record,
    SoftDeletedQuerySet,
    SoftDeletedRecord,
)

__all__ = [
    "AliveManager",
    "Delivery",
    "Fact",
    "IdempotencyKey",
    "Job",
    "Leased",
    "PeriodicRun",
    "Record",
    "SoftDeletedQuerySet",
    "SoftDeletedRecord",
]
