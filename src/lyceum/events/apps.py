"""Events: what happens, when, and for whom."""

from lyceum.core.app_config import LyceumAppConfig


class EventsConfig(LyceumAppConfig):
    name = "lyceum.events"
    label = "events"
