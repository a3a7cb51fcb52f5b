"""What the routes of certificates read."""

from __future__ import annotations

from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.certificates.models import Certificate
from lyceum.certificates.rendering.builtin import DESIGNS
from lyceum.core.api.fields import CharField, UUIDField

MOST_AT_ONCE = 10_000
POSITIONS_BYTES = 64 * 1024


class IssueInput(serializers.Serializer[Any]):
    """Whom to issue to. Without `registration_uuids`: all who earned one. An empty list: nobody."""

    registration_uuids = serializers.ListField(child=UUIDField(), required=False, max_length=MOST_AT_ONCE)
    template_uuid = UUIDField(required=False, allow_null=True)
    send_notification = serializers.BooleanField(default=True)


class RevokeInput(serializers.Serializer[Any]):
    """Why. The category is public, the reason goes to the holder alone."""

    reason = CharField(max_length=500)
    category = serializers.ChoiceField(choices=Certificate.Category.choices, default=Certificate.Category.OTHER)
    notify_attendee = serializers.BooleanField(default=True)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.Field[dict[str, Any], Any, Any, Any]):
    """A JSON object; in a multipart body, its text."""

    default_error_messages = {"object": "Send a JSON object.", "large": "This object is too large."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, str):
            if len(data) > POSITIONS_BYTES:
                self.fail("large")
            try:
                data = orjson.loads(data)
            except (orjson.JSONDecodeError, RecursionError):
                self.fail("object")
        if not isinstance(data, dict):
            self.fail("object")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class _TemplateInput(serializers.Serializer[Any]):
    description = CharField(max_length=500, required=False, allow_blank=True)
    template_file = serializers.FileField(required=False, allow_empty_file=True)
    design = serializers.ChoiceField(choices=sorted(DESIGNS), required=False)
    signature_image = serializers.FileField(required=False, allow_empty_file=True)
    field_positions = ObjectField(required=False)
    default_font = CharField(max_length=60, required=False)
    default_font_size = serializers.IntegerField(min_value=1, max_value=2000, required=False)
    default_color = CharField(max_length=7, required=False, allow_blank=True)
    is_default = serializers.BooleanField(required=False)


class TemplateCreateInput(_TemplateInput):
    """A new template: a background (PDF, PNG or JPEG, one page, at most 10 MB) or a built-in design."""

    name = CharField(max_length=100)


class TemplateUpdateInput(_TemplateInput):
    """Changes to a template. On a used one, whatever can be seen on paper makes a new version."""

    name = CharField(max_length=100, required=False)
    is_active = serializers.BooleanField(required=False)


class PreviewInput(serializers.Serializer[Any]):
    """Words for a preview; the sample's stand for those that are missing."""

    attendee_name = CharField(max_length=255, required=False, allow_blank=True)
    event_title = CharField(max_length=200, required=False, allow_blank=True)
    organizer_name = CharField(max_length=255, required=False, allow_blank=True)
    cpd_credits = CharField(max_length=10, required=False, allow_blank=True)
    cpd_type = CharField(max_length=50, required=False, allow_blank=True)
