"""What the JSON of an event says of its certificates."""

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import UUIDField
from lyceum.core.api.inputs import Input
from lyceum.events.api.fields import register_event_fields


class EventCertificateInput(Input):
    """Which template an event prints on; null for the owner's default."""

    certificate_template = UUIDField(required=False, allow_null=True)


class EventCertificateOutput(serializers.Serializer[Any]):
    """The same, as the event's owner reads it."""

    certificate_template = serializers.UUIDField(allow_null=True)


register_event_fields("certificates", inputs=EventCertificateInput, outputs=EventCertificateOutput)
