"""The JSON of events. What a visitor gets and what the owner gets are different classes, not one with exceptions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import MoneyField, UtcDateTimeField
from lyceum.core.files.storage import signed_link
from lyceum.events.api.fields import extension_outputs
from lyceum.events.models import (
    Event,
    EventReminder,
    EventStatusHistory,
    can_register,
    registration_closed_reason,
)

COVER_LINK_SECONDS = 7 * 86400


class IdentifiedOutput(serializers.Serializer[Any]):
    uuid = serializers.UUIDField(read_only=True)
    id = serializers.UUIDField(read_only=True)


class CustomFieldOutput(IdentifiedOutput):
    label = serializers.CharField()  # type: ignore[assignment]  # a key of the JSON
    field_type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # a key of the JSON
    options = serializers.ListField(child=serializers.CharField())
    placeholder = serializers.CharField()
    help_text = serializers.CharField()  # type: ignore[assignment]  # a key of the JSON
    default_value = serializers.CharField()
    min_value = serializers.DecimalField(14, 4, allow_null=True)
    max_value = serializers.DecimalField(14, 4, allow_null=True)
    show_on_certificate = serializers.BooleanField()
    order = serializers.IntegerField()


class PublicSessionOutput(IdentifiedOutput):
    title = serializers.CharField()
    description = serializers.CharField()
    speaker = serializers.CharField()
    room = serializers.CharField(source="public_room")
    session_number = serializers.IntegerField()
    order = serializers.IntegerField()
    is_implicit = serializers.BooleanField()
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    status = serializers.CharField()
    cpd_credit_value_override = serializers.DecimalField(5, 2, allow_null=True)


class SessionOutput(PublicSessionOutput):
    event = serializers.UUIDField(source="event_id")
    room_or_link = serializers.CharField()
    actual_started_at = UtcDateTimeField(allow_null=True)
    actual_ended_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    cancellation_reason = serializers.CharField()
    zoom_enabled = serializers.BooleanField(source="online.enabled")
    zoom_meeting_id = serializers.CharField(source="online.number")
    zoom_join_url = serializers.CharField(source="online.join_url")
    zoom_host_url = serializers.CharField(source="online.host_url")
    zoom_passcode = serializers.CharField(source="online.passcode")
    minimum_attendance_percent = serializers.IntegerField(allow_null=True)
    attendance_count = serializers.IntegerField()
    settled_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()


class PublicTicketTypeOutput(IdentifiedOutput):
    name = serializers.CharField()
    description = serializers.CharField()
    price = MoneyField(minor="price_minor")
    currency = serializers.CharField()
    is_default = serializers.BooleanField()
    order = serializers.IntegerField()


class TicketTypeOutput(PublicTicketTypeOutput):
    event = serializers.UUIDField(source="event_id")
    quantity = serializers.IntegerField(allow_null=True)
    sold = serializers.IntegerField()
    remaining = serializers.IntegerField(allow_null=True)
    is_active = serializers.BooleanField()
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()


class OwnerOutput(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    full_name = serializers.CharField()
    email = serializers.CharField()


class EventBaseOutput(IdentifiedOutput):
    """What everybody sees of an event."""

    title = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    event_type = serializers.CharField()
    category = serializers.CharField(source="event_type")
    format = serializers.CharField()
    location = serializers.CharField()
    visibility = serializers.CharField()
    status = serializers.CharField()
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    timezone = serializers.CharField()
    price = MoneyField(minor="price_minor")
    currency = serializers.CharField()
    is_free = serializers.BooleanField()
    capacity = serializers.IntegerField(allow_null=True)
    max_attendees = serializers.IntegerField(source="capacity", allow_null=True)
    attendees_count = serializers.IntegerField(source="registration_count")
    available_spots = serializers.IntegerField(allow_null=True)
    spots_remaining = serializers.IntegerField(allow_null=True)
    registration_enabled = serializers.BooleanField()
    registration_deadline = UtcDateTimeField(allow_null=True)
    waitlist_enabled = serializers.BooleanField()
    is_registration_open = serializers.SerializerMethodField()
    can_register = serializers.SerializerMethodField()
    cpd_enabled = serializers.BooleanField()
    cpd_credit_type = serializers.CharField()
    cpd_credit_value = serializers.DecimalField(5, 2, allow_null=True)
    skill_tags = serializers.ListField(child=serializers.CharField())
    cover_image = serializers.SerializerMethodField()

    def get_is_registration_open(self, event: Event) -> bool:
        return registration_closed_reason(event, self.context["at"]) is None

    def get_can_register(self, event: Event) -> bool:
        return can_register(event, self.context["at"])

    def get_cover_image(self, event: Event) -> str | None:
        if not event.cover_image:
            return None
        return signed_link(event.cover_image, filename="cover", seconds=COVER_LINK_SECONDS, inline=True)


class PublicEventOutput(EventBaseOutput):
    """An event in the public list."""

    organizer_name = serializers.CharField(source="owner.public_organizer_name")
    organizer_uuid = serializers.SerializerMethodField()

    def get_organizer_uuid(self, event: Event) -> str | None:
        return str(event.owner_id) if event.owner.is_organizer_profile_public else None


class PublicEventDetailOutput(PublicEventOutput):
    """An event as a visitor reads it; where it meets online is for those who registered."""

    registration_closed_reason = serializers.SerializerMethodField()
    cpd_accreditation_note = serializers.CharField()
    certificates_enabled = serializers.BooleanField()
    minimum_attendance_percent = serializers.IntegerField()
    event_format = serializers.CharField()
    attendance_requirement = serializers.CharField()
    cancellation_reason = serializers.CharField()
    waitlist_count = serializers.IntegerField()
    custom_fields = CustomFieldOutput(source="active_fields", many=True)
    sessions = PublicSessionOutput(source="sessions.all", many=True)
    ticket_types = serializers.SerializerMethodField()
    calendar_url = serializers.SerializerMethodField()

    def get_registration_closed_reason(self, event: Event) -> str | None:
        return registration_closed_reason(event, self.context["at"])

    def get_ticket_types(self, event: Event) -> list[dict[str, Any]]:
        active = [ticket for ticket in event.ticket_types.all() if ticket.is_active]
        return list(PublicTicketTypeOutput(active, many=True).data)

    def get_calendar_url(self, event: Event) -> str:
        return f"/api/v1/public/events/{event.pk}/calendar.ics"


class EventRowOutput(EventBaseOutput):
    """An event in its owner's list."""

    owner = OwnerOutput()
    registration_count = serializers.IntegerField()
    waitlist_count = serializers.IntegerField()
    attendance_count = serializers.IntegerField()
    certificate_count = serializers.IntegerField()
    certificates_enabled = serializers.BooleanField()
    can_edit = serializers.BooleanField()
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
    actual_started_at = UtcDateTimeField(allow_null=True)
    actual_ended_at = UtcDateTimeField(allow_null=True)
    waitlist_auto_promote = serializers.BooleanField()
    zoom_enabled = serializers.BooleanField(source="online.enabled")
    zoom_meeting_id = serializers.CharField(source="online.number")
    zoom_meeting_uuid = serializers.CharField(source="online.occurrence_id")
    zoom_join_url = serializers.CharField(source="online.join_url")
    zoom_host_url = serializers.CharField(source="online.host_url")
    zoom_passcode = serializers.CharField(source="online.passcode")
    zoom_settings = serializers.DictField(source="online.settings")
    zoom_error = serializers.CharField(source="online.error")
    cpd_accreditation_note = serializers.CharField()
    auto_issue_certificates = serializers.BooleanField()
    minimum_attendance_percent = serializers.IntegerField()
    event_format = serializers.CharField()
    attendance_requirement = serializers.CharField()
    minimum_sessions_required = serializers.IntegerField(allow_null=True)
    session_attendance_threshold = serializers.IntegerField()
    duplicated_from = serializers.UUIDField(source="duplicated_from_id", allow_null=True)
    custom_fields = CustomFieldOutput(source="active_fields", many=True)
    sessions = SessionOutput(source="sessions.all", many=True)
    ticket_types = TicketTypeOutput(source="ticket_types.all", many=True)

    def get_is_past(self, event: Event) -> bool:
        return bool(event.ends_at <= self.context["at"])

    def get_fields(self) -> dict[str, Any]:
        """Add what other apps keep beside the event; the view has read it for the whole answer."""
        return dict(super().get_fields()) | extension_outputs()


class StatusHistoryOutput(serializers.ModelSerializer[EventStatusHistory]):
    uuid = serializers.UUIDField(read_only=True)
    id = serializers.UUIDField(read_only=True)
    changed_by = serializers.UUIDField(source="changed_by_id", allow_null=True)
    changed_by_name = serializers.SerializerMethodField()
    created_at = UtcDateTimeField(source="changed_at")

    class Meta:
        model = EventStatusHistory
        fields = (
            "uuid", "id", "from_status", "to_status", "changed_by", "changed_by_name", "reason", "created_at",
        )  # fmt: skip

    def get_changed_by_name(self, row: EventStatusHistory) -> str:
        return row.changed_by.full_name if row.changed_by else "Lyceum"


class InvitationOutput(IdentifiedOutput):
    email = serializers.CharField()
    full_name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a key of the JSON
    status = serializers.CharField()
    invited_by = serializers.UUIDField(source="invited_by_id", allow_null=True)
    queued_at = UtcDateTimeField(allow_null=True)
    sent_at = UtcDateTimeField(allow_null=True)
    opened_at = UtcDateTimeField(allow_null=True)
    registered_at = UtcDateTimeField(allow_null=True)
    registration_uuid = serializers.UUIDField(source="registration_id", allow_null=True)
    created_at = UtcDateTimeField()


class SkippedInvitationOutput(serializers.Serializer[Any]):
    email = serializers.CharField()
    reason = serializers.CharField()


class InvitingOutput(serializers.Serializer[Any]):
    created = serializers.SerializerMethodField()
    skipped = serializers.SerializerMethodField()
    queued = serializers.IntegerField()
    skipped_emails = SkippedInvitationOutput(source="skipped", many=True)
    invitations = InvitationOutput(source="created", many=True)

    def get_created(self, result: Any) -> int:
        return len(result.created)

    def get_skipped(self, result: Any) -> int:
        return len(result.skipped)


class QueuedOutput(serializers.Serializer[Any]):
    queued = serializers.IntegerField()


class ReminderOutput(IdentifiedOutput):
    reminder_type = serializers.CharField()
    send_hours_before = serializers.SerializerMethodField()
    session = serializers.UUIDField(source="session_id", allow_null=True)
    scheduled_for = UtcDateTimeField()
    status = serializers.CharField()
    sent = serializers.BooleanField()
    sent_at = UtcDateTimeField(allow_null=True)
    recipient_count = serializers.IntegerField()
    created_at = UtcDateTimeField()

    def get_send_hours_before(self, row: EventReminder) -> float:
        return row.minutes_before / 60


class EmailOutput(IdentifiedOutput):
    """One mail of the event; its text is not kept."""

    kind = serializers.CharField()
    recipient_email = serializers.CharField()
    recipient_name = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.CharField()
    attempts = serializers.IntegerField()
    queued_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(allow_null=True)
    delivered_at = UtcDateTimeField(allow_null=True)
    opened_at = UtcDateTimeField(allow_null=True)
    bounced_at = UtcDateTimeField(allow_null=True)
    failed_at = UtcDateTimeField(allow_null=True)
    error_code = serializers.CharField()
