"""What operators see of the house itself: facts, deliveries, jobs, idempotency keys, upkeep."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.ledger.delivering import revive_dead
from lyceum.core.ledger.facts import facts
from lyceum.core.models import Delivery, Fact, IdempotencyKey, Job, PeriodicRun
from lyceum.core.read_only_admin import ReadOnlyAdmin, ReadOnlyInline


class NameFilter(admin.SimpleListFilter):
    """The facts that are declared; reading them from the table would read all of it."""

    title = "fact"
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in facts()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Fact]) -> QuerySet[Fact]:
        return queryset.filter(name=self.value()) if self.value() else queryset


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    fields = ("reaction", "status", "attempts", "due_at", "done_at", "error")


@admin.register(Fact)
class FactAdmin(ReadOnlyAdmin):
    """The ledger: what happened, in order. Nobody changes it."""

    list_display = ("occurred_at", "name", "about_id", "actor_kind", "actor_id")
    list_filter = (NameFilter, "actor_kind")
    search_fields = ("=about_id", "=actor_id", "=id")
    search_help_text = "The id of the fact, of what it is about, or of who did it."
    ordering = ("-occurred_at", "-id")
    inlines = (DeliveryInline,)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What the ledger owes; a dead one waits for an operator."""

    list_display = ("due_at", "reaction", "status", "attempts", "error", "done_at")
    list_filter = ("status",)
    search_fields = ("reaction", "=fact__id")
    ordering = ("-due_at",)
    actions = ("try_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("fact")

    @admin.action(description="Try the dead ones again", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        revived = revive_dead(delivery_ids=ids, at=clock.now())
        self.message_user(request, f"{revived} will be tried again.", messages.SUCCESS)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Long work and how far it is."""

    list_display = ("created_at", "kind", "status", "done", "total", "attempts", "error", "finished_at")
    list_filter = ("status", "kind")
    search_fields = ("=id", "=owner_id", "=about_id")
    ordering = ("-created_at",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Which repeated requests are answered from store; the answers themselves aren't shown."""

    list_display = ("created_at", "caller", "status", "expires_at")
    list_filter = ("status",)
    search_fields = ("=caller",)
    ordering = ("-created_at",)
    exclude = ("answer",)


@admin.register(PeriodicRun)
class PeriodicRunAdmin(ReadOnlyAdmin):
    """When each upkeep last ran."""

    list_display = ("name", "last_run_at")
    search_fields = ("name",)
    ordering = ("name",)
