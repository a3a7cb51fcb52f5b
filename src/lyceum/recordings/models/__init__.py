"""What the recordings app stores."""

from lyceum.recordings.models.event_settings import EventRecordingSettings, RecordingAccess

__all__ = ["EventRecordingSettings", "RecordingAccess"]
