"""Recordings: what was recorded of an event, and who may watch it."""

from lyceum.core.app_config import LyceumAppConfig


class RecordingsConfig(LyceumAppConfig):
    name = "lyceum.recordings"
    label = "recordings"
