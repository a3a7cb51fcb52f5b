"""A question that an organizer asks everybody who registers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record
from lyceum.events.models.choices import FieldType
from lyceum.events.models.event import Event


class CustomFieldQuerySet(models.QuerySet["EventCustomField"]):
    def active(self) -> CustomFieldQuerySet:
        """Keep the questions still asked; archived ones only give their old answers a label."""
        return self.filter(archived_at__isnull=True)


class EventCustomField(Record):
    """One question. It is archived, never deleted, once anybody may have answered it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="custom_fields", db_index=False)
    label = models.CharField(max_length=200)
    field_type = models.CharField(max_length=12, choices=FieldType)
    required = models.BooleanField(default=False)
    options = models.JSONField(default=list, blank=True)
    placeholder = models.CharField(max_length=200, blank=True, default="")
    help_text = models.CharField(max_length=500, blank=True, default="")
    default_value = models.CharField(max_length=500, blank=True, default="")
    min_value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    max_value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    show_on_certificate = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        ordering = ["order", "created_at", "id"]
        indexes = [models.Index(fields=["event", "order"], name="custom_field_order")]
        constraints = [
            models.CheckConstraint(condition=Q(field_type__in=FieldType.values), name="custom_field_type_known"),
        ]

    def __str__(self) -> str:
        return self.label
