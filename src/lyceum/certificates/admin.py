"""Staff's view of templates and certificates. What was printed and what happened can't be edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.certificates.models import (
    Award,
    Certificate,
    CertificateStatusHistory,
    CertificateTemplate,
    EventCertificateSettings,
)
from lyceum.certificates.services.make_pdfs import PDFS
from lyceum.core import clock
from lyceum.core.web.read_only_admin import ReadOnlyAdmin
from lyceum.core.work.leases import requeue


class HistoryInline(admin.TabularInline[CertificateStatusHistory, Certificate]):
    model = CertificateStatusHistory
    fields = ("changed_at", "from_status", "to_status", "category", "reason", "changed_by")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CertificateStatusHistory]:
        return super().get_queryset(request).select_related("changed_by")


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Certificates. Revoking belongs to the organizer; staff may have a failed PDF made again."""

    list_display = (
        "certificate_id",
        "attendee_name",
        "event",
        "status",
        "pdf_state",
        "mail_state",
        "issued_at",
        "download_count",
    )
    list_filter = ("status", "pdf_state", "mail_state", "revocation_category", "cpd_type", "issued_at")
    search_fields = ("certificate_id", "award__person_name", "award__person_email", "award__subject_title")
    list_select_related = ("event",)
    date_hierarchy = "issued_at"
    inlines = (HistoryInline,)
    actions = ("make_pdf_again",)
    show_full_result_count = False

    @admin.action(description="Make the PDF again, where it failed", permissions=["view"])
    def make_pdf_again(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        """Put failed PDFs back in the queue."""
        failed = queryset.filter(pdf_state=Certificate.PdfState.FAILED)
        count = requeue(failed, PDFS, at=clock.now(), pdf_state=Certificate.PdfState.PENDING, pdf_error="")
        self.message_user(request, f"{count} PDFs will be made again.", messages.SUCCESS)


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    """What people have earned."""

    list_display = ("subject_title", "kind", "person_name", "earned_on", "credits", "credit_type", "hours")
    list_filter = ("kind", "credit_type", "earned_on")
    search_fields = ("person_name", "person_email", "subject_title", "source_id")
    date_hierarchy = "earned_on"
    show_full_result_count = False


@admin.register(CertificateTemplate)
class CertificateTemplateAdmin(ReadOnlyAdmin):
    """Templates. Their owners edit them."""

    list_display = (
        "name",
        "version",
        "owner",
        "design",
        "file_type",
        "is_default",
        "is_active",
        "usage_count",
        "created_at",
    )
    list_filter = ("is_latest_version", "is_default", "is_active", "design", "file_type")
    search_fields = ("name", "owner__email", "owner__full_name")
    list_select_related = ("owner",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CertificateTemplate]:
        found: QuerySet[CertificateTemplate] = CertificateTemplate.all_objects.all()
        return found


@admin.register(EventCertificateSettings)
class EventCertificateSettingsAdmin(ReadOnlyAdmin):
    """Which template an event prints on."""

    list_display = ("event", "template", "updated_at")
    search_fields = ("event__title", "template__name")
    list_select_related = ("event", "template")


@admin.register(CertificateStatusHistory)
class CertificateStatusHistoryAdmin(ReadOnlyAdmin):
    """What became of certificates."""

    list_display = ("certificate", "from_status", "to_status", "category", "changed_by", "changed_at")
    list_filter = ("to_status", "category", "changed_at")
    search_fields = ("certificate__certificate_id", "reason")
    list_select_related = ("certificate", "changed_by")
