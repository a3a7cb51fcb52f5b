"""An event's registrations as a table, read a piece at a time so that memory stays flat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from lyceum.events.models import EventCustomField
from lyceum.events.rules.custom_answers import read_answer
from lyceum.registrations.models import CustomFieldResponse, Registration
from lyceum.registrations.selectors import attended_column

# Rows of one query; their answers are fetched with a second.
PIECE = 1000
# The column's name, and where it is read. Who has no attendance yet has the same values as somebody absent.
COLUMNS: tuple[tuple[str, str | Coalesce], ...] = (
    ("uuid", "id"),
    ("email", "email"),
    *((name, name) for name in Registration.PERSON_COLUMNS),
    ("status", "status"),
    ("registration_source", "source"),
    ("ticket_type", "ticket_type__name"),
    ("registered_at", "registered_at"),
    ("waitlisted_at", "waitlisted_at"),
    ("promoted_at", "promoted_at"),
    ("cancelled_at", "cancelled_at"),
    ("cancellation_reason", "cancellation_reason"),
    ("checked_in_at", "attendance__checked_in_at"),
    ("attended", attended_column()),
    ("attendance_percent", Coalesce("attendance__percent", 0)),
    ("total_duration_minutes", Coalesce("attendance__minutes", 0)),
    ("join_time", "attendance__first_join_at"),
    ("leave_time", "attendance__last_leave_at"),
    ("attendance_eligible", Coalesce("attendance__eligible", Value(False))),
    ("attendance_override", "attendance__override"),
    ("certificate_issued", "certificate_issued"),
    ("allow_public_verification", "allow_public_verification"),
    ("notes", "notes"),
)


class RegistrationTable:
    """The header and the rows of one export."""

    def __init__(self, rows: QuerySet[Registration, Any], event_id: UUID) -> None:
        self.rows = rows
        # Archived questions keep their column as long as the event exists, because answers may stand below them.
        self.fields = list(EventCustomField.objects.filter(event_id=event_id).order_by("order", "created_at", "id"))

    @property
    def header(self) -> list[str]:
        return [name for name, _ in COLUMNS] + [field.label for field in self.fields]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        after: tuple[Any, Any] | None = None
        while piece := self._piece(after):
            answers = self._answers([row[0] for row in piece])
            for row in piece:
                mine = answers.get(row[0], {})
                yield [*row[:-1], *(mine.get(field.pk) for field in self.fields)]
            after = (piece[-1][-1], piece[-1][0])

    def _piece(self, after: tuple[Any, Any] | None) -> list[tuple[Any, ...]]:
        rows = self.rows.order_by("registered_at", "id")
        if after is not None:
            behind = Q(registered_at__gt=after[0]) | Q(id__gt=after[1])
            rows = rows.filter(behind, registered_at__gte=after[0])
        # The order's own column comes last a second time, so that the next piece can start behind it.
        return list(rows.values_list(*(source for _, source in COLUMNS), "registered_at")[:PIECE])

    def _answers(self, registration_ids: list[UUID]) -> dict[UUID, dict[UUID, Any]]:
        if not self.fields:
            return {}
        kinds = {field.pk: field.field_type for field in self.fields}
        found: dict[UUID, dict[UUID, Any]] = defaultdict(dict)
        rows = CustomFieldResponse.objects.filter(registration_id__in=registration_ids).order_by()
        for registration_id, field_id, value in rows.values_list("registration_id", "field_id", "value"):
            if field_id in kinds:
                found[registration_id][field_id] = read_answer(kinds[field_id], value)
        return found
