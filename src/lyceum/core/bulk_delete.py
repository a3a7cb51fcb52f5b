"""Deleting many rows a batch at a time, so that no lock lasts."""

from typing import Any

from django.db.models import QuerySet

BATCH = 1000


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete an ordered queryset, a thousand rows at a time, and return how many rows went, cascades included."""
    deleted = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model._base_manager.filter(pk__in=ids).delete()[0]  # noqa: SLF001 -- Django's documented API
    return deleted
