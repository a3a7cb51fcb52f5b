"""What the JSON of an event says of its recordings."""

from typing import Any

from rest_framework import serializers

from lyceum.core.api.inputs import Input
from lyceum.events.api.fields import register_event_fields
from lyceum.recordings.models import RecordingAccess


class EventRecordingInput(Input):
    """Whether an event is recorded, and what becomes of the recordings."""

    recording_enabled = serializers.BooleanField(required=False)
    auto_publish_recordings = serializers.BooleanField(required=False)
    recording_access_level = serializers.ChoiceField(choices=RecordingAccess.choices, required=False)


class EventRecordingOutput(serializers.Serializer[Any]):
    """The same, as the event's owner reads it."""

    recording_enabled = serializers.BooleanField()
    auto_publish_recordings = serializers.BooleanField()
    recording_access_level = serializers.CharField()


register_event_fields("recordings", inputs=EventRecordingInput, outputs=EventRecordingOutput)
