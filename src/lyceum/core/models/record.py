"""The abstract rows that every aggregate starts from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import models

from lyceum.core.ids import new_id
from lyceum.core.models.fields import RowTimeField


class Record(models.Model):
    """A row with a UUIDv7 key and its own times; `uuid` and `id` are the same value."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = RowTimeField(auto_now_add=True, editable=False)
    updated_at = RowTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True

    @property
    def uuid(self) -> UUID:
        return self.id


RowT = TypeVar("RowT", bound=models.Model, covariant=True)


class SoftDeletedQuerySet(models.QuerySet[RowT]):
    """Rows that leave lists without leaving the database."""

    def alive(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: history would vanish. Use the app's verb, or `hard_delete()` where the data may really go."""
        raise TypeError("Soft-deleted rows are removed by a verb, not by QuerySet.delete().")

    def hard_delete(self) -> int:
        return super().delete()[0]


class AliveManager(models.Manager[RowT]):
    """A manager over the rows that are not deleted.

    A model with its own QuerySet names both of its managers at module level, where the type checker sees them:
    `EventManager = AliveManager.from_queryset(EventQuerySet)` for `objects`, and
    `AllEventsManager = models.Manager.from_queryset(EventQuerySet)` for `all_objects`.
    """

    def get_queryset(self) -> models.QuerySet[RowT]:
        return super().get_queryset().filter(deleted_at__isnull=True)


class SoftDeletedRecord(Record):
    """A row that is hidden rather than removed: `objects` sees the living, `all_objects` everything."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        base_manager_name = "all_objects"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def soft_delete(self, *, at: datetime) -> None:
        self.deleted_at = at
        self.save(update_fields=["deleted_at", "updated_at"])

    def restore(self) -> None:
        self.deleted_at = None
        self.save(update_fields=["deleted_at", "updated_at"])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse, as for the QuerySet."""
        raise TypeError("Soft-deleted rows are removed by a verb, not by delete().")

    def hard_delete(self) -> None:
        super().delete()
