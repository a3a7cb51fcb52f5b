"""Learning: what people do beside attending, and what of it they must have done."""

from lyceum.core.app_config import LyceumAppConfig


class LearningConfig(LyceumAppConfig):
    name = "lyceum.learning"
    label = "learning"
