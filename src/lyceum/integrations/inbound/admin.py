"""The inbox for operators: what came, what failed and why, and a way to try again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.web.read_only_admin import ReadOnly
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import find_source
from lyceum.integrations.inbound.services.replay import replay_deliveries


@admin.register(InboundDelivery)
class InboundDeliveryAdmin(ReadOnly, admin.ModelAdmin[InboundDelivery]):
    """Read-only: a delivery is evidence. People's names and addresses are never shown here."""

    list_display = ("received_at", "source", "event_type", "subject", "status", "attempts", "due_at", "error_message")
    list_filter = ("source", "status", "event_type", "received_at")
    search_fields = ("subject", "occurrence", "external_id")
    actions = ("try_again",)
    show_full_result_count = False
    exclude = ("payload",)
    readonly_fields = ("content",)

    @admin.display(description="payload")
    def content(self, row: InboundDelivery) -> str:
        return str(find_source(row.source).redact(row.payload))

    @admin.action(description="Try the chosen failed deliveries again", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[InboundDelivery]) -> None:
        count = replay_deliveries(ids=list(queryset.values_list("pk", flat=True)), at=clock.now())
        self.message_user(request, f"{count} deliveries will be tried again now.", messages.SUCCESS)
