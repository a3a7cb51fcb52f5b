"""What an event asks of those who learn in it."""

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record


class EventLearningSettings(Record):
    """Whether an event has modules and assignments, and what of them must be done. No row means the defaults."""

    event = models.OneToOneField("events.Event", on_delete=models.CASCADE, related_name="learning_settings")
    modules_enabled = models.BooleanField(default=False)
    assignments_enabled = models.BooleanField(default=False)
    require_module_completion = models.BooleanField(default=False)
    require_assignments_passed = models.BooleanField(default=False)
    passing_score_percent = models.PositiveSmallIntegerField(default=70)

    class Meta:
        verbose_name_plural = "event learning settings"
        constraints = [
            models.CheckConstraint(condition=Q(passing_score_percent__lte=100), name="learning_passing_score_range")
        ]

    def __str__(self) -> str:
        return str(self.event_id)
