"""What the JSON of an event says of learning."""

from typing import Any

from rest_framework import serializers

from lyceum.core.api.inputs import Input
from lyceum.events.api.fields import register_event_fields


class EventLearningInput(Input):
    """Whether an event has modules and assignments, and what of them must be done."""

    modules_enabled = serializers.BooleanField(required=False)
    assignments_enabled = serializers.BooleanField(required=False)
    require_module_completion = serializers.BooleanField(required=False)
    require_assignments_passed = serializers.BooleanField(required=False)
    passing_score_percent = serializers.IntegerField(min_value=0, max_value=100, required=False)


class EventLearningOutput(serializers.Serializer[Any]):
    """The same, as the event's owner reads it."""

    modules_enabled = serializers.BooleanField()
    assignments_enabled = serializers.BooleanField()
    require_module_completion = serializers.BooleanField()
    require_assignments_passed = serializers.BooleanField()
    passing_score_percent = serializers.IntegerField()


register_event_fields("learning", inputs=EventLearningInput, outputs=EventLearningOutput)
