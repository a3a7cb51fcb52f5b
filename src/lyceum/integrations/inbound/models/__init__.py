"""What the inbox stores."""

from lyceum.integrations.inbound.models.zoom_webhook_log import ZoomWebhookLog

__all__ = ["ZoomWebhookLog"]
