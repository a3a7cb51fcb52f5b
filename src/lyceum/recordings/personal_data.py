"""What the recordings app holds about a person: nothing."""

from lyceum.core.personal_data import about_nobody
from lyceum.recordings.models import EventRecordingSettings

about_nobody("What organizers say about an event; it stays as long as the event does.", EventRecordingSettings)
