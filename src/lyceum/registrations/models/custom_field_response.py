"""What somebody answered to the event's own questions."""

from django.db import models

from lyceum.core.models import Record


class CustomFieldResponse(Record):
    """One answer, as text; a choice of several is a JSON list."""

    registration = models.ForeignKey(
        "registrations.Registration", on_delete=models.CASCADE, related_name="custom_field_responses", db_index=False
    )
    field = models.ForeignKey("events.EventCustomField", on_delete=models.PROTECT, related_name="responses")
    value = models.TextField(max_length=10_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "field"], name="answer_once_per_question"),
        ]

    def __str__(self) -> str:
        return f"Answer {self.id}"
