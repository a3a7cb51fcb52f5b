"""What the registration routes answer. A serializer runs no query: selectors bring everything."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.events.rules.custom_answers import read_answer
from lyceum.registrations.models import CustomFieldResponse, Registration
from lyceum.registrations.rules.cancellation import can_cancel
from lyceum.registrations.rules.certificate_eligibility import certificate_eligible
from lyceum.registrations.rules.joining import join_url

Json = serializers.Serializer[Any]


class PersonOutput(Json):
    """The account behind a place."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    email = serializers.EmailField()
    full_name = serializers.CharField()


class OrganizerOutput(Json):
    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    full_name = serializers.CharField(source="public_organizer_name")


class RegisteredEventOutput(Json):
    """The event that a place is at."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    title = serializers.CharField()
    slug = serializers.CharField()
    status = serializers.CharField()
    event_type = serializers.CharField()
    category = serializers.CharField(source="event_type")
    format = serializers.CharField()
    location = serializers.CharField()
    visibility = serializers.CharField()
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    timezone = serializers.CharField()
    cpd_enabled = serializers.BooleanField()
    cpd_credit_type = serializers.CharField()
    cpd_credit_value = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    registration_count = serializers.IntegerField()
    attendance_count = serializers.IntegerField()
    certificate_count = serializers.IntegerField()
    owner = OrganizerOutput()
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
    is_deleted = serializers.BooleanField()


class AnswerOutput(Json):
    field_uuid = serializers.UUIDField(source="field_id")
    field_label = serializers.CharField(source="field.label")
    value = serializers.SerializerMethodField("get_answer")

    @extend_schema_field(serializers.JSONField())
    def get_answer(self, row: CustomFieldResponse) -> Any:
        return read_answer(row.field.field_type, row.value)


class IntervalOutput(Json):
    """One interval in which somebody was there."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    joined_at = UtcDateTimeField(allow_null=True)
    left_at = UtcDateTimeField(allow_null=True)
    duration_minutes = serializers.SerializerMethodField()
    join_source = serializers.CharField(source="source")
    device_type = serializers.SerializerMethodField()
    created_at = UtcDateTimeField()

    def get_duration_minutes(self, row: Any) -> int:
        if row.joined_at is None or row.left_at is None:
            return 0
        return int((row.left_at - row.joined_at).total_seconds() // 60)

    def get_device_type(self, row: Any) -> str:
        """Zoom's webhooks don't tell the device."""
        return ""


class RowOutput(Json):
    """What every registration row carries."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    email = serializers.EmailField()
    full_name = serializers.CharField()
    status = serializers.CharField()
    attended = serializers.BooleanField(source="attendance_or_blank.attended")
    certificate_issued = serializers.BooleanField()
    waitlist_position = serializers.SerializerMethodField()
    registered_at = UtcDateTimeField()
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField(source="last_changed_at")
    is_deleted = serializers.BooleanField()

    def get_waitlist_position(self, row: Registration) -> int | None:
        return getattr(row, "queue_rank", None)


class RegistrationListOutput(RowOutput):
    """A row of an organizer's list."""

    user = PersonOutput(allow_null=True)
    event_title = serializers.CharField(source="event.title")
    guest_email = serializers.SerializerMethodField()
    guest_name = serializers.SerializerMethodField()
    registration_source = serializers.CharField(source="source")
    attendance_percent = serializers.IntegerField(source="attendance_or_blank.percent")
    checked_in_at = UtcDateTimeField(source="attendance_or_blank.checked_in_at", allow_null=True)

    def get_guest_email(self, row: Registration) -> str:
        return "" if row.user_id else row.email

    def get_guest_name(self, row: Registration) -> str:
        return "" if row.user_id else row.full_name


class RegistrationDetailOutput(RegistrationListOutput):
    """Everything that an organizer sees of one place."""

    event = RegisteredEventOutput()
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    ticket_type_name = serializers.CharField(source="ticket_type.name")
    professional_title = serializers.CharField()
    organization_name = serializers.CharField()
    discount_code_used = serializers.SerializerMethodField()
    join_time = UtcDateTimeField(source="attendance_or_blank.first_join_at", allow_null=True)
    leave_time = UtcDateTimeField(source="attendance_or_blank.last_leave_at", allow_null=True)
    total_duration_minutes = serializers.IntegerField(source="attendance_or_blank.minutes")
    sessions_attended = serializers.IntegerField(source="attendance_or_blank.sessions_attended")
    attendance_records = IntervalOutput(many=True)
    attendance_eligible = serializers.BooleanField(source="attendance_or_blank.eligible")
    attendance_override = serializers.BooleanField(source="attendance_or_blank.override", allow_null=True)
    attendance_override_reason = serializers.CharField(source="attendance_or_blank.override_reason")
    explanation = serializers.JSONField(source="attendance_or_blank.explanation")
    certificate_eligible = serializers.SerializerMethodField()
    certificate_issued_at = UtcDateTimeField(allow_null=True)
    allow_public_verification = serializers.BooleanField()
    custom_field_responses = AnswerOutput(many=True)
    held_until = UtcDateTimeField(allow_null=True)
    check_in_code = serializers.CharField()
    checked_in_where = serializers.CharField(source="attendance_or_blank.checked_in_where")
    waitlisted_at = UtcDateTimeField(allow_null=True)
    promoted_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    cancellation_reason = serializers.CharField()

    def get_discount_code_used(self, row: Registration) -> str:
        """Nothing takes a code yet; one that is sent is refused."""
        return ""

    def get_certificate_eligible(self, row: Registration) -> bool:
        return certificate_eligible(row, row.event).eligible


class MyRegistrationOutput(RowOutput):
    """A place as its owner sees it."""

    event = RegisteredEventOutput()
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    ticket_type_name = serializers.CharField(source="ticket_type.name")
    attendance_percent = serializers.IntegerField(source="attendance_or_blank.percent")
    certificate_eligible = serializers.SerializerMethodField()
    allow_public_verification = serializers.BooleanField()
    held_until = UtcDateTimeField(allow_null=True)
    waitlisted_at = UtcDateTimeField(allow_null=True)
    promoted_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    check_in_code = serializers.SerializerMethodField()
    checked_in_at = UtcDateTimeField(source="attendance_or_blank.checked_in_at", allow_null=True)
    zoom_join_url = serializers.SerializerMethodField()
    can_join = serializers.SerializerMethodField()
    can_cancel = serializers.SerializerMethodField()
    certificate_url = serializers.SerializerMethodField()

    def get_certificate_eligible(self, row: Registration) -> bool:
        return certificate_eligible(row, row.event).eligible

    def get_check_in_code(self, row: Registration) -> str | None:
        return row.check_in_code if row.status == Registration.Status.CONFIRMED else None

    def get_zoom_join_url(self, row: Registration) -> str | None:
        return join_url(row, self.context["at"])

    def get_can_join(self, row: Registration) -> bool:
        return join_url(row, self.context["at"]) is not None

    def get_can_cancel(self, row: Registration) -> bool:
        return can_cancel(row, row.event, at=self.context["at"])

    def get_certificate_url(self, row: Registration) -> str | None:
        certificate_id = getattr(row, "certificate_id", None)
        return f"/api/v1/users/me/certificates/{certificate_id}/" if certificate_id else None


class MyCancelledOutput(MyRegistrationOutput):
    """The place that was given up, with a word for people."""

    message = serializers.SerializerMethodField()

    def get_message(self, row: Registration) -> str:
        return "Registration cancelled."


class GuestRegistrationOutput(MyRegistrationOutput):
    """A place as the holder of its mailed link sees it."""

    professional_title = serializers.CharField()
    organization_name = serializers.CharField()
    custom_field_responses = AnswerOutput(many=True)

    def get_certificate_url(self, row: Registration) -> str | None:
        """Null without an account, for that address asks for signing in; a guest's certificate comes by mail."""
        return super().get_certificate_url(row) if row.user_id else None


class RegisteredOutput(Json):
    """The answer to whoever has just registered."""

    id = serializers.UUIDField(source="registration_id")
    uuid = serializers.UUIDField(source="registration_id")
    registration_uuid = serializers.UUIDField(source="registration_id")
    status = serializers.CharField()
    waitlist_position = serializers.IntegerField(source="position", allow_null=True)
    message = serializers.CharField()


class WaitlistPositionOutput(Json):
    position = serializers.IntegerField()
    total_waitlisted = serializers.IntegerField()
    estimated_chance = serializers.ChoiceField(choices=["high", "medium", "low", "none"])


class SummaryOutput(Json):
    """`total` counts every status; `attended`, `checked_in` and `certificate_issued` leave cancelled rows out."""

    total = serializers.IntegerField()
    pending = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    waitlisted = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    no_show = serializers.IntegerField()
    attended = serializers.IntegerField()
    checked_in = serializers.IntegerField()
    certificate_issued = serializers.IntegerField()


class DayOutput(Json):
    date = serializers.DateField()
    count = serializers.IntegerField()


class StatisticsOutput(SummaryOutput):
    capacity = serializers.IntegerField(allow_null=True)
    available_spots = serializers.IntegerField(allow_null=True)
    attendees_count = serializers.IntegerField()
    attendance_rate = serializers.FloatField(allow_null=True)
    average_attendance_percent = serializers.FloatField(allow_null=True)
    revenue = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField()
    average_rating = serializers.FloatField(allow_null=True)
    reviews_count = serializers.IntegerField()
    registrations_by_day = DayOutput(many=True)


class RowOutcomeOutput(Json):
    email = serializers.EmailField()
    status = serializers.ChoiceField(choices=["confirmed", "waitlisted", "skipped", "refused"])
    reason = serializers.CharField()
    registration_uuid = serializers.UUIDField(source="registration_id", allow_null=True)


class BulkAddOutput(Json):
    created = serializers.IntegerField()
    skipped = serializers.IntegerField()
    refused = serializers.IntegerField()
    skipped_emails = serializers.ListField(child=serializers.EmailField())
    results = RowOutcomeOutput(many=True)
