"""What operators see of recordings."""

from django.contrib import admin

from lyceum.core.web.read_only_admin import ReadOnlyAdmin
from lyceum.recordings.models import EventRecordingSettings


@admin.register(EventRecordingSettings)
class EventRecordingSettingsAdmin(ReadOnlyAdmin):
    list_display = ("event", "recording_enabled", "auto_publish_recordings", "recording_access_level")
    list_filter = ("recording_enabled", "auto_publish_recordings", "recording_access_level")
    search_fields = ("event__title",)
    list_select_related = ("event",)
    ordering = ("-created_at",)
