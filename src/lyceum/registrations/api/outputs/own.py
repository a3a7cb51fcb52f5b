"""A registration as its own person sees it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import REGISTRATION
from lyceum.registrations.api.outputs.base import AnswerOutput, Json, RegisteredEventOutput, RowOutput
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.cancellation import can_cancel
from lyceum.registrations.rules.certificate_eligibility import certificate_eligible
from lyceum.registrations.rules.joining import join_url


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
