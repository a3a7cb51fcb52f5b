"""The inbox of signed deliveries from vendors."""

from lyceum.core.app_config import LyceumAppConfig


class InboundConfig(LyceumAppConfig):
    name = "lyceum.integrations.inbound"
    label = "inbound"
