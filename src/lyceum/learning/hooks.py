"""What learning contributes to the apps below."""

from lyceum.events.ports import register_extension
from lyceum.events.services.event_settings import EventSettings
from lyceum.learning.models import EventLearningSettings

register_extension(
    EventSettings(
        name="learning",
        rows=EventLearningSettings.objects,
        keys=(
            "modules_enabled",
            "assignments_enabled",
            "require_module_completion",
            "require_assignments_passed",
            "passing_score_percent",
        ),
    )
)
