"""What the inbox does by itself: it works on deliveries that are due, and forgets old ones."""

from datetime import timedelta

from lyceum.core.work.schedules import DueWork, Periodic
from lyceum.integrations.inbound.services.process_zoom_webhooks import process_due_webhooks
from lyceum.integrations.inbound.services.purge_zoom_webhooks import purge_zoom_webhooks

SCHEDULE = [
    DueWork(
        name="inbound.zoom_webhooks",
        run=process_due_webhooks,
        says="Works on what Zoom has delivered.",
    ),
    Periodic(
        name="inbound.purge_zoom_webhooks",
        every=timedelta(hours=1),
        run=purge_zoom_webhooks,
        says="Deletes deliveries that are 90 days old.",
    ),
]
