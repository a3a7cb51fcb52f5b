"""What the learning app stores."""

from lyceum.learning.models.event_settings import EventLearningSettings

__all__ = ["EventLearningSettings"]
