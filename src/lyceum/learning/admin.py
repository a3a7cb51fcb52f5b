"""What operators see of learning."""

from django.contrib import admin

from lyceum.core.web.read_only_admin import ReadOnlyAdmin
from lyceum.learning.models import EventLearningSettings


@admin.register(EventLearningSettings)
class EventLearningSettingsAdmin(ReadOnlyAdmin):
    list_display = ("event", "modules_enabled", "assignments_enabled", "passing_score_percent")
    list_filter = ("modules_enabled", "assignments_enabled")
    search_fields = ("event__title",)
    list_select_related = ("event",)
    ordering = ("-created_at",)
