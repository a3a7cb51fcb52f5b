"""Registrations in the admin. Only verbs write them, so everything here is read, and two verbs are offered."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.web.read_only_admin import ReadOnlyAdmin
from lyceum.registrations.models import (
    Attendance,
    AttendanceMark,
    AttendanceRecord,
    CustomFieldResponse,
    GuestLink,
    Registration,
    SessionAttendance,
)
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.promote import promote


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AnswerInline(ReadOnlyInline):
    model = CustomFieldResponse
    fields = ("field", "value")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("field")


class IntervalInline(ReadOnlyInline):
    model = AttendanceRecord
    fields = ("joined_at", "left_at", "source", "session", "matched_manually")
    fk_name = "registration"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("session")


class AttendanceInline(ReadOnlyInline):
    model = Attendance
    fields = ("checked_in_at", "attended", "percent", "minutes", "eligible", "override", "override_reason")


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    """Deleted rows are shown too; the check-in code is not."""

    list_display = (
        "full_name",
        "email",
        "event",
        "status",
        "source",
        "registered_at",
        "certificate_issued",
    )
    list_filter = (
        "status",
        "source",
        "attendance__attended",
        "certificate_issued",
        ("deleted_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("email", "full_name", "event__title")
    list_select_related = ("event",)
    date_hierarchy = "registered_at"
    exclude = ("check_in_code",)
    inlines = (AnswerInline, IntervalInline, AttendanceInline)
    actions = ("cancel_places", "promote_places")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Registration.all_objects.select_related("event")

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registrations.change_registration")

    @admin.action(description="Cancel these registrations", permissions=["act"])
    def cancel_places(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        """Give them back; the next in line get the seats."""
        for row in queryset:
            try:
                cancel_registration(
                    registration_id=row.pk,
                    actor=Actor.of(request.user),
                    reason="Cancelled by the administration.",
                    at=clock.now(),
                )
            except Refusal as refusal:
                self.message_user(request, f"{row.email}: {refusal.text}", messages.WARNING)

    @admin.action(description="Promote from the waiting list", permissions=["act"])
    def promote_places(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        """Seat them in the order they came, as far as there are seats."""
        for row in queryset.order_by("waitlist_sequence"):
            try:
                promote(event_id=row.event_id, registration_id=row.pk, actor=Actor.of(request.user), at=clock.now())
            except Refusal as refusal:
                self.message_user(request, f"{row.email}: {refusal.text}", messages.WARNING)


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    list_display = ("registration", "event", "checked_in_at", "attended", "percent", "eligible", "override")
    list_filter = ("attended", "eligible", "override")
    search_fields = ("registration__email", "registration__full_name")
    list_select_related = ("registration", "event")


@admin.register(AttendanceRecord)
class AttendanceRecordAdmin(ReadOnlyAdmin):
    list_display = ("event", "participant_name", "participant_email", "joined_at", "left_at", "source", "registration")
    list_filter = ("source", "matched_manually", "is_host", ("registration", admin.EmptyFieldListFilter))
    search_fields = ("participant_email", "participant_name", "meeting_uuid")
    list_select_related = ("event", "registration")


@admin.register(SessionAttendance)
class SessionAttendanceAdmin(ReadOnlyAdmin):
    list_display = ("registration", "session", "attended", "attendance_percent")
    list_filter = ("attended",)
    search_fields = ("registration__email", "registration__full_name")
    list_select_related = ("registration", "session")


@admin.register(AttendanceMark)
class AttendanceMarkAdmin(ReadOnlyAdmin):
    list_display = ("event", "kind", "moment", "registration", "meeting_uuid", "participant_key")
    list_filter = ("kind",)
    search_fields = ("meeting_uuid", "participant_key", "participant_email", "registration__email")
    list_select_related = ("event", "registration")


@admin.register(CustomFieldResponse)
class CustomFieldResponseAdmin(ReadOnlyAdmin):
    list_display = ("registration", "field", "created_at")
    search_fields = ("registration__email", "field__label")
    list_select_related = ("registration", "field")


@admin.register(GuestLink)
class GuestLinkAdmin(ReadOnlyAdmin):
    list_display = ("registration", "created_at", "expires_at")
    search_fields = ("registration__email",)
    list_select_related = ("registration",)
    exclude = ("token_hash",)
