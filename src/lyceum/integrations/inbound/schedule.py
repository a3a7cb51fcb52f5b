"""Timers of the inbox: due deliveries, and the purge."""

from lyceum.core.work.due_work import register_work
from lyceum.core.work.periodic import every
from lyceum.integrations.inbound.services.process_zoom_webhooks import process_due_webhooks
from lyceum.integrations.inbound.services.purge_zoom_webhooks import purge_zoom_webhooks

register_work(name="zoom_webhooks", run=process_due_webhooks)
every(seconds=3600, name="inbound.purge_zoom_webhooks", run=purge_zoom_webhooks)
