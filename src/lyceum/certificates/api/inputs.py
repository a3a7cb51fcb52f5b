"""What the routes of certificates read."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.certificates.models import Certificate
from lyceum.certificates.rendering.builtin import DESIGNS
from lyceum.certificates.rendering.positions import MAX_FIELDS
from lyceum.core.api.fields import CharField, ListField, MultilineField, NameField, UUIDField
from lyceum.core.api.inputs import Input
from lyceum.core.api.schema_values import REGISTRATION
from lyceum.core.errors import ParseRefused
from lyceum.core.json_reading import read_json

MOST_AT_ONCE = 10_000
POSITIONS_BYTES = 64 * 1024


class IssueInput(Input):
    """Whom to issue to. Without `registration_uuids`: all who earned one. An empty list: nobody."""

    schema_example: ClassVar[dict[str, Any]] = {"registration_uuids": [REGISTRATION], "send_notification": True}

    registration_uuids = ListField(
        child=UUIDField(),
        required=False,
        max_length=MOST_AT_ONCE,
        help_text="Whom to issue to; absent means everybody who has earned one, an empty list nobody.",
    )
    template_uuid = UUIDField(
        required=False, allow_null=True, help_text="The template; the event's or the default one if absent."
    )
    send_notification = serializers.BooleanField(default=True, help_text="Whether to mail the holders.")


class RevokeInput(Input):
    """Why. The category is public, the reason goes to the holder alone."""

    schema_example: ClassVar[dict[str, Any]] = {
        "reason": "The name was misspelt; a new certificate follows.",
        "category": "error",
    }

    reason = MultilineField(max_length=500, help_text="Told to the holder alone.")
    category = serializers.ChoiceField(
        choices=Certificate.Category.choices,
        default=Certificate.Category.OTHER,
        help_text="Shown to whoever verifies the certificate.",
    )
    notify_attendee = serializers.BooleanField(default=True, help_text="Whether to mail the holder.")


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.Field[dict[str, Any], Any, Any, Any]):
    """A JSON object; in a multipart body, its text."""

    default_error_messages = {
        "object": "Send a JSON object.",
        "large": "This object is too large.",
        "many": "At most {most} fields fit on a certificate.",
    }
    max_length = MAX_FIELDS

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, str):
            if len(data) > POSITIONS_BYTES:
                self.fail("large")
            try:
                data = read_json(data)
            except ParseRefused:
                self.fail("object")
        if not isinstance(data, dict):
            self.fail("object")
        if len(data) > self.max_length:
            self.fail("many", most=self.max_length)
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class _TemplateInput(Input):
    description = MultilineField(max_length=500, required=False, allow_blank=True)
    template_file = serializers.FileField(
        required=False, allow_empty_file=True, help_text="The background: PDF, PNG or JPEG of one page, at most 10 MB."
    )
    design = serializers.ChoiceField(
        choices=sorted(DESIGNS), required=False, help_text="A built-in design, instead of a file."
    )
    signature_image = serializers.FileField(
        required=False, allow_empty_file=True, help_text="A picture of a signature, for the field `signature`."
    )
    field_positions = ObjectField(
        required=False, help_text="Where each field is printed: its name, with `x`, `y` and its looks."
    )
    default_font = CharField(max_length=60, required=False)
    default_font_size = serializers.IntegerField(min_value=1, max_value=2000, required=False)
    default_color = CharField(max_length=7, required=False, allow_blank=True, help_text="`#RRGGBB`.")
    is_default = serializers.BooleanField(
        required=False, help_text="Whether events that chose no template use this one."
    )


class TemplateCreateInput(_TemplateInput):
    """A new template: a background (PDF, PNG or JPEG, one page, at most 10 MB) or a built-in design."""

    schema_example: ClassVar[dict[str, Any]] = {
        "name": "Academy, landscape",
        "design": "classic",
        "field_positions": {"attendee_name": {"x": 877, "y": 560, "font_size": 44, "align": "center"}},
        "is_default": True,
    }

    name = CharField(max_length=100)


class TemplateUpdateInput(_TemplateInput):
    """Changes to a template. On a used one, whatever can be seen on paper makes a new version."""

    schema_example: ClassVar[dict[str, Any]] = {
        "name": "Academy, landscape",
        "default_color": "#1f2937",
        "is_default": True,
    }

    name = CharField(max_length=100, required=False)
    is_active = serializers.BooleanField(required=False, help_text="Whether it can be chosen.")


class PreviewInput(Input):
    """Words for a preview; the sample's stand for those that are missing."""

    schema_example: ClassVar[dict[str, Any]] = {"attendee_name": "Jonas Berg", "cpd_credits": "3", "cpd_type": "CPD"}

    attendee_name = NameField(max_length=255, required=False, allow_blank=True)
    event_title = CharField(max_length=200, required=False, allow_blank=True)
    organizer_name = CharField(max_length=255, required=False, allow_blank=True)
    cpd_credits = CharField(max_length=10, required=False, allow_blank=True)
    cpd_type = CharField(max_length=50, required=False, allow_blank=True)
