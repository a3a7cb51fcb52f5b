"""What Zoom registers in the inbox: a source of deliveries."""

from lyceum.integrations.inbound.ports import register_source
from lyceum.integrations.zoom.rules.webhooks import ZoomWebhooks

register_source(ZoomWebhooks())
