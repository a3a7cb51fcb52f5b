"""An event, as its owner sees it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.accounts.models import User
from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import ORGANIZER
from lyceum.core.api.scopes import PEOPLE
from lyceum.events.api.fields import extension_outputs
from lyceum.events.api.outputs.custom_fields import CustomFieldOutput
from lyceum.events.api.outputs.event_base import EventBaseOutput
from lyceum.events.api.outputs.sessions import SessionOutput
from lyceum.events.api.outputs.ticket_types import TicketTypeOutput
from lyceum.events.models import Event


class OwnerOutput(serializers.Serializer[Any]):
    """The account that an event belongs to."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": ORGANIZER,
        "uuid": ORGANIZER,
        "full_name": "Amina Okafor",
        "display_name": "Northern Dental Academy",
        "email": "amina.okafor@example.com",
    }
    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    full_name = serializers.CharField()
    display_name = serializers.CharField(
        source="public_organizer_name", help_text="The name that the organizer shows in public."
    )
    email = serializers.SerializerMethodField(
        help_text="The account's address; null for an API key that may not read registrations."
    )

    def get_email(self, owner: User) -> str | None:
        return owner.email if self.context["actor"].allows_scope(PEOPLE) else None


class EventRowOutput(EventBaseOutput):
    """An event in its owner's list."""

    location = serializers.CharField(help_text="Where it is, as every visitor reads it.")
    owner = OwnerOutput()
    registration_count = serializers.IntegerField(help_text="Confirmed registrations.")
    waitlist_count = serializers.IntegerField(help_text="People on the waiting list.")
    attendance_count = serializers.IntegerField(help_text="People who attended.")
    certificate_count = serializers.IntegerField(help_text="Certificates issued.")
    certificates_enabled = serializers.BooleanField()
    can_edit = serializers.BooleanField(help_text="Whether anything can be changed in the present state.")
    is_deleted = serializers.BooleanField()
    deleted_at = UtcDateTimeField(allow_null=True)
    published_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()


class EventOutput(EventRowOutput):
    """An event with everything its owner may read, the host's link to the meeting and its passcode included."""

    is_past = serializers.SerializerMethodField()
    cancellation_reason = serializers.CharField()
    actual_started_at = UtcDateTimeField(allow_null=True, help_text="When it was started.")
    actual_ended_at = UtcDateTimeField(allow_null=True)
    waitlist_auto_promote = serializers.BooleanField()
    zoom_enabled = serializers.BooleanField(source="online.enabled")
    zoom_meeting_id = serializers.CharField(source="online.number")
    zoom_meeting_uuid = serializers.CharField(source="online.occurrence_id")
    zoom_join_url = serializers.CharField(source="online.join_url")
    zoom_host_url = serializers.CharField(
        source="online.host_url", help_text="The host's own address; never shown to visitors."
    )
    zoom_passcode = serializers.CharField(source="online.passcode")
    zoom_settings = serializers.DictField(source="online.settings")
    zoom_error = serializers.CharField(
        source="online.error", help_text="What went wrong with the Zoom meeting; blank if nothing."
    )
    zoom_rehearsed_at = UtcDateTimeField(
        source="online.rehearsed_at",
        allow_null=True,
        help_text="When the meeting was last started more than 60 minutes before its session. That is a rehearsal: "
        "it starts nothing, and counts for nobody. Null if there was none.",
    )
    cpd_accreditation_note = serializers.CharField()
    auto_issue_certificates = serializers.BooleanField()
    minimum_attendance_percent = serializers.IntegerField()
    event_format = serializers.CharField()
    attendance_requirement = serializers.CharField()
    minimum_sessions_required = serializers.IntegerField(allow_null=True)
    session_attendance_threshold = serializers.IntegerField()
    check_in_scope = serializers.CharField(help_text="What one check-in counts for: `session` or `event`.")
    duplicated_from = serializers.UUIDField(
        source="duplicated_from_id", allow_null=True, help_text="The event that this is a copy of."
    )
    custom_fields = CustomFieldOutput(source="active_fields", many=True)
    sessions = SessionOutput(source="sessions.all", many=True)
    ticket_types = TicketTypeOutput(source="ticket_types.all", many=True)

    def get_is_past(self, event: Event) -> bool:
        return bool(event.ends_at <= self.context["at"])

    def get_fields(self) -> dict[str, Any]:
        """Add what other apps keep beside the event; the view has read it for the whole answer."""
        return dict(super().get_fields()) | extension_outputs()
