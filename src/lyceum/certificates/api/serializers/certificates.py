"""Certificates in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.accounts.models import User
from lyceum.certificates.api.serializers.templates import TemplateListOut
from lyceum.certificates.models import Certificate
from lyceum.certificates.services.downloading import pdf_link
from lyceum.certificates.snapshot import verification_url
from lyceum.core.api.fields import CharField, UtcDateTimeField, UUIDField

MOST_AT_ONCE = 10_000


class IssueIn(serializers.Serializer[Any]):
    """Whom to issue to. Without `registration_uuids`: all who earned one. An empty list: nobody."""

    registration_uuids = serializers.ListField(child=UUIDField(), required=False, max_length=MOST_AT_ONCE)
    template_uuid = UUIDField(required=False, allow_null=True)
    send_notification = serializers.BooleanField(default=True)


class RefusedOut(serializers.Serializer[Any]):
    registration_uuid = serializers.UUIDField()
    code = serializers.CharField()
    reason = serializers.CharField()


class IssueOut(serializers.Serializer[Any]):
    """What came of it, row by row."""

    issued = serializers.IntegerField()
    certificate_uuids = serializers.ListField(child=serializers.UUIDField())
    refused = RefusedOut(many=True)


class RevokeIn(serializers.Serializer[Any]):
    """Why. The category is public, the reason goes to the holder alone."""

    reason = CharField(max_length=500)
    category = serializers.ChoiceField(choices=Certificate.Category.choices, default=Certificate.Category.OTHER)
    notify_attendee = serializers.BooleanField(default=True)


class IssuingSummaryOut(serializers.Serializer[Any]):
    """How far issuing is."""

    total_attended = serializers.IntegerField()
    eligible = serializers.IntegerField()
    issued = serializers.IntegerField()
    pending = serializers.IntegerField()
    revoked = serializers.IntegerField()


class DownloadOut(serializers.Serializer[Any]):
    """A signed link that expires."""

    download_url = serializers.URLField()


class IssuerOut(serializers.ModelSerializer[User]):
    """The account that issued it."""

    id = serializers.UUIDField(read_only=True)
    uuid = serializers.UUIDField(read_only=True)

    class Meta:
        model = User
        fields = ("uuid", "id", "email", "full_name")
        read_only_fields = fields


class _CertificateBase(serializers.ModelSerializer[Certificate]):
    id = serializers.UUIDField(read_only=True)
    uuid = serializers.UUIDField(read_only=True)
    registration_uuid = serializers.UUIDField(source="registration_id", read_only=True)
    event_uuid = serializers.UUIDField(source="event_id", read_only=True)
    attendee_name = serializers.CharField(read_only=True)  # A51
    event_title = serializers.CharField(read_only=True)
    cpd_credits = serializers.DecimalField(max_digits=6, decimal_places=2, read_only=True, allow_null=True)
    hours_completed = serializers.DecimalField(max_digits=6, decimal_places=2, read_only=True)
    issued_at = UtcDateTimeField(read_only=True)
    revoked_at = UtcDateTimeField(read_only=True, allow_null=True)
    # Blank while it stands.
    revocation_category = serializers.CharField(read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)


class CertificateListOut(_CertificateBase):
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
    pdf_url = serializers.SerializerMethodField()
    verification_url = serializers.SerializerMethodField()

    def get_pdf_url(self, certificate: Certificate) -> str | None:
        return pdf_link(certificate) if certificate.has_pdf else None  # A60

    def get_verification_url(self, certificate: Certificate) -> str:
        return verification_url(certificate.certificate_id)


class CertificateOut(_WithLinks):
    """A certificate as its event's organizer sees it."""

    template = TemplateListOut(read_only=True, allow_null=True)
    issued_by = IssuerOut(read_only=True, allow_null=True)
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


class MyCertificateOut(_WithLinks):
    """A certificate as its holder sees it; `certificate_number`, `event`, `issued_date`, `is_downloaded` are S3's."""

    certificate_number = serializers.CharField(source="certificate_id", read_only=True)
    event = serializers.UUIDField(source="event_id", read_only=True)
    organizer_name = serializers.CharField(read_only=True)
    issued_date = serializers.SerializerMethodField()
    is_downloaded = serializers.SerializerMethodField()
    downloaded_at = UtcDateTimeField(source="first_downloaded_at", read_only=True, allow_null=True)

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


class VerificationOut(serializers.Serializer[Any]):
    """What the public may know. With `details_private` nothing more is shown than number and state."""

    valid = serializers.BooleanField()
    certificate_id = serializers.CharField()
    status = serializers.CharField()
    details_private = serializers.BooleanField(required=False)
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
