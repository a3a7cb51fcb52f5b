"""Zoom: what it signs and what it says."""

from lyceum.core.app_config import LyceumAppConfig


class ZoomConfig(LyceumAppConfig):
    name = "lyceum.integrations.zoom"
    label = "zoom"
