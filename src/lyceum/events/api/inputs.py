"""What the event routes read. A serializer runs no query; the verbs judge what goes together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from lyceum.core.api.fields import CharField, EmailField, UUIDField
from lyceum.events.api.fields import CurrencyField, EventTimeField, MeetingIdField, TagsField, extension_inputs
from lyceum.events.models.choices import (
    AttendanceRequirement,
    EventFormat,
    EventType,
    FieldType,
    ReminderType,
    SessionLayout,
    Visibility,
)
from lyceum.events.services.invitations import MOST_AT_ONCE
from lyceum.events.services.spans import LONGEST_SPAN

MOST_OPTIONS = 100


class ZoomSettingsInput(serializers.Serializer[Any]):
    """How the event's Zoom meeting is set up."""

    enabled = serializers.BooleanField(required=False)
    waiting_room = serializers.BooleanField(
        required=False, help_text="Whether people wait until the host lets them in."
    )
    join_before_host = serializers.BooleanField(required=False, help_text="Whether people can join before the host.")
    mute_upon_entry = serializers.BooleanField(required=False)
    auto_recording = serializers.ChoiceField(
        choices=["none", "local", "cloud"],
        required=False,
        help_text="Where Zoom records by itself: nowhere, on the host's computer, or in the cloud.",
    )


class CustomFieldInput(serializers.Serializer[Any]):
    """One question; `uuid` names a known one when a whole list is sent."""

    schema_example: ClassVar[dict[str, Any]] = {
        "label": "How long have you worked in dentistry?",
        "field_type": "select",
        "options": ["Less than 5 years", "5 years or more"],
        "required": True,
    }

    label = CharField(max_length=200, help_text="The question.")  # type: ignore[assignment]  # a key of the JSON
    field_type = serializers.ChoiceField(choices=FieldType.choices, help_text="What kind of answer it takes.")
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]  # a key of the JSON
    options = serializers.ListField(
        child=CharField(max_length=200),
        required=False,
        max_length=MOST_OPTIONS,
        help_text="The answers to choose from; at least two for select, multiselect and radio.",
    )
    placeholder = CharField(max_length=200, required=False, allow_blank=True, help_text="Grey text in the empty field.")
    help_text = CharField(max_length=500, required=False, allow_blank=True, help_text="A hint below the field.")  # type: ignore[assignment]  # a key of the JSON
    default_value = CharField(max_length=500, required=False, allow_blank=True)
    min_value = serializers.DecimalField(14, 4, required=False, allow_null=True)
    max_value = serializers.DecimalField(14, 4, required=False, allow_null=True)
    show_on_certificate = serializers.BooleanField(
        required=False, help_text="Whether the answer may be printed on the certificate."
    )
    order = serializers.IntegerField(
        min_value=0, max_value=10000, required=False, help_text="Where the question stands; lower numbers come first."
    )


class CustomFieldRowInput(CustomFieldInput):
    """One question in the list of a whole event; `uuid` names one that is there already."""

    uuid = UUIDField(required=False, help_text="A question that is there already; absent adds a new one.")


class SessionInput(serializers.Serializer[Any]):
    """One part of an event. Times without an offset are on the wall clock of the event's zone."""

    schema_example: ClassVar[dict[str, Any]] = {
        "title": "Questions and cases",
        "starts_at": "2027-03-14T13:00:00Z",
        "duration_minutes": 60,
        "speaker": "Dr. Amina Okafor",
    }

    title = CharField(max_length=200, required=False)
    description = CharField(max_length=5000, required=False, allow_blank=True)
    speaker = CharField(max_length=200, required=False, allow_blank=True)
    room_or_link = CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Where it is: a room, or an address, which only those who registered see.",
    )
    starts_at = EventTimeField(
        required=False, help_text="With an offset or Z; without one it is on the clock of the event's time zone."
    )
    ends_at = EventTimeField(required=False, allow_null=True, help_text="Instead of `duration_minutes`.")
    duration_minutes = serializers.IntegerField(
        min_value=15, max_value=480, required=False, allow_null=True, help_text="15 to 480."
    )
    order = serializers.IntegerField(min_value=0, max_value=10000, required=False)
    zoom_enabled = serializers.BooleanField(required=False)
    zoom_meeting_id = MeetingIdField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="The number of a meeting made elsewhere, for this session alone.",
    )
    zoom_join_url = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    cpd_credit_value_override = serializers.DecimalField(
        5,
        2,
        min_value=0,
        max_value=100,
        required=False,
        allow_null=True,
        help_text="Credits for this session; null shares the event's by duration.",
    )
    minimum_attendance_percent = serializers.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        allow_null=True,
        help_text="Instead of the event's; null takes the event's.",
    )


class SessionRowInput(SessionInput):
    """One session in the list of a whole event; `uuid` names one that is there already."""

    uuid = UUIDField(required=False, help_text="A session that is there already; absent adds a new one.")


class EventInput(serializers.Serializer[Any]):
    """An event as it is made or changed. Required at first: title, starts_at, duration_minutes or ends_at."""

    schema_example: ClassVar[dict[str, Any]] = {
        "title": "Infection control in dental practice",
        "starts_at": "2027-03-14T09:00:00Z",
        "duration_minutes": 180,
        "description": "Cleaning, disinfection and sterilisation, with cases from practice.",
        "event_type": "workshop",
        "format": "online",
        "timezone": "Europe/Stockholm",
        "capacity": 40,
        "waitlist_enabled": True,
        "registration_deadline": "2027-03-12T22:59:00Z",
        "cpd_enabled": True,
        "cpd_credit_type": "CPD",
        "cpd_credit_value": 3,
        "minimum_attendance_percent": 80,
        "auto_issue_certificates": True,
        "skill_tags": ["infection control", "sterilisation"],
    }

    title = CharField(max_length=200)
    description = CharField(max_length=10000, required=False, allow_blank=True)
    event_type = serializers.ChoiceField(choices=EventType.choices, required=False)
    category = serializers.ChoiceField(
        choices=EventType.choices, required=False, help_text="Another name for `event_type`."
    )
    format = serializers.ChoiceField(choices=EventFormat.choices, required=False)
    location = CharField(max_length=500, required=False, allow_blank=True)
    visibility = serializers.ChoiceField(
        choices=Visibility.choices,
        required=False,
        help_text="`public` is listed, `unlisted` is found by its link alone, `private` needs an invitation.",
    )
    skill_tags = TagsField(required=False, max_length=20)
    starts_at = EventTimeField(
        required=False, help_text="With an offset or Z; without one it is on the clock of `timezone`."
    )
    ends_at = EventTimeField(required=False, allow_null=True, help_text="Instead of `duration_minutes`.")
    duration_minutes = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_SPAN // timedelta(minutes=1),
        required=False,
        allow_null=True,
        help_text="Instead of `ends_at`. A session lasts 15 to 480 minutes.",
    )
    timezone = CharField(
        max_length=64, required=False, help_text="A name of the IANA time zone database; the organizer's own if absent."
    )
    registration_enabled = serializers.BooleanField(required=False, help_text="Whether people can register at all.")
    registration_deadline = EventTimeField(
        required=False, allow_null=True, help_text="Until when people can register; null until the start."
    )
    capacity = serializers.IntegerField(
        min_value=1,
        max_value=10000,
        required=False,
        allow_null=True,
        help_text="How many seats there are; null for no limit.",
    )
    waitlist_enabled = serializers.BooleanField(
        required=False, help_text="Whether people can wait for a seat when none is free."
    )
    waitlist_auto_promote = serializers.BooleanField(
        required=False, help_text="Whether the first in line gets a freed seat by itself."
    )
    price = serializers.DecimalField(
        12,
        3,
        min_value=0,
        required=False,
        help_text="In major units, such as 89.99; it is the price of the default ticket type.",
    )
    currency = CurrencyField(max_length=3, required=False, help_text="An ISO 4217 code.")
    zoom_enabled = serializers.BooleanField(required=False, help_text="Whether a Zoom meeting belongs to the event.")
    zoom_settings = ZoomSettingsInput(required=False)
    zoom_meeting_id = MeetingIdField(
        max_length=40, required=False, allow_blank=True, help_text="The number of a meeting that was made elsewhere."
    )
    zoom_join_url = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    cpd_enabled = serializers.BooleanField(required=False, help_text="Whether taking part earns credits.")
    cpd_credit_type = CharField(
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="The kind of credit, as the accrediting body names it.",
    )
    cpd_credit_value = serializers.DecimalField(
        5, 2, min_value=0, max_value=100, required=False, allow_null=True, help_text="Credits for the whole event."
    )
    cpd_accreditation_note = CharField(max_length=500, required=False, allow_blank=True)
    certificates_enabled = serializers.BooleanField(required=False, help_text="Whether certificates can be issued.")
    auto_issue_certificates = serializers.BooleanField(
        required=False, help_text="Whether certificates are issued by themselves when attendance is decided."
    )
    minimum_attendance_percent = serializers.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        help_text="How much of the event somebody must have attended for a certificate.",
    )
    event_format = serializers.ChoiceField(
        choices=SessionLayout.choices, required=False, help_text="How the event is made up of sessions."
    )
    attendance_requirement = serializers.ChoiceField(
        choices=AttendanceRequirement.choices,
        required=False,
        help_text="How attendance over several sessions is judged.",
    )
    minimum_sessions_required = serializers.IntegerField(
        min_value=1,
        max_value=200,
        required=False,
        allow_null=True,
        help_text="With `minimum_sessions`: how many must have been attended.",
    )
    session_attendance_threshold = serializers.IntegerField(
        min_value=0, max_value=100, required=False, help_text="From which percentage a session counts as attended."
    )
    custom_fields = CustomFieldRowInput(
        many=True, required=False, help_text="All questions of the event; those that are missing are removed."
    )
    sessions = SessionRowInput(
        many=True, required=False, help_text="All sessions of the event; those that are missing are removed."
    )

    def get_fields(self) -> dict[str, Any]:
        """Add the keys that other apps keep beside an event."""
        fields = dict(super().get_fields())
        return fields | extension_inputs()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        category = attrs.pop("category", None)
        if category is not None and attrs.setdefault("event_type", category) != category:
            raise serializers.ValidationError({"category": "This is another name for event_type; they differ."})
        if "zoom_settings" in attrs:
            attrs["zoom_settings"] = dict(attrs["zoom_settings"])
        return attrs


class NewEventInput(EventInput):
    """A new event. Every required field that is missing is named at once, beside what can't be accepted."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        missing = _missing_times(data)
        try:
            values: dict[str, Any] = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if missing and isinstance(error.detail, dict):
                error.detail.update(missing)
            raise
        if missing:
            raise serializers.ValidationError(missing)
        return values


def _missing_times(data: Any) -> dict[str, Any]:
    """Return what is said of an event without sessions that lacks a start, or a length."""
    names = ("sessions", "starts_at", "duration_minutes", "ends_at")
    sent = {name for name in names if data.get(name) not in (None, "", [])}
    wanted = {
        "starts_at": ("Please say when it starts.", {"starts_at"}),
        "duration_minutes": ("Please give a duration in minutes, or ends_at.", {"duration_minutes", "ends_at"}),
    }
    if "sessions" in sent:
        return {}
    return {name: [ErrorDetail(text, "required")] for name, (text, any_of) in wanted.items() if not sent & any_of}


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    schema_example: ClassVar[dict[str, Any]] = {"reason": "The speaker is ill."}
    reason = CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why, in words for the people concerned.",
    )


class DuplicateInput(serializers.Serializer[Any]):
    """What the copy has otherwise."""

    schema_example: ClassVar[dict[str, Any]] = {
        "title": "Infection control, autumn",
        "starts_at": "2027-09-12T09:00:00Z",
    }
    title = CharField(max_length=200, required=False, help_text="The copy's title; “Copy of …” if absent.")
    starts_at = EventTimeField(
        required=False, help_text="The copy's start; the same time in a following week if absent."
    )


class OrderInput(serializers.Serializer[Any]):
    """The new order."""

    order = serializers.ListField(child=UUIDField(), max_length=500, help_text="Every identifier, in the new order.")


class TicketTypeInput(serializers.Serializer[Any]):
    """A price and a quantity within an event."""

    schema_example: ClassVar[dict[str, Any]] = {
        "name": "Students",
        "description": "With a student card.",
        "quantity": 10,
        "is_active": True,
    }
    name = CharField(max_length=100)
    description = CharField(max_length=500, required=False, allow_blank=True)
    price = serializers.DecimalField(12, 3, min_value=0, required=False, help_text="In major units, such as 89.99.")
    currency = CurrencyField(max_length=3, required=False)
    quantity = serializers.IntegerField(
        min_value=1,
        max_value=10000,
        required=False,
        allow_null=True,
        help_text="How many there are; null for as many as the event has seats.",
    )
    is_active = serializers.BooleanField(required=False, help_text="Whether it can be chosen.")
    order = serializers.IntegerField(
        min_value=0, max_value=10000, required=False, help_text="Where it stands; lower numbers come first."
    )


class InvitationPersonInput(serializers.Serializer[Any]):
    """Somebody to invite."""

    email = EmailField()
    full_name = CharField(max_length=255, required=False, allow_blank=True, default="")


class InvitationsInput(serializers.Serializer[Any]):
    """Addresses as `emails`, or with names as `people`; at most 500 in all."""

    schema_example: ClassVar[dict[str, Any]] = {
        "people": [{"email": "mei.tanaka@example.com", "full_name": "Mei Tanaka"}],
        "send_immediately": True,
    }

    emails = serializers.ListField(
        child=EmailField(), required=False, max_length=MOST_AT_ONCE, help_text="Addresses without names."
    )
    people = InvitationPersonInput(many=True, required=False, help_text="Addresses with names.")
    send_immediately = serializers.BooleanField(
        required=False, default=False, help_text="Whether to mail the invitations now."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        people = [(email, "") for email in attrs.get("emails", [])]
        people += [(row["email"], row["full_name"]) for row in attrs.get("people", [])]
        if not people:
            raise serializers.ValidationError({"emails": ["Please name at least one address."]}, code="required")
        if len(people) > MOST_AT_ONCE:
            raise serializers.ValidationError({"emails": [f"At most {MOST_AT_ONCE} addresses at once, please."]})
        return {"people": people, "send_immediately": attrs["send_immediately"]}


class ReminderInput(serializers.Serializer[Any]):
    """A named moment, or a custom one some hours before the start (of the event, or of one session)."""

    schema_example: ClassVar[dict[str, Any]] = {"reminder_type": "custom", "send_hours_before": 72}

    reminder_type = serializers.ChoiceField(
        choices=ReminderType.choices, required=False, help_text="A usual moment, or `custom` with `send_hours_before`."
    )
    send_hours_before = serializers.DecimalField(
        6, 2, required=False, max_value=720, help_text="Hours before the start; 0.5 is half an hour."
    )
    session = UUIDField(required=False, allow_null=True, help_text="A session to remind of; null for the whole event.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        hours = attrs.get("send_hours_before")
        kind = attrs.get("reminder_type") or (ReminderType.CUSTOM if hours is not None else None)
        if kind is None:
            raise serializers.ValidationError({"reminder_type": ["Please say when to remind."]}, code="required")
        if kind == ReminderType.CUSTOM and hours is None:
            raise serializers.ValidationError({"send_hours_before": ["Please say how long before."]}, code="required")
        minutes = 0 if hours is None else int(hours * 60)
        if kind == ReminderType.CUSTOM and minutes < 1:
            raise serializers.ValidationError({"send_hours_before": ["A reminder comes at least a minute before."]})
        return {"reminder_type": kind, "minutes_before": minutes, "session_id": attrs.get("session")}


class ImageInput(serializers.Serializer[Any]):
    """A picture."""

    # Judged by its content in the verb; the declared type and name are not believed.
    image = serializers.FileField(max_length=255, help_text="PNG, JPEG or WebP, judged by its content.")
