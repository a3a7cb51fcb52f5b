"""What the event routes read. A serializer runs no query; the verbs judge what goes together."""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from lyceum.core.api.fields import CharField, EmailField, UUIDField
from lyceum.core.money import CURRENCIES
from lyceum.events.api.fields import EventTimeField, TagsField, extension_inputs
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

LONGEST_SPAN_MINUTES = 31 * 24 * 60
MOST_OPTIONS = 100


class MeetingIdField(CharField):
    """A Zoom meeting number, with or without the spaces that people copy along."""

    default_error_messages = {"meeting": "Please give the meeting's number, at most 20 letters and digits."}

    def to_internal_value(self, data: Any) -> str:
        value = re.sub(r"[\s-]", "", super().to_internal_value(data))
        if not re.fullmatch(r"[A-Za-z0-9_]{0,20}", value):
            self.fail("meeting")
        return value


class CurrencyField(CharField):
    """An ISO 4217 code."""

    default_error_messages = {"currency": "Please give a currency by its ISO 4217 code, like EUR."}

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data).upper()
        if value not in CURRENCIES:
            self.fail("currency")
        return value


class ZoomSettingsInput(serializers.Serializer[Any]):
    enabled = serializers.BooleanField(required=False)
    waiting_room = serializers.BooleanField(required=False)
    join_before_host = serializers.BooleanField(required=False)
    mute_upon_entry = serializers.BooleanField(required=False)
    auto_recording = serializers.ChoiceField(choices=["none", "local", "cloud"], required=False)


class CustomFieldInput(serializers.Serializer[Any]):
    """One question; `uuid` names a known one when a whole list is sent."""

    label = CharField(max_length=200)  # type: ignore[assignment]  # a key of the JSON
    field_type = serializers.ChoiceField(choices=FieldType.choices)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]  # a key of the JSON
    options = serializers.ListField(child=CharField(max_length=200), required=False, max_length=MOST_OPTIONS)
    placeholder = CharField(max_length=200, required=False, allow_blank=True)
    help_text = CharField(max_length=500, required=False, allow_blank=True)  # type: ignore[assignment]  # a key of the JSON
    default_value = CharField(max_length=500, required=False, allow_blank=True)
    min_value = serializers.DecimalField(14, 4, required=False, allow_null=True)
    max_value = serializers.DecimalField(14, 4, required=False, allow_null=True)
    show_on_certificate = serializers.BooleanField(required=False)
    order = serializers.IntegerField(min_value=0, max_value=10000, required=False)


class CustomFieldRowInput(CustomFieldInput):
    uuid = UUIDField(required=False)


class SessionInput(serializers.Serializer[Any]):
    """One part of an event. Times without an offset are on the wall clock of the event's zone."""

    title = CharField(max_length=200, required=False)
    description = CharField(max_length=5000, required=False, allow_blank=True)
    speaker = CharField(max_length=200, required=False, allow_blank=True)
    room_or_link = CharField(max_length=500, required=False, allow_blank=True)
    starts_at = EventTimeField(required=False)
    ends_at = EventTimeField(required=False, allow_null=True)
    duration_minutes = serializers.IntegerField(min_value=15, max_value=480, required=False, allow_null=True)
    order = serializers.IntegerField(min_value=0, max_value=10000, required=False)
    zoom_enabled = serializers.BooleanField(required=False)
    zoom_meeting_id = MeetingIdField(max_length=40, required=False, allow_blank=True)
    zoom_join_url = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    cpd_credit_value_override = serializers.DecimalField(
        5, 2, min_value=0, max_value=100, required=False, allow_null=True
    )
    minimum_attendance_percent = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)


class SessionRowInput(SessionInput):
    uuid = UUIDField(required=False)


class EventInput(serializers.Serializer[Any]):
    """An event as it is made or changed. Required at first: title, starts_at, duration_minutes or ends_at."""

    title = CharField(max_length=200)
    description = CharField(max_length=10000, required=False, allow_blank=True)
    event_type = serializers.ChoiceField(choices=EventType.choices, required=False)
    category = serializers.ChoiceField(choices=EventType.choices, required=False)
    format = serializers.ChoiceField(choices=EventFormat.choices, required=False)
    location = CharField(max_length=500, required=False, allow_blank=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    skill_tags = TagsField(required=False, max_length=20)
    starts_at = EventTimeField(required=False)
    ends_at = EventTimeField(required=False, allow_null=True)
    duration_minutes = serializers.IntegerField(
        min_value=1, max_value=LONGEST_SPAN_MINUTES, required=False, allow_null=True
    )
    timezone = CharField(max_length=64, required=False)
    registration_enabled = serializers.BooleanField(required=False)
    registration_deadline = EventTimeField(required=False, allow_null=True)
    capacity = serializers.IntegerField(min_value=1, max_value=10000, required=False, allow_null=True)
    waitlist_enabled = serializers.BooleanField(required=False)
    waitlist_auto_promote = serializers.BooleanField(required=False)
    price = serializers.DecimalField(12, 3, min_value=0, required=False)
    currency = CurrencyField(max_length=3, required=False)
    zoom_enabled = serializers.BooleanField(required=False)
    zoom_settings = ZoomSettingsInput(required=False)
    zoom_meeting_id = MeetingIdField(max_length=40, required=False, allow_blank=True)
    zoom_join_url = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    cpd_enabled = serializers.BooleanField(required=False)
    cpd_credit_type = CharField(max_length=50, required=False, allow_blank=True)
    cpd_credit_value = serializers.DecimalField(5, 2, min_value=0, max_value=100, required=False, allow_null=True)
    cpd_accreditation_note = CharField(max_length=500, required=False, allow_blank=True)
    certificates_enabled = serializers.BooleanField(required=False)
    auto_issue_certificates = serializers.BooleanField(required=False)
    minimum_attendance_percent = serializers.IntegerField(min_value=0, max_value=100, required=False)
    event_format = serializers.ChoiceField(choices=SessionLayout.choices, required=False)
    attendance_requirement = serializers.ChoiceField(choices=AttendanceRequirement.choices, required=False)
    minimum_sessions_required = serializers.IntegerField(min_value=1, max_value=200, required=False, allow_null=True)
    session_attendance_threshold = serializers.IntegerField(min_value=0, max_value=100, required=False)
    custom_fields = CustomFieldRowInput(many=True, required=False)
    sessions = SessionRowInput(many=True, required=False)

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
    reason = CharField(max_length=2000, required=False, allow_blank=True, default="")


class DuplicateInput(serializers.Serializer[Any]):
    title = CharField(max_length=200, required=False)
    starts_at = EventTimeField(required=False)


class OrderInput(serializers.Serializer[Any]):
    order = serializers.ListField(child=UUIDField(), max_length=500)


class TicketTypeInput(serializers.Serializer[Any]):
    name = CharField(max_length=100)
    description = CharField(max_length=500, required=False, allow_blank=True)
    price = serializers.DecimalField(12, 3, min_value=0, required=False)
    currency = CurrencyField(max_length=3, required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=10000, required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)
    order = serializers.IntegerField(min_value=0, max_value=10000, required=False)


class InvitationPersonInput(serializers.Serializer[Any]):
    email = EmailField()
    full_name = CharField(max_length=255, required=False, allow_blank=True, default="")


class InvitationsInput(serializers.Serializer[Any]):
    """Addresses as `emails`, or with names as `people`; at most 500 in all."""

    emails = serializers.ListField(child=EmailField(), required=False, max_length=MOST_AT_ONCE)
    people = InvitationPersonInput(many=True, required=False)
    send_immediately = serializers.BooleanField(required=False, default=False)

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

    reminder_type = serializers.ChoiceField(choices=ReminderType.choices, required=False)
    send_hours_before = serializers.DecimalField(6, 2, required=False, max_value=720)
    session = UUIDField(required=False, allow_null=True)

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
    # Judged by its content in the verb; the declared type and name are not believed.
    image = serializers.FileField(max_length=255)
