"""Templates in and out."""

from __future__ import annotations

from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.certificates.models import CertificateTemplate
from lyceum.certificates.rendering.builtin import DESIGNS
from lyceum.core import files
from lyceum.core.api.fields import CharField, UtcDateTimeField

POSITIONS_BYTES = 64 * 1024


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


class TemplateCreateIn(_TemplateInput):
    """A new template: a background (PDF, PNG or JPEG, one page, at most 10 MB) or a built-in design."""

    name = CharField(max_length=100)


class TemplateUpdateIn(_TemplateInput):
    """Changes to a template. On a used one, whatever can be seen on paper makes a new version."""

    name = CharField(max_length=100, required=False)
    is_active = serializers.BooleanField(required=False)


class PreviewIn(serializers.Serializer[Any]):
    """Words for a preview; the sample's stand for those that are missing."""

    attendee_name = CharField(max_length=255, required=False, allow_blank=True)
    event_title = CharField(max_length=200, required=False, allow_blank=True)
    organizer_name = CharField(max_length=255, required=False, allow_blank=True)
    cpd_credits = CharField(max_length=10, required=False, allow_blank=True)
    cpd_type = CharField(max_length=50, required=False, allow_blank=True)


class PreviewOut(serializers.Serializer[Any]):
    """A signed link to a picture of the certificate, which expires."""

    preview_url = serializers.URLField(read_only=True)


class MessageOut(serializers.Serializer[Any]):
    """What was done, in words."""

    message = serializers.CharField(read_only=True)


class TemplateListOut(serializers.ModelSerializer[CertificateTemplate]):
    """A template in a list."""

    id = serializers.UUIDField(read_only=True)
    uuid = serializers.UUIDField(read_only=True)
    preview_url = serializers.SerializerMethodField()
    certificate_count = serializers.IntegerField(source="usage_count", read_only=True)  # A45
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    deleted_at = UtcDateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = CertificateTemplate
        fields: tuple[str, ...] = (
            "uuid",
            "id",
            "name",
            "design",
            "is_default",
            "is_active",
            "version",
            "is_latest_version",
            "preview_url",
            "certificate_count",
            "created_at",
            "updated_at",
            "deleted_at",
        )
        read_only_fields = fields

    def get_preview_url(self, template: CertificateTemplate) -> str | None:
        return _link(template.preview_key, "preview.png")


class TemplateOut(TemplateListOut):
    """A template in full. Links are signed and expire."""  # A46

    template_file_url = serializers.SerializerMethodField()
    signature_url = serializers.SerializerMethodField()
    original_template = serializers.UUIDField(source="original_template_id", read_only=True, allow_null=True)
    orientation = serializers.CharField(read_only=True)
    # Blank for a built-in design.
    file_type = serializers.CharField(read_only=True)

    class Meta(TemplateListOut.Meta):
        fields = (
            *TemplateListOut.Meta.fields,
            "description",
            "template_file_url",
            "signature_url",
            "file_type",
            "file_size_bytes",
            "width_px",
            "height_px",
            "orientation",
            "field_positions",
            "default_font",
            "default_font_size",
            "default_color",
            "original_template",
        )
        read_only_fields = fields

    def get_template_file_url(self, template: CertificateTemplate) -> str | None:
        return _link(template.file_key, f"template.{template.file_type}")

    def get_signature_url(self, template: CertificateTemplate) -> str | None:
        return _link(template.signature_key, "signature.png")


class TemplateChangedOut(TemplateOut):
    """A template after a change. `previous_version` is the id of the row it replaces; null when it is the same."""

    previous_version = serializers.SerializerMethodField()

    class Meta(TemplateOut.Meta):
        fields = (*TemplateOut.Meta.fields, "previous_version")
        read_only_fields = fields

    def get_previous_version(self, template: CertificateTemplate) -> str | None:
        before = self.context.get("changed_id")
        return str(before) if before is not None and before != template.pk else None


def _link(key: str, name: str) -> str | None:
    return files.signed_link(key, filename=name, inline=True) if key else None
