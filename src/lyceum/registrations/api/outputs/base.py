"""What the answers about registrations share, whoever reads them.

A serializer runs no query: selectors bring everything.
"""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import ORGANIZER, REGISTRATION
from lyceum.events.rules.custom_answers import read_answer
from lyceum.registrations.models import CustomFieldResponse, Registration

Json = serializers.Serializer[Any]


class OrganizerOutput(Json):
    """Who runs the event."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": ORGANIZER,
        "uuid": ORGANIZER,
        "full_name": "Northern Dental Academy",
        "display_name": "Northern Dental Academy",
    }
    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    display_name = serializers.CharField(source="public_organizer_name", help_text="The same as `full_name`.")
    full_name = serializers.CharField(
        source="public_organizer_name", help_text="The name that the organizer shows in public."
    )


class RegisteredEventOutput(Json):
    """The event that a registration is for."""

    schema_example: ClassVar[dict[str, Any]] = {"status": "published"}

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    title = serializers.CharField()
    slug = serializers.CharField()
    status = serializers.CharField()
    event_type = serializers.CharField()
    category = serializers.CharField(source="event_type")
    format = serializers.CharField()
    location = serializers.CharField(source="public_location")
    visibility = serializers.CharField()
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    timezone = serializers.CharField()
    cpd_enabled = serializers.BooleanField()
    cpd_credit_type = serializers.CharField()
    cpd_credit_value = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    registration_count = serializers.IntegerField(help_text="Confirmed registrations.")
    attendance_count = serializers.IntegerField(help_text="People who attended.")
    certificate_count = serializers.IntegerField(help_text="Certificates issued.")
    owner = OrganizerOutput()
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
    is_deleted = serializers.BooleanField()


class AnswerOutput(Json):
    """The answer to one of the event's questions."""

    field_uuid = serializers.UUIDField(source="field_id")
    field_label = serializers.CharField(source="field.label")
    value = serializers.SerializerMethodField("get_answer")

    @extend_schema_field(serializers.JSONField())
    def get_answer(self, row: CustomFieldResponse) -> Any:
        return read_answer(row.field.field_type, row.value)


class RowOutput(Json):
    """What every registration row carries."""

    schema_example: ClassVar[dict[str, Any]] = {"id": REGISTRATION, "uuid": REGISTRATION}

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    email = serializers.EmailField()
    full_name = serializers.CharField()
    status = serializers.CharField(help_text="`pending`, `confirmed`, `waitlisted`, `cancelled` or `no_show`.")
    attended = serializers.BooleanField(
        source="attendance_or_blank.attended", help_text="The decision about attendance."
    )
    certificate_issued = serializers.BooleanField()
    waitlist_position = serializers.SerializerMethodField(
        help_text="The position on the waiting list, from 1; null if not on it."
    )
    registered_at = UtcDateTimeField()
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField(source="last_changed_at")
    is_deleted = serializers.BooleanField()

    def get_waitlist_position(self, row: Registration) -> int | None:
        return getattr(row, "queue_rank", None)
