"""What the inbox stores."""

from lyceum.integrations.inbound.models.inbound_delivery import InboundDelivery

__all__ = ["InboundDelivery"]
