"""What the registration routes answer. A serializer runs no query: selectors bring everything."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import INTERVAL, ORGANIZER, PERSON, REGISTRATION
from lyceum.events.rules.custom_answers import read_answer
from lyceum.registrations.models import CustomFieldResponse, Registration
from lyceum.registrations.rules.cancellation import can_cancel
from lyceum.registrations.rules.certificate_eligibility import certificate_eligible
from lyceum.registrations.rules.joining import join_url

Json = serializers.Serializer[Any]


class PersonOutput(Json):
    """The account behind a registration."""

    schema_example: ClassVar[dict[str, Any]] = {"id": PERSON, "uuid": PERSON}

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    email = serializers.EmailField()
    full_name = serializers.CharField()


class OrganizerOutput(Json):
    """Who runs the event."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": ORGANIZER,
        "uuid": ORGANIZER,
        "full_name": "Northern Dental Academy",
    }
    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
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
    location = serializers.CharField()
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


class IntervalOutput(Json):
    """One interval in which somebody was there."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": INTERVAL,
        "uuid": INTERVAL,
        "device_type": "",
        "duration_minutes": 175,
    }

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    joined_at = UtcDateTimeField(allow_null=True)
    left_at = UtcDateTimeField(allow_null=True)
    duration_minutes = serializers.SerializerMethodField()
    join_source = serializers.CharField(
        source="source", help_text="Where the interval comes from: Zoom, a check-in, or an entry by hand."
    )
    device_type = serializers.SerializerMethodField(help_text="Always blank: Zoom doesn't report the device.")
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


class RegistrationListOutput(RowOutput):
    """A row of an organizer's list."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": REGISTRATION,
        "uuid": REGISTRATION,
        "guest_email": "",
        "guest_name": "",
    }

    user = PersonOutput(allow_null=True, help_text="The account; null for a guest.")
    event_title = serializers.CharField(source="event.title")
    guest_email = serializers.SerializerMethodField(help_text="The address, for a guest; blank with an account.")
    guest_name = serializers.SerializerMethodField(help_text="The name, for a guest; blank with an account.")
    registration_source = serializers.CharField(
        source="source", help_text="`self_registered`, `organizer_added`, `invited`, `imported` or `api`."
    )
    attendance_percent = serializers.IntegerField(
        source="attendance_or_blank.percent", help_text="How much of the event the person attended."
    )
    checked_in_at = UtcDateTimeField(source="attendance_or_blank.checked_in_at", allow_null=True)

    def get_guest_email(self, row: Registration) -> str:
        return "" if row.user_id else row.email

    def get_guest_name(self, row: Registration) -> str:
        return "" if row.user_id else row.full_name


class RegistrationDetailOutput(RegistrationListOutput):
    """Everything that an organizer sees of one registration."""

    event = RegisteredEventOutput()
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    ticket_type_name = serializers.CharField(source="ticket_type.name")
    professional_title = serializers.CharField()
    organization_name = serializers.CharField()
    discount_code_used = serializers.SerializerMethodField()
    join_time = UtcDateTimeField(
        source="attendance_or_blank.first_join_at", allow_null=True, help_text="When the person first came."
    )
    leave_time = UtcDateTimeField(
        source="attendance_or_blank.last_leave_at", allow_null=True, help_text="When the person last left."
    )
    total_duration_minutes = serializers.IntegerField(
        source="attendance_or_blank.minutes",
        help_text="Minutes of presence within the sessions; two devices at a time count once.",
    )
    sessions_attended = serializers.IntegerField(source="attendance_or_blank.sessions_attended")
    attendance_records = IntervalOutput(many=True, help_text="The intervals of presence.")
    attendance_eligible = serializers.BooleanField(
        source="attendance_or_blank.eligible", help_text="The computed decision."
    )
    attendance_override = serializers.BooleanField(
        source="attendance_or_blank.override",
        allow_null=True,
        help_text="The organizer's decision; null where the computed one holds.",
    )
    attendance_override_reason = serializers.CharField(source="attendance_or_blank.override_reason")
    explanation = serializers.JSONField(
        source="attendance_or_blank.explanation", help_text="How the decision came about, in sentences."
    )
    certificate_eligible = serializers.SerializerMethodField(help_text="Whether a certificate has been earned.")
    certificate_issued_at = UtcDateTimeField(allow_null=True)
    allow_public_verification = serializers.BooleanField()
    custom_field_responses = AnswerOutput(many=True)
    held_until = UtcDateTimeField(
        allow_null=True, help_text="While the seat waits to be paid for: until when it is held."
    )
    check_in_code = serializers.CharField(help_text="The code in the confirmation, with which the person checks in.")
    checked_in_where = serializers.CharField(source="attendance_or_blank.checked_in_where")
    waitlisted_at = UtcDateTimeField(allow_null=True, help_text="When the person joined the waiting list.")
    promoted_at = UtcDateTimeField(allow_null=True, help_text="When the person got a seat from the waiting list.")
    cancelled_at = UtcDateTimeField(allow_null=True)
    cancellation_reason = serializers.CharField()

    def get_discount_code_used(self, row: Registration) -> str:
        """Nothing takes a code yet; one that is sent is refused."""
        return ""

    def get_certificate_eligible(self, row: Registration) -> bool:
        return certificate_eligible(row, row.event).eligible


class MyRegistrationOutput(RowOutput):
    """A registration as its owner sees it."""

    event = RegisteredEventOutput()
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    ticket_type_name = serializers.CharField(source="ticket_type.name")
    attendance_percent = serializers.IntegerField(source="attendance_or_blank.percent")
    certificate_eligible = serializers.SerializerMethodField(help_text="Whether a certificate has been earned.")
    allow_public_verification = serializers.BooleanField()
    held_until = UtcDateTimeField(
        allow_null=True, help_text="While the seat waits to be paid for: until when it is held."
    )
    waitlisted_at = UtcDateTimeField(allow_null=True)
    promoted_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    check_in_code = serializers.SerializerMethodField(help_text="Show this to check in; null without a seat.")
    checked_in_at = UtcDateTimeField(source="attendance_or_blank.checked_in_at", allow_null=True)
    zoom_join_url = serializers.SerializerMethodField(help_text="Where to join; null while one can't.")
    can_join = serializers.SerializerMethodField(help_text="Whether one can join now.")
    can_cancel = serializers.SerializerMethodField(help_text="Whether one can cancel now.")
    certificate_url = serializers.SerializerMethodField(
        help_text="Where the certificate is in this API; null if there is none."
    )

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
    """The registration that was cancelled, with a sentence for people."""

    schema_example: ClassVar[dict[str, Any]] = {
        **RowOutput.schema_example,
        "status": "cancelled",
        "cancelled_at": "2027-03-01T07:45:00Z",
        "can_cancel": False,
        "message": "Registration cancelled.",
    }

    message = serializers.SerializerMethodField()

    def get_message(self, row: Registration) -> str:
        return "Registration cancelled."


class GuestRegistrationOutput(MyRegistrationOutput):
    """A registration as the holder of its mailed link sees it."""

    professional_title = serializers.CharField()
    organization_name = serializers.CharField()
    custom_field_responses = AnswerOutput(many=True)

    def get_certificate_url(self, row: Registration) -> str | None:
        """Null without an account, for that address asks for signing in; a guest's certificate comes by mail."""
        return super().get_certificate_url(row) if row.user_id else None


class RegisteredOutput(Json):
    """The answer to whoever has just registered."""

    schema_example: ClassVar[dict[str, Any]] = {"id": REGISTRATION, "uuid": REGISTRATION}

    id = serializers.UUIDField(source="registration_id")
    uuid = serializers.UUIDField(source="registration_id")
    registration_uuid = serializers.UUIDField(source="registration_id")
    status = serializers.CharField(help_text="`confirmed`, or `waitlisted`.")
    waitlist_position = serializers.IntegerField(
        source="position", allow_null=True, help_text="The position on the waiting list; null with a seat."
    )
    message = serializers.CharField()


class WaitlistPositionOutput(Json):
    """Where somebody stands on the waiting list."""

    position = serializers.IntegerField(help_text="From 1.")
    total_waitlisted = serializers.IntegerField(help_text="How many people wait.")
    estimated_chance = serializers.ChoiceField(
        choices=["high", "medium", "low", "none"], help_text="How likely a seat is."
    )


class SummaryOutput(Json):
    """`total` counts every status, `attended` confirmed rows alone; `checked_in` and `certificate_issued` leave out
    what is cancelled.
    """

    schema_example: ClassVar[dict[str, Any]] = {"no_show": 0, "attended": 27, "certificate_issued": 26}

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
    """The registrations of one day."""

    schema_example: ClassVar[dict[str, Any]] = {"count": 4}
    date = serializers.DateField()
    count = serializers.IntegerField()


class StatisticsOutput(SummaryOutput):
    """An event in figures."""

    capacity = serializers.IntegerField(allow_null=True)
    available_spots = serializers.IntegerField(allow_null=True, help_text="Free seats; null for no limit.")
    attendees_count = serializers.IntegerField()
    attendance_rate = serializers.FloatField(
        allow_null=True, help_text="Of those with a seat, how many attended, in percent; null before anybody could."
    )
    average_attendance_percent = serializers.FloatField(allow_null=True)
    revenue = serializers.DecimalField(max_digits=14, decimal_places=2, help_text="In major units of `currency`.")
    currency = serializers.CharField()
    average_rating = serializers.FloatField(allow_null=True)
    reviews_count = serializers.IntegerField()
    registrations_by_day = DayOutput(many=True)


class RowOutcomeOutput(Json):
    """What became of one person."""

    schema_example: ClassVar[dict[str, Any]] = {"status": "confirmed", "reason": ""}
    email = serializers.EmailField()
    status = serializers.ChoiceField(
        choices=["confirmed", "waitlisted", "skipped", "refused"], help_text="What became of this person."
    )
    reason = serializers.CharField(help_text="Why, if skipped or refused.")
    registration_uuid = serializers.UUIDField(source="registration_id", allow_null=True)


class BulkAddOutput(Json):
    """What became of everybody who was to be added."""

    schema_example: ClassVar[dict[str, Any]] = {"refused": 0}
    created = serializers.IntegerField(help_text="How many were added, with a seat or on the waiting list.")
    skipped = serializers.IntegerField(help_text="How many were registered already.")
    refused = serializers.IntegerField(help_text="How many found no seat, nor a position on the waiting list.")
    skipped_emails = serializers.ListField(child=serializers.EmailField())
    results = RowOutcomeOutput(many=True)
