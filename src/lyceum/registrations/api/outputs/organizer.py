"""A registration as its organizer sees it, and what the organizer's verbs answer."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import INTERVAL, PERSON, REGISTRATION
from lyceum.registrations.api.outputs.base import AnswerOutput, Json, RegisteredEventOutput, RowOutput
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.certificate_eligibility import certificate_eligible


class PersonOutput(Json):
    """The account behind a registration."""

    schema_example: ClassVar[dict[str, Any]] = {"id": PERSON, "uuid": PERSON}

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    email = serializers.EmailField()
    full_name = serializers.CharField()


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


class RegistrationListOutput(RowOutput):
    """A row of an organizer's list."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": REGISTRATION,
        "uuid": REGISTRATION,
        "guest_email": "",
        "guest_name": "",
    }

    user = PersonOutput(
        source="shown_account",
        allow_null=True,
        help_text="The account; null for a guest, and until the person took a registration that somebody else made "
        "for them as theirs.",
    )
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
    notes = serializers.CharField(help_text="The organizer's own words, which nobody else reads.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Write a row of a list from its values, and one that is shown alone from its object."""
        return listed(instance) if isinstance(instance, dict) else super().to_representation(instance)

    def get_guest_email(self, row: Registration) -> str:
        return "" if row.shown_account else row.email

    def get_guest_name(self, row: Registration) -> str:
        return "" if row.shown_account else row.full_name


def listed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a list from its values (`selectors.listed_values`): the fields of the class above."""
    # What `Registration.shown_account` says.
    user = row["user_id"] if row["acknowledged_at"] else None
    changed = row["attendance__updated_at"]
    return {
        "id": row["id"],
        "uuid": row["id"],
        "email": row["email"],
        "full_name": row["full_name"],
        "status": row["status"],
        "attended": row["attended"],
        "certificate_issued": row["certificate_issued"],
        "waitlist_position": row["queue_rank"],
        "registered_at": row["registered_at"],
        "created_at": row["created_at"],
        "updated_at": max(row["updated_at"], changed) if changed else row["updated_at"],
        "is_deleted": row["deleted_at"] is not None,
        "user": user and {"id": user, "uuid": user, "email": row["user__email"], "full_name": row["user__full_name"]},
        "event_title": row["event__title"],
        "guest_email": "" if user else row["email"],
        "guest_name": "" if user else row["full_name"],
        "registration_source": row["source"],
        "attendance_percent": row["attendance__percent"] or 0,
        "checked_in_at": row["attendance__checked_in_at"],
        "notes": row["notes"],
    }


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
    checked_out_at = UtcDateTimeField(
        source="attendance_or_blank.checked_out_at", allow_null=True, help_text="When the last check-in was ended."
    )
    waitlisted_at = UtcDateTimeField(allow_null=True, help_text="When the person joined the waiting list.")
    promoted_at = UtcDateTimeField(allow_null=True, help_text="When the person got a seat from the waiting list.")
    cancelled_at = UtcDateTimeField(allow_null=True)
    cancellation_reason = serializers.CharField()

    def get_discount_code_used(self, row: Registration) -> str:
        """Nothing takes a code yet; one that is sent is refused."""
        return ""

    def get_certificate_eligible(self, row: Registration) -> bool:
        return certificate_eligible(row, row.event).eligible


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
