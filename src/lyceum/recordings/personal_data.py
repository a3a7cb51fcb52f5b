"""What recordings holds about people: nothing yet."""

from lyceum.core.personal_data import about_nobody
from lyceum.recordings.models import EventRecordingSettings

about_nobody("An event's choices, without a person.", EventRecordingSettings)
