"""A question, as everybody sees it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.schema_values import QUESTION
from lyceum.events.api.outputs.base import IdentifiedOutput


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
