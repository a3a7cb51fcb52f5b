"""The JSON of events. What a visitor gets and what the owner gets are different classes, not one with exceptions."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import MoneyField, UtcDateTimeField
from lyceum.core.api.schema_values import ORGANIZER, QUESTION, SESSION, TICKET_TYPE
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
    """Anything with an identifier, under both names."""

    uuid = serializers.UUIDField(read_only=True, help_text="The identifier, a UUID version 7.")
    id = serializers.UUIDField(read_only=True, help_text="The same as `uuid`.")


class CustomFieldOutput(IdentifiedOutput):
    """A question of an event."""

    schema_example: ClassVar[dict[str, Any]] = {"uuid": QUESTION, "id": QUESTION}
    label = serializers.CharField(help_text="The question.")  # type: ignore[assignment]  # a key of the JSON
    field_type = serializers.CharField(help_text="What kind of answer it takes.")
    required = serializers.BooleanField()  # type: ignore[assignment]  # a key of the JSON
    options = serializers.ListField(child=serializers.CharField(), help_text="The answers to choose from.")
    placeholder = serializers.CharField()
    help_text = serializers.CharField(help_text="A hint below the field.")  # type: ignore[assignment]  # a key of the JSON
    default_value = serializers.CharField()
    min_value = serializers.DecimalField(14, 4, allow_null=True)
    max_value = serializers.DecimalField(14, 4, allow_null=True)
    show_on_certificate = serializers.BooleanField(help_text="Whether the answer may be printed on the certificate.")
    order = serializers.IntegerField()


class PublicSessionOutput(IdentifiedOutput):
    """A session as visitors see it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "uuid": SESSION,
        "id": SESSION,
        "title": "Cleaning and sterilisation",
        "status": "scheduled",
    }
    title = serializers.CharField()
    description = serializers.CharField()
    speaker = serializers.CharField()
    room = serializers.CharField(
        source="public_room", help_text="The room; an address is shown only to those who registered."
    )
    session_number = serializers.IntegerField(help_text="Its number by time, from 1.")
    order = serializers.IntegerField(help_text="Its place in the order that the organizer chose.")
    is_implicit = serializers.BooleanField(
        help_text="Whether this is the only session, which follows the event's times."
    )
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    status = serializers.CharField(help_text="`scheduled`, `live`, `completed` or `cancelled`.")
    cpd_credit_value_override = serializers.DecimalField(
        5, 2, allow_null=True, help_text="Credits of this session; null where the event's are shared."
    )


class SessionOutput(PublicSessionOutput):
    """A session as its organizer sees it."""

    event = serializers.UUIDField(source="event_id")
    room_or_link = serializers.CharField(help_text="The room or address.")
    actual_started_at = UtcDateTimeField(allow_null=True, help_text="When it was started.")
    actual_ended_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    cancellation_reason = serializers.CharField()
    zoom_enabled = serializers.BooleanField(source="online.enabled")
    zoom_meeting_id = serializers.CharField(source="online.number")
    zoom_join_url = serializers.CharField(source="online.join_url")
    zoom_host_url = serializers.CharField(
        source="online.host_url", help_text="The host's own address; never shown to others."
    )
    zoom_passcode = serializers.CharField(source="online.passcode")
    minimum_attendance_percent = serializers.IntegerField(
        allow_null=True, help_text="Instead of the event's; null takes the event's."
    )
    attendance_count = serializers.IntegerField(help_text="How many attended.")
    settled_at = UtcDateTimeField(allow_null=True, help_text="When its attendance was decided.")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()


class PublicTicketTypeOutput(IdentifiedOutput):
    """A ticket type as visitors see it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "uuid": TICKET_TYPE,
        "id": TICKET_TYPE,
        "description": "A seat at the workshop.",
    }
    name = serializers.CharField()
    description = serializers.CharField()
    price = MoneyField(minor="price_minor")
    currency = serializers.CharField()
    is_default = serializers.BooleanField(help_text="Whether this is taken by who chooses none.")
    order = serializers.IntegerField()


class TicketTypeOutput(PublicTicketTypeOutput):
    """A ticket type as its organizer sees it."""

    event = serializers.UUIDField(source="event_id")
    quantity = serializers.IntegerField(allow_null=True, help_text="How many there are; null for no limit of its own.")
    sold = serializers.IntegerField(help_text="How many are taken.")
    remaining = serializers.IntegerField(allow_null=True, help_text="How many are left; null for no limit.")
    is_active = serializers.BooleanField()
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()


class OwnerOutput(serializers.Serializer[Any]):
    """The account that an event belongs to."""

    schema_example: ClassVar[dict[str, Any]] = {
        "uuid": ORGANIZER,
        "full_name": "Amina Okafor",
        "email": "amina.okafor@example.com",
    }
    uuid = serializers.UUIDField()
    full_name = serializers.CharField()
    email = serializers.CharField()


class EventBaseOutput(IdentifiedOutput):
    """What everybody sees of an event."""

    schema_example: ClassVar[dict[str, Any]] = {
        "status": "published",
        "is_registration_open": True,
        "can_register": True,
    }

    title = serializers.CharField()
    slug = serializers.CharField(help_text="The readable part of the event's address.")
    description = serializers.CharField()
    event_type = serializers.CharField()
    category = serializers.CharField(source="event_type", help_text="The same as `event_type`.")
    format = serializers.CharField()
    location = serializers.CharField()
    visibility = serializers.CharField(help_text="`public`, `unlisted` or `private`.")
    status = serializers.CharField(help_text="`draft`, `published`, `live`, `completed`, `closed` or `cancelled`.")
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    timezone = serializers.CharField(help_text="The zone in which the event's times are printed.")
    price = MoneyField(minor="price_minor")
    currency = serializers.CharField()
    is_free = serializers.BooleanField()
    capacity = serializers.IntegerField(allow_null=True, help_text="How many seats there are; null for no limit.")
    max_attendees = serializers.IntegerField(source="capacity", allow_null=True, help_text="The same as `capacity`.")
    attendees_count = serializers.IntegerField(source="registration_count", help_text="How many have a seat.")
    available_spots = serializers.IntegerField(allow_null=True, help_text="How many seats are free; null for no limit.")
    spots_remaining = serializers.IntegerField(allow_null=True, help_text="The same, shown only at 20 or fewer.")
    registration_enabled = serializers.BooleanField()
    registration_deadline = UtcDateTimeField(allow_null=True)
    waitlist_enabled = serializers.BooleanField()
    is_registration_open = serializers.SerializerMethodField(help_text="Whether registration is open now.")
    can_register = serializers.SerializerMethodField(
        help_text="Whether registering now gives a seat or a position on the waiting list."
    )
    cpd_enabled = serializers.BooleanField()
    cpd_credit_type = serializers.CharField()
    cpd_credit_value = serializers.DecimalField(5, 2, allow_null=True)
    skill_tags = serializers.ListField(child=serializers.CharField())
    cover_image = serializers.SerializerMethodField(help_text="A signed link that expires.")

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
    organizer_uuid = serializers.SerializerMethodField(help_text="Null where the organizer's page is not public.")

    def get_organizer_uuid(self, event: Event) -> str | None:
        return str(event.owner_id) if event.owner.is_organizer_profile_public else None


class PublicEventDetailOutput(PublicEventOutput):
    """An event as a visitor reads it; where it meets online is for those who registered."""

    registration_closed_reason = serializers.SerializerMethodField(
        help_text="Why one can't register; null while one can."
    )
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
    calendar_url = serializers.SerializerMethodField(help_text="The event's calendar file.")

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
    cpd_accreditation_note = serializers.CharField()
    auto_issue_certificates = serializers.BooleanField()
    minimum_attendance_percent = serializers.IntegerField()
    event_format = serializers.CharField()
    attendance_requirement = serializers.CharField()
    minimum_sessions_required = serializers.IntegerField(allow_null=True)
    session_attendance_threshold = serializers.IntegerField()
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


class StatusHistoryOutput(serializers.ModelSerializer[EventStatusHistory]):
    """One change of an event's state."""

    uuid = serializers.UUIDField(read_only=True)
    id = serializers.UUIDField(read_only=True)
    changed_by = serializers.UUIDField(
        source="changed_by_id", allow_null=True, help_text="Who changed it; null for Lyceum itself."
    )
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
    """An invitation, and what became of it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "status": "sent",
        "queued_at": "2027-02-01T09:00:00Z",
        "sent_at": "2027-02-01T09:00:04Z",
        "registered_at": None,
        "registration_uuid": None,
    }
    email = serializers.CharField()
    full_name = serializers.CharField()
    source = serializers.CharField(help_text="How it came: `manual`, `csv` or `contact_list`.")  # type: ignore[assignment]  # a key of the JSON
    status = serializers.CharField(help_text="`pending`, `sent`, `delivered`, `opened`, `registered` or `bounced`.")
    invited_by = serializers.UUIDField(source="invited_by_id", allow_null=True)
    queued_at = UtcDateTimeField(allow_null=True, help_text="When its mail was ordered.")
    sent_at = UtcDateTimeField(allow_null=True)
    opened_at = UtcDateTimeField(allow_null=True, help_text="When its link was first followed.")
    registered_at = UtcDateTimeField(allow_null=True)
    registration_uuid = serializers.UUIDField(
        source="registration_id", allow_null=True, help_text="The registration that came of it."
    )
    created_at = UtcDateTimeField()


class SkippedInvitationOutput(serializers.Serializer[Any]):
    """An address that was not invited, and why."""

    schema_example: ClassVar[dict[str, Any]] = {"email": "mei.tanaka@example.com", "reason": "already_invited"}
    email = serializers.CharField()
    reason = serializers.CharField()


class InvitingOutput(serializers.Serializer[Any]):
    """What came of inviting."""

    created = serializers.SerializerMethodField(help_text="How many are new.")
    skipped = serializers.SerializerMethodField(help_text="How many addresses were left out.")
    queued = serializers.IntegerField(help_text="How many mails are on their way.")
    skipped_emails = SkippedInvitationOutput(source="skipped", many=True)
    invitations = InvitationOutput(source="created", many=True)

    def get_created(self, result: Any) -> int:
        return len(result.created)

    def get_skipped(self, result: Any) -> int:
        return len(result.skipped)


class QueuedOutput(serializers.Serializer[Any]):
    """How many mails are on their way."""

    queued = serializers.IntegerField(help_text="How many mails are on their way.")


class ReminderOutput(IdentifiedOutput):
    """A reminder, and what became of it."""

    schema_example: ClassVar[dict[str, Any]] = {"status": "pending", "sent": False, "sent_at": None}
    reminder_type = serializers.CharField()
    send_hours_before = serializers.SerializerMethodField()
    session = serializers.UUIDField(
        source="session_id", allow_null=True, help_text="The session that it reminds of; null for the whole event."
    )
    scheduled_for = UtcDateTimeField(help_text="When it is due; it moves with the event.")
    status = serializers.CharField(help_text="`pending`, `sent`, `skipped` or `cancelled`.")
    sent = serializers.BooleanField()
    sent_at = UtcDateTimeField(allow_null=True)
    recipient_count = serializers.IntegerField(help_text="How many people were mailed.")
    created_at = UtcDateTimeField()

    def get_send_hours_before(self, row: EventReminder) -> float:
        return row.minutes_before / 60


class EmailOutput(IdentifiedOutput):
    """One mail of the event; its text is not kept."""

    schema_example: ClassVar[dict[str, Any]] = {
        "kind": "registration_confirmed",
        "status": "delivered",
        "queued_at": "2027-02-02T10:41:30Z",
        "sent_at": "2027-02-02T10:41:31Z",
        "delivered_at": "2027-02-02T10:41:33Z",
    }

    kind = serializers.CharField(help_text="What the mail is about.")
    recipient_email = serializers.CharField()
    recipient_name = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.CharField(help_text="What became of it.")
    attempts = serializers.IntegerField(help_text="How often sending was tried.")
    queued_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(allow_null=True)
    delivered_at = UtcDateTimeField(allow_null=True)
    opened_at = UtcDateTimeField(allow_null=True)
    bounced_at = UtcDateTimeField(allow_null=True)
    failed_at = UtcDateTimeField(allow_null=True)
    error_code = serializers.CharField(help_text="Why it failed; blank if it did not.")
