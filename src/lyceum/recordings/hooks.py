"""What recordings contributes to the apps below."""

from lyceum.events.ports import register_extension
from lyceum.events.services.event_settings import EventSettings
from lyceum.recordings.models import EventRecordingSettings

register_extension(
    EventSettings(
        name="recordings",
        rows=EventRecordingSettings.objects,
        keys=("recording_enabled", "auto_publish_recordings", "recording_access_level"),
    )
)
