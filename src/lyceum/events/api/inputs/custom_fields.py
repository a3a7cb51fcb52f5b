"""A question of an event, as it is made or changed."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import CharField, ListField, MultilineField, UUIDField
from lyceum.core.api.inputs import Input
from lyceum.events.api.inputs.base import ROW_NAMES
from lyceum.events.models.choices import FieldType

MOST_OPTIONS = 100


class CustomFieldInput(Input):
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
    options = ListField(
        child=CharField(max_length=200),
        required=False,
        max_length=MOST_OPTIONS,
        help_text="The answers to choose from; at least two for select, multiselect and radio.",
    )
    placeholder = CharField(max_length=200, required=False, allow_blank=True, help_text="Grey text in the empty field.")
    help_text = MultilineField(max_length=500, required=False, allow_blank=True, help_text="A hint below the field.")  # type: ignore[assignment]  # a key of the JSON
    default_value = MultilineField(max_length=500, required=False, allow_blank=True)
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

    second_names = ROW_NAMES

    uuid = UUIDField(required=False, help_text="A question that is there already; absent adds a new one.")
