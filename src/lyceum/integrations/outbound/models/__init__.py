"""Calls to vendors, and how each vendor is doing."""

from lyceum.integrations.outbound.models.breaker import Breaker
from lyceum.integrations.outbound.models.outbound_call import OutboundCall

__all__ = ["Breaker", "OutboundCall"]
