"""The inbox for operators: what came, what failed and why, and a way to try again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.web.read_only_admin import ReadOnly
from lyceum.integrations.inbound.models import ZoomWebhookLog
from lyceum.integrations.inbound.services.replay_zoom_webhooks import replay_zoom_webhooks
from lyceum.integrations.zoom.payload import without_people


@admin.register(ZoomWebhookLog)
class ZoomWebhookLogAdmin(ReadOnly, admin.ModelAdmin[ZoomWebhookLog]):
    """Read-only: a delivery is evidence. People's names and addresses are never shown here."""

    list_display = (
        "received_at",
        "event_type",
        "zoom_meeting_id",
        "processing_status",
        "processing_attempts",
        "next_attempt_at",
        "error_message",
    )
    list_filter = ("processing_status", "event_type", "received_at")
    search_fields = ("zoom_meeting_id", "zoom_meeting_uuid", "webhook_id")
    actions = ("try_again",)
    show_full_result_count = False
    exclude = ("payload",)
    readonly_fields = ("content",)

    @admin.display(description="payload")
    def content(self, row: ZoomWebhookLog) -> str:
        return str(without_people(row.payload))

    @admin.action(description="Try the chosen failed deliveries again", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[ZoomWebhookLog]) -> None:
        count = replay_zoom_webhooks(ids=list(queryset.values_list("pk", flat=True)), at=clock.now())
        self.message_user(request, f"{count} deliveries will be tried again now.", messages.SUCCESS)
