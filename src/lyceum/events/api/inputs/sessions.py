"""A session, as it is made or changed."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import CharField, MultilineField, UUIDField
from lyceum.core.api.inputs import Input
from lyceum.events.api.fields import EventTimeField, LinkField, MeetingIdField, PlaceField, RoomOrLinkField
from lyceum.events.api.inputs.base import ROW_NAMES


class SessionInput(Input):
    """One part of an event. Times without an offset are on the wall clock of the event's zone."""

    second_names: ClassVar[dict[str, str]] = {"speaker_names": "speaker"}
    schema_example: ClassVar[dict[str, Any]] = {
        "title": "Questions and cases",
        "starts_at": "2027-03-14T13:00:00Z",
        "duration_minutes": 60,
        "speaker": "Dr. Amina Okafor",
    }

    title = CharField(max_length=200, required=False)
    description = MultilineField(max_length=5000, required=False, allow_blank=True)
    speaker = CharField(max_length=200, required=False, allow_blank=True)
    room = PlaceField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Where it is, as every visitor reads it. A link belongs into `zoom_join_url`.",
    )
    room_or_link = RoomOrLinkField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Another name: a link is taken as `zoom_join_url`, anything else as `room`.",
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
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="The number of a meeting made elsewhere, for this session alone, or its link, of which it is taken.",
    )
    zoom_join_url = LinkField(
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="The link to join, of any vendor; shown to those with a seat, shortly before it starts.",
    )
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

    second_names: ClassVar[dict[str, str]] = {**SessionInput.second_names, **ROW_NAMES}

    uuid = UUIDField(required=False, help_text="A session that is there already; absent adds a new one.")
