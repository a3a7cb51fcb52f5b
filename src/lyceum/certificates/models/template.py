"""What certificates look like: one row for each version of a template."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from lyceum.core.actors import Actor
from lyceum.core.ids import new_id
from lyceum.core.models import AliveManager, SoftDeletedQuerySet, SoftDeletedRecord
from lyceum.core.models.fields import StoredFileField
from lyceum.core.ownership import managed_by, owned_by


class TemplateQuerySet(SoftDeletedQuerySet["CertificateTemplate"]):
    """Sets of templates that the business speaks of."""

    def managed_by(self, actor: Actor) -> Self:
        """Keep the templates that the actor may manage; all of them for staff and the product itself."""
        return self.filter(managed_by(actor))

    def owned_by(self, actor: Actor) -> Self:
        """Keep the templates of the actor's own accounts; being staff adds nothing."""
        return self.filter(owned_by(actor))

    def current(self) -> Self:
        return self.filter(is_latest_version=True)


TemplateManager = AliveManager.from_queryset(TemplateQuerySet)
AllTemplatesManager = models.Manager.from_queryset(TemplateQuerySet)


class CertificateTemplate(SoftDeletedRecord):
    """One version. Once a certificate uses it nothing that can be seen on paper changes any more."""

    class FileType(models.TextChoices):
        PDF = "pdf"
        PNG = "png"
        JPG = "jpg"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificate_templates", db_index=False
    )
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)

    # Either a built-in design, or an uploaded file with the background made from it.
    design = models.CharField(max_length=20, blank=True)
    file_key = StoredFileField(max_length=300, blank=True, editable=False)
    file_type = models.CharField(max_length=3, choices=FileType.choices, blank=True)
    file_size_bytes = models.PositiveIntegerField(default=0)
    background_key = StoredFileField(max_length=300, blank=True, editable=False)
    signature_key = StoredFileField(max_length=300, blank=True, editable=False)
    preview_key = StoredFileField(max_length=300, blank=True, editable=False)
    sample_key = StoredFileField(max_length=300, blank=True, editable=False)

    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    # Points on paper for each pixel of the template.
    page_scale = models.FloatField()
    field_positions = models.JSONField(default=dict, blank=True)
    default_font = models.CharField(max_length=60, default="Noto Serif")
    default_font_size = models.PositiveIntegerField(default=24)
    default_color = models.CharField(max_length=7, blank=True)

    # Versions of one template share the family, which is the first version's id.
    family_id = models.UUIDField(default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    original_template = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_latest_version = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    usage_count = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateManager()
    all_objects = AllTemplatesManager()

    class Meta(SoftDeletedRecord.Meta):
        ordering = ["-is_default", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["family_id", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["family_id"],
                name="template_one_latest",
                condition=Q(is_latest_version=True, deleted_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["owner"], name="template_one_default", condition=Q(is_default=True, deleted_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_latest_version=True), name="template_default_is_latest"
            ),
            models.CheckConstraint(
                condition=(Q(design="") & ~Q(background_key="")) | (~Q(design="") & Q(background_key="")),
                name="template_design_or_file",
            ),
            models.CheckConstraint(condition=Q(width_px__gte=1, height_px__gte=1), name="template_has_size"),
        ]
        indexes = [
            models.Index(fields=["owner", "-is_default", "-created_at"], name="template_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"

    @property
    def original_id(self) -> UUID:
        return self.original_template_id or self.id

    @property
    def orientation(self) -> str:
        return "landscape" if self.width_px >= self.height_px else "portrait"

    @property
    def is_used(self) -> bool:
        return self.usage_count > 0
