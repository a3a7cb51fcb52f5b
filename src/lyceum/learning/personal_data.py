"""What learning holds about people: nothing yet."""

from lyceum.core.personal_data import about_nobody
from lyceum.learning.models import EventLearningSettings

about_nobody("An event's choices, without a person.", EventLearningSettings)
