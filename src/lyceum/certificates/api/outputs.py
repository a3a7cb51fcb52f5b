"""What the routes of certificates answer."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.accounts.models import User
from lyceum.certificates.models import Certificate, CertificateTemplate
from lyceum.certificates.rules.snapshot import verification_url
from lyceum.certificates.services.download import pdf_link
from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import CERTIFICATE, ORGANIZER, TEMPLATE
from lyceum.core.files import storage


class PreviewOutput(serializers.Serializer[Any]):
    """A signed link to a picture of the certificate, which expires."""

    preview_url = serializers.URLField(read_only=True)


class MessageOutput(serializers.Serializer[Any]):
    """What was done, in words."""

    message = serializers.CharField(read_only=True)


class TemplateListOutput(serializers.ModelSerializer[CertificateTemplate]):
    """A template in a list."""

    schema_example: ClassVar[dict[str, Any]] = {"uuid": TEMPLATE, "id": TEMPLATE, "name": "Academy, landscape"}

    id = serializers.UUIDField(read_only=True)
    uuid = serializers.UUIDField(read_only=True)
    preview_url = serializers.SerializerMethodField()
    certificate_count = serializers.IntegerField(
        source="usage_count", read_only=True, help_text="How many certificates were issued on this version."
    )
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


class TemplateOutput(TemplateListOutput):
    """A template in full. Links are signed and expire."""

    template_file_url = serializers.SerializerMethodField()
    signature_url = serializers.SerializerMethodField()
    original_template = serializers.UUIDField(
        source="original_template_id",
        read_only=True,
        allow_null=True,
        help_text="The first version; null for the first itself.",
    )
    orientation = serializers.CharField(read_only=True)
    # Blank for a built-in design.
    file_type = serializers.CharField(read_only=True, help_text="Blank for a built-in design.")

    class Meta(TemplateListOutput.Meta):
        fields = (
            *TemplateListOutput.Meta.fields,
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


class TemplateChangedOutput(TemplateOutput):
    """A template after a change. `previous_version` is the id of the row it replaces; null when it is the same."""

    previous_version = serializers.SerializerMethodField()

    class Meta(TemplateOutput.Meta):
        fields = (*TemplateOutput.Meta.fields, "previous_version")
        read_only_fields = fields

    def get_previous_version(self, template: CertificateTemplate) -> str | None:
        before = self.context.get("changed_id")
        return str(before) if before is not None and before != template.pk else None


def _link(key: str, name: str) -> str | None:
    return storage.signed_link(key, filename=name, inline=True) if key else None


class RefusedOutput(serializers.Serializer[Any]):
    """A registration that got no certificate, and why."""

    schema_example: ClassVar[dict[str, Any]] = {
        "code": "NAME_MISSING",
        "reason": "We don't know this person's name. We have asked them for it; please issue again then.",
    }
    registration_uuid = serializers.UUIDField()
    code = serializers.CharField(help_text="The name of the reason, for programs.")
    reason = serializers.CharField(help_text="The reason, for people.")


class IssueOutput(serializers.Serializer[Any]):
    """What came of it, row by row."""

    issued = serializers.IntegerField(help_text="How many were issued.")
    certificate_uuids = serializers.ListField(child=serializers.UUIDField())
    refused = RefusedOutput(many=True)


class IssuingSummaryOutput(serializers.Serializer[Any]):
    """How far issuing is."""

    schema_example: ClassVar[dict[str, Any]] = {"eligible": 27, "pending": 1}

    total_attended = serializers.IntegerField()
    eligible = serializers.IntegerField(help_text="How many have earned a certificate.")
    issued = serializers.IntegerField()
    pending = serializers.IntegerField(help_text="How many of them don't have it yet.")
    revoked = serializers.IntegerField()


class DownloadOutput(serializers.Serializer[Any]):
    """A signed link that expires."""

    download_url = serializers.URLField()


class IssuerOutput(serializers.ModelSerializer[User]):
    """The account that issued it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "uuid": ORGANIZER,
        "id": ORGANIZER,
        "email": "amina.okafor@example.com",
        "full_name": "Amina Okafor",
    }

    id = serializers.UUIDField(read_only=True)
    uuid = serializers.UUIDField(read_only=True)

    class Meta:
        model = User
        fields = ("uuid", "id", "email", "full_name")
        read_only_fields = fields


class _CertificateBase(serializers.ModelSerializer[Certificate]):
    schema_example: ClassVar[dict[str, Any]] = {"uuid": CERTIFICATE, "id": CERTIFICATE, "status": "issued"}
    id = serializers.UUIDField(read_only=True)
    uuid = serializers.UUIDField(read_only=True)
    registration_uuid = serializers.UUIDField(source="registration_id", read_only=True, allow_null=True)
    event_uuid = serializers.UUIDField(source="event_id", read_only=True, allow_null=True)
    attendee_name = serializers.CharField(read_only=True, help_text="The name as it is printed.")
    event_title = serializers.CharField(read_only=True)
    cpd_credits = serializers.DecimalField(max_digits=6, decimal_places=2, read_only=True, allow_null=True)
    hours_completed = serializers.DecimalField(
        max_digits=6, decimal_places=2, read_only=True, help_text="Hours of attendance."
    )
    issued_at = UtcDateTimeField(read_only=True)
    revoked_at = UtcDateTimeField(read_only=True, allow_null=True)
    # Blank while it stands.
    revocation_category = serializers.CharField(
        read_only=True, help_text="`error`, `misconduct` or `other`; blank while it stands."
    )
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)


class CertificateListOutput(_CertificateBase):
    """A certificate in an event's list."""

    class Meta:
        model = Certificate
        fields: tuple[str, ...] = (
            "uuid",
            "id",
            "certificate_id",
            "registration_uuid",
            "attendee_name",
            "event_title",
            "status",
            "cpd_type",
            "cpd_credits",
            "event_date",
            "issued_at",
            "revoked_at",
            "pdf_state",
            "created_at",
        )
        read_only_fields = fields


class _WithLinks(_CertificateBase):
    certificate_data = serializers.JSONField(source="shown_data", read_only=True)
    pdf_url = serializers.SerializerMethodField()
    verification_url = serializers.SerializerMethodField()

    def get_pdf_url(self, certificate: Certificate) -> str | None:
        return pdf_link(certificate) if certificate.has_pdf else None

    def get_verification_url(self, certificate: Certificate) -> str:
        return verification_url(certificate.certificate_id)


class CertificateOutput(_WithLinks):
    """A certificate as its event's organizer sees it."""

    template = TemplateListOutput(read_only=True, allow_null=True)
    issued_by = IssuerOutput(read_only=True, allow_null=True)
    pdf_generated_at = UtcDateTimeField(read_only=True, allow_null=True)
    first_viewed_at = UtcDateTimeField(read_only=True, allow_null=True)
    first_downloaded_at = UtcDateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Certificate
        fields = (
            "uuid",
            "id",
            "certificate_id",
            "registration_uuid",
            "event_uuid",
            "status",
            "attendee_name",
            "event_title",
            "certificate_data",
            "cpd_type",
            "cpd_credits",
            "hours_completed",
            "skill_tags",
            "event_date",
            "pdf_url",
            "verification_url",
            "pdf_state",
            "pdf_error",
            "pdf_generated_at",
            "issued_at",
            "revoked_at",
            "revocation_reason",
            "revocation_category",
            "template",
            "design",
            "issued_by",
            "view_count",
            "first_viewed_at",
            "download_count",
            "first_downloaded_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class MyCertificateOutput(_WithLinks):
    """A certificate as its holder sees it; `certificate_number`, `event` and `issued_date` are second names."""

    certificate_number = serializers.CharField(
        source="certificate_id", read_only=True, help_text="The same as `certificate_id`."
    )
    event = serializers.UUIDField(source="event_id", read_only=True, allow_null=True)
    organizer_name = serializers.CharField(read_only=True)
    issued_date = serializers.SerializerMethodField()
    is_downloaded = serializers.SerializerMethodField()
    downloaded_at = UtcDateTimeField(
        source="first_downloaded_at", read_only=True, allow_null=True, help_text="When it was first downloaded."
    )

    class Meta:
        model = Certificate
        fields = (
            "uuid",
            "id",
            "certificate_id",
            "certificate_number",
            "registration_uuid",
            "event_uuid",
            "event",
            "status",
            "attendee_name",
            "event_title",
            "organizer_name",
            "certificate_data",
            "cpd_type",
            "cpd_credits",
            "hours_completed",
            "skill_tags",
            "event_date",
            "pdf_url",
            "verification_url",
            "issued_at",
            "issued_date",
            "revoked_at",
            "revocation_category",
            "revocation_reason",
            "is_downloaded",
            "downloaded_at",
            "download_count",
            "created_at",
        )
        read_only_fields = fields

    def get_issued_date(self, certificate: Certificate) -> str:
        return str(certificate.certificate_data.get("issued_date") or certificate.issued_at.date().isoformat())

    def get_is_downloaded(self, certificate: Certificate) -> bool:
        return certificate.download_count > 0


class VerificationOutput(serializers.Serializer[Any]):
    """What the public may know. With `details_private` nothing more is shown than number and state."""

    valid = serializers.BooleanField(help_text="Whether the certificate stands.")
    certificate_id = serializers.CharField()
    status = serializers.CharField(help_text="`issued` or `revoked`.")
    details_private = serializers.BooleanField(
        required=False, help_text="Whether the holder shows no more than number and status."
    )
    attendee_name = serializers.CharField(required=False)
    event_title = serializers.CharField(required=False)
    event_date = serializers.DateField(required=False)
    organizer_name = serializers.CharField(required=False)
    cpd_type = serializers.CharField(required=False, allow_null=True)
    cpd_credits = serializers.DecimalField(max_digits=6, decimal_places=2, required=False, allow_null=True)
    hours_completed = serializers.DecimalField(max_digits=6, decimal_places=2, required=False, allow_null=True)
    issued_at = UtcDateTimeField(required=False)
    revoked_at = UtcDateTimeField(required=False, allow_null=True)
    revocation_category = serializers.CharField(required=False)
    verification_url = serializers.URLField(required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if instance.details_private:
            kept = ("valid", "certificate_id", "status", "details_private", "revoked_at", "revocation_category")
            shown = {key: shown[key] for key in kept}
        if instance.valid:
            shown = {key: value for key, value in shown.items() if not key.startswith("rev")}
        return shown
