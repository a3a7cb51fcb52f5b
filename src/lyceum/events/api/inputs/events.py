"""An event, as it is made, changed or copied. A serializer runs no query; the verbs judge what goes together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from lyceum.core.api.fields import CharField, MultilineField
from lyceum.core.api.inputs import Input
from lyceum.events.api.fields import (
    CurrencyField,
    EventTimeField,
    FormatField,
    LinkField,
    MeetingIdField,
    PlaceField,
    PublicField,
    TagsField,
    extension_inputs,
)
from lyceum.events.api.inputs.custom_fields import CustomFieldRowInput
from lyceum.events.api.inputs.sessions import SessionRowInput
from lyceum.events.models.choices import (
    AttendanceRequirement,
    CheckInScope,
    EventFormat,
    EventType,
    SessionLayout,
    Visibility,
)
from lyceum.events.services.custom_fields import MOST_FIELDS
from lyceum.events.services.sessions import MOST_SESSIONS
from lyceum.events.services.spans import LONGEST_SPAN


class ZoomSettingsInput(Input):
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


class EventInput(Input):
    """An event as it is made or changed. Required at first: title, starts_at, duration_minutes or ends_at.

    Times that are sent as they are stored say nothing beside one that differs: with a new `starts_at` alone the event
    keeps its length.
    """

    second_names: ClassVar[dict[str, str]] = {
        "category": "event_type",
        "is_public": "visibility",
        "max_attendees": "capacity",
        "registration_closes_at": "registration_deadline",
        "cpd_type": "cpd_credit_type",
        "cpd_credits": "cpd_credit_value",
    }
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
    description = MultilineField(max_length=10000, required=False, allow_blank=True)
    short_description = CharField(
        max_length=500, required=False, allow_blank=True, help_text="What it is about in one or two lines, for lists."
    )
    event_type = serializers.ChoiceField(choices=EventType.choices, required=False)
    format = FormatField(choices=EventFormat.choices, required=False)
    location = PlaceField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Where it is, as every visitor reads it. A link belongs into `zoom_join_url`.",
    )
    visibility = serializers.ChoiceField(
        choices=Visibility.choices,
        required=False,
        help_text="`public` is listed, `unlisted` is found by its link alone, `private` needs an invitation.",
    )
    is_public = PublicField(required=False)
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
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="The number of a meeting that was made elsewhere, or its link, of which it is taken.",
    )
    zoom_join_url = LinkField(
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="The link to join, of any vendor; shown to those with a seat, shortly before it starts.",
    )
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
    cpd_accreditation_note = MultilineField(max_length=500, required=False, allow_blank=True)
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
    check_in_scope = serializers.ChoiceField(
        choices=CheckInScope.choices,
        required=False,
        help_text="What one check-in counts for: `session`, the one that runs or begins next, or `event`, all of it. "
        "Check-ins from before a change keep what they were made for.",
    )
    custom_fields = CustomFieldRowInput(  # type: ignore[call-arg]  # the stubs don't know what many=True takes
        many=True,
        required=False,
        max_length=MOST_FIELDS,
        help_text="All questions of the event; those that are missing are removed.",
    )
    sessions = SessionRowInput(  # type: ignore[call-arg]  # the stubs don't know what many=True takes
        many=True,
        required=False,
        max_length=MOST_SESSIONS,
        help_text="All sessions of the event; those that are missing are removed.",
    )

    def get_fields(self) -> dict[str, Any]:
        """Add the keys that other apps keep beside an event."""
        fields = dict(super().get_fields())
        return fields | extension_inputs()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
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


class DuplicateInput(Input):
    """What the copy has otherwise."""

    schema_example: ClassVar[dict[str, Any]] = {
        "title": "Infection control, autumn",
        "starts_at": "2027-09-12T09:00:00Z",
    }
    title = CharField(max_length=200, required=False, help_text="The copy's title; “Copy of …” if absent.")
    starts_at = EventTimeField(
        required=False, help_text="The copy's start; the same time in a following week if absent."
    )


class ImageInput(Input):
    """A picture."""

    # Judged by its content in the verb; the declared type and name are not believed.
    image = serializers.FileField(max_length=255, help_text="PNG, JPEG or WebP, judged by its content.")
