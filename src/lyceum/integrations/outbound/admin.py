"""Calls to vendors for operators: what was asked, what came of it, and a way to try again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.web.read_only_admin import ReadOnlyAdmin
from lyceum.integrations.outbound.models import Breaker, OutboundCall
from lyceum.integrations.outbound.services.retry_by_hand import retry_calls


@admin.register(OutboundCall)
class OutboundCallAdmin(ReadOnlyAdmin):
    """Read-only: verbs alone write calls."""

    list_display = ("requested_at", "vendor", "kind", "status", "attempts", "due_at", "error_code", "handler_error")
    list_filter = ("status", "vendor")
    search_fields = ("kind", "id__exact", "about_id__exact")
    ordering = ("-id",)
    actions = ("try_again",)

    @admin.action(description="Try the chosen failed calls again now", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboundCall]) -> None:
        count = retry_calls(ids=list(queryset.values_list("pk", flat=True)), at=clock.now())
        self.message_user(request, f"Calls that will be tried again now: {count}.", messages.SUCCESS)


@admin.register(Breaker)
class BreakerAdmin(ReadOnlyAdmin):
    """Which vendors are not being called for a while, and since how many failures."""

    list_display = ("vendor", "failures", "open_until")
    ordering = ("vendor",)
