"""What operators see of mail: everything but its bodies; they change nothing, they send again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState
from lyceum.core.web.read_only_admin import ReadOnly
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.ports import kinds
from lyceum.integrations.email.services.queue import resend_mail


class KindFilter(admin.SimpleListFilter):
    """The kinds that are declared; Django's own filter would read the whole table to find them."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.name, kind.name) for kind in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[EmailLog]) -> QuerySet[EmailLog]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(EmailLog)
class EmailLogAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("queued_at", "kind", "recipient_email", "subject", "status", "attempts", "sent_at", "error_code")
    list_filter = ("status", KindFilter)
    search_fields = ("recipient_email", "subject", "provider_message_id", "id")
    date_hierarchy = "queued_at"
    ordering = ("-queued_at",)
    actions = ("send_again",)
    show_full_result_count = False

    @admin.action(description="Send again", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[EmailLog]) -> None:
        """Send the chosen mails once more; those that are under way are left alone."""
        actor, at, sent = Actor.of(request.user), clock.now(), 0
        for log_id in queryset.values_list("pk", flat=True):
            try:
                resend_mail(log_id=log_id, actor=actor, at=at)
            except InvalidState:
                continue
            sent += 1
        self.message_user(request, f"{sent} mails will be sent again.", messages.SUCCESS)


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    list_display = ("email", "reason", "since")
    list_filter = ("reason",)
    search_fields = ("email",)
    ordering = ("-since",)
    fields = ("email", "reason", "since")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
