"""What operators see of core: what happened, what is still to be done, what failed, and a way to try again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.ledger.delivering import retry_deliveries
from lyceum.core.ledger.facts import facts
from lyceum.core.models import Delivery, Fact, IdempotencyKey, Job, PeriodicRun
from lyceum.core.web.read_only_admin import ReadOnlyAdmin
from lyceum.core.work.jobs import retry_jobs


class FactNameFilter(admin.SimpleListFilter):
    """The facts that are declared; Django's own filter would read the whole ledger to find them."""

    title = "fact"
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in facts()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Fact]) -> QuerySet[Fact]:
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Fact)
class FactAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "name", "about_id", "actor_kind", "actor_id")
    list_filter = (FactNameFilter,)
    search_fields = ("about_id__exact", "actor_id__exact", "id__exact")
    # Keys are made in the order of time, and unlike the times they are indexed.
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("due_at", "reaction", "fact_name", "status", "attempts", "done_at", "error")
    list_filter = ("status",)
    search_fields = ("reaction", "error", "fact__about_id__exact")
    list_select_related = ("fact",)
    ordering = ("-id",)
    actions = ("try_again",)

    @admin.display(description="fact")
    def fact_name(self, row: Delivery) -> str:
        return row.fact.name

    @admin.action(description="Try the chosen unfinished reactions again now", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = retry_deliveries(ids=list(queryset.values_list("pk", flat=True)), at=clock.now())
        self.message_user(request, f"Reactions that will be tried again now: {count}.", messages.SUCCESS)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "status", "done", "total", "attempts", "due_at", "finished_at", "error")
    list_filter = ("status",)
    search_fields = ("kind", "id__exact", "owner_id__exact", "about_id__exact")
    ordering = ("-id",)
    actions = ("try_again",)

    @admin.action(description="Try the chosen failed jobs again now", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        count = retry_jobs(ids=list(queryset.values_list("pk", flat=True)), at=clock.now())
        self.message_user(request, f"Jobs that will be tried again now: {count}.", messages.SUCCESS)


@admin.register(PeriodicRun)
class PeriodicRunAdmin(ReadOnlyAdmin):
    list_display = ("name", "last_run_at")
    ordering = ("name",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Answers are not shown: they are what their callers read, and nobody else's."""

    list_display = ("created_at", "caller", "status", "content_type", "expires_at")
    search_fields = ("caller",)
    ordering = ("-id",)
    exclude = ("answer",)
