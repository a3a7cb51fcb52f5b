"""Events in the admin. State and times change through the verbs only, so those columns are read-only here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.web.read_only_admin import ReadOnly, ReadOnlyAdmin, ReadOnlyInline
from lyceum.events.models import (
    Event,
    EventCustomField,
    EventInvitation,
    EventReminder,
    EventSession,
    EventStatusHistory,
    Meeting,
    MeetingHost,
    MeetingNumber,
    TicketType,
)
from lyceum.events.services.delete_event import restore_event
from lyceum.events.services.lifecycle import cancel_event
from lyceum.events.services.meeting_claims import release_number
from lyceum.events.services.meeting_hosts import give_host

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
        return Actor.of(request.user).is_staff and request.user.has_perm("events.change_event")

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


class MeetingHostForm(forms.ModelForm[MeetingHost]):
    """To whom a host's meetings belong."""

    class Meta:
        model = MeetingHost
        fields = ("owner",)


@admin.register(MeetingHost)
class MeetingHostAdmin(ReadOnly, admin.ModelAdmin[MeetingHost]):
    """Whose each Zoom host's meetings are. Staff settle here what two organizers disagree about."""

    form = MeetingHostForm
    list_display = ("host_id", "account_id", "owner", "proof", "since")
    list_filter = ("proof", "provider")
    search_fields = ("host_id", "account_id", "owner__email", "numbers__number")
    list_select_related = ("owner",)
    ordering = ("-since",)
    show_full_result_count = False
    autocomplete_fields = ("owner",)
    readonly_fields = ("provider", "account_id", "host_id", "proof", "since")

    def has_change_permission(self, request: Request, obj: Any = None) -> bool:
        return Actor.of(request.user).is_staff and request.user.has_perm("events.change_meetinghost")

    def save_model(self, request: Request, obj: MeetingHost, form: Any, change: bool) -> None:
        """Give the host to the chosen organizer; an event of theirs gets its deliveries from now on."""
        try:
            give_host(host_id=obj.pk, owner_id=obj.owner_id, actor=Actor.of(request.user), at=clock.now())
        except Refusal as refusal:
            messages.error(request, f"Nothing was changed. {refusal.details.get('owner', [refusal.text])[0]}")


@admin.register(MeetingNumber)
class MeetingNumberAdmin(ReadOnlyAdmin):
    """Which organizer has which number."""

    list_display = ("number", "owner", "host", "since")
    search_fields = ("number", "owner__email", "host__host_id")
    list_select_related = ("owner", "host")
    ordering = ("-since",)
    actions = ("release_selected",)

    @admin.action(description="Release the selected numbers", permissions=["manage"])
    def release_selected(self, request: Request, numbers: QuerySet[MeetingNumber]) -> None:
        """Take them from who has them; the next organizer to enter one gets it."""
        for number in numbers:
            release_number(number_id=number.pk, actor=Actor.of(request.user), at=clock.now())
        messages.success(request, f"{len(numbers)} done.")

    def has_manage_permission(self, request: Request) -> bool:
        return Actor.of(request.user).is_staff and request.user.has_perm("events.change_meetingnumber")


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
