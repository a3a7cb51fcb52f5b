"""What the learning app holds about a person: nothing."""

from lyceum.core.personal_data import about_nobody
from lyceum.learning.models import EventLearningSettings

about_nobody("What organizers say about an event; it stays as long as the event does.", EventLearningSettings)
