"""Events in the admin. State and times change through the verbs only, so those columns are read-only here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.web.read_only_admin import ReadOnlyAdmin, ReadOnlyInline
from lyceum.events.models import (
    Event,
    EventCustomField,
    EventInvitation,
    EventReminder,
    EventSession,
    EventStatusHistory,
    Meeting,
    TicketType,
)
from lyceum.events.services.delete_event import restore_event
from lyceum.events.services.lifecycle import cancel_event

Request = HttpRequest


class SessionInline(ReadOnlyInline):
    model = EventSession
    fields = ("session_number", "title", "starts_at", "ends_at", "status")


class TicketTypeInline(ReadOnlyInline):
    model = TicketType
    fields = ("name", "price_minor", "currency", "quantity", "sold", "is_default", "is_active")


class HistoryInline(ReadOnlyInline):
    model = EventStatusHistory
    fields = ("changed_at", "from_status", "to_status", "changed_by", "reason")

    def get_queryset(self, request: Request) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("changed_by")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("title", "owner", "status", "visibility", "starts_at", "seats_taken", "capacity", "deleted_at")
    list_filter = ("status", "visibility", "event_type", "format", "cpd_enabled", "certificates_enabled")
    search_fields = ("title", "slug", "owner__email", "meeting__number")
    date_hierarchy = "starts_at"
    ordering = ("-created_at",)
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    inlines = (SessionInline, TicketTypeInline, HistoryInline)
    actions = ("cancel_selected", "restore_selected")

    def get_queryset(self, request: Request) -> QuerySet[Any]:
        events: QuerySet[Any] = Event.all_objects.all().order_by(*self.ordering)
        return events

    @admin.action(description="Cancel the selected events", permissions=["manage"])
    def cancel_selected(self, request: Request, events: QuerySet[Event]) -> None:
        """Call them off as their organizers would; everybody registered is told."""
        self._each(request, events, cancel_event, reason="Cancelled by an administrator.")

    @admin.action(description="Restore the selected deleted events", permissions=["manage"])
    def restore_selected(self, request: Request, events: QuerySet[Event]) -> None:
        """Bring deleted drafts back."""
        self._each(request, events, restore_event)

    def has_manage_permission(self, request: Request) -> bool:
        return bool(getattr(request.user, "is_staff", False)) and request.user.has_perm("events.change_event")

    def _each(self, request: Request, events: QuerySet[Event], verb: Any, **values: Any) -> None:
        actor, at, done = Actor.of(request.user), clock.now(), 0
        for event in events:
            try:
                verb(event_id=event.pk, actor=actor, at=at, **values)
                done += 1
            except Refusal as refusal:
                messages.warning(request, f"{event.title}: {refusal.text}")
        messages.success(request, f"{done} done.")


@admin.register(EventSession)
class EventSessionAdmin(ReadOnlyAdmin):
    list_display = ("title", "event", "session_number", "starts_at", "ends_at", "status", "settled_at")
    list_filter = ("status", "is_implicit")
    search_fields = ("title", "event__title", "meeting__number")
    list_select_related = ("event",)
    ordering = ("-starts_at",)


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    list_display = ("number", "provider", "event", "session", "enabled", "error")
    list_filter = ("provider", "enabled")
    search_fields = ("number", "event__title", "session__title")
    list_select_related = ("event", "session")
    ordering = ("-created_at",)


@admin.register(TicketType)
class TicketTypeAdmin(ReadOnlyAdmin):
    list_display = ("name", "event", "price_minor", "currency", "quantity", "sold", "is_default", "is_active")
    list_filter = ("is_default", "is_active", "currency")
    search_fields = ("name", "event__title")
    list_select_related = ("event",)
    ordering = ("-created_at",)


@admin.register(EventCustomField)
class EventCustomFieldAdmin(ReadOnlyAdmin):
    list_display = ("label", "event", "field_type", "required", "order", "archived_at")
    list_filter = ("field_type", "required", "show_on_certificate")
    search_fields = ("label", "event__title")
    list_select_related = ("event",)
    ordering = ("-created_at",)


@admin.register(EventInvitation)
class EventInvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "event", "status", "source", "sent_at", "registered_at")
    list_filter = ("status", "source")
    search_fields = ("email", "event__title")
    list_select_related = ("event",)
    exclude = ("token_hash",)


@admin.register(EventReminder)
class EventReminderAdmin(ReadOnlyAdmin):
    list_display = ("event", "reminder_type", "scheduled_for", "status", "sent_at", "recipient_count")
    list_filter = ("status", "reminder_type")
    search_fields = ("event__title",)
    list_select_related = ("event",)
    date_hierarchy = "scheduled_for"


@admin.register(EventStatusHistory)
class EventStatusHistoryAdmin(ReadOnlyAdmin):
    list_display = ("event", "from_status", "to_status", "changed_by", "changed_at")
    list_filter = ("to_status",)
    search_fields = ("event__title",)
    list_select_related = ("event", "changed_by")
    ordering = ("-changed_at",)
