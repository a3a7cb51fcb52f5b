"""Leased calls to vendors."""

from lyceum.core.app_config import LyceumAppConfig


class OutboundConfig(LyceumAppConfig):
    name = "lyceum.integrations.outbound"
    label = "outbound"
