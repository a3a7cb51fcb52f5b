"""What the inbox does by itself: it works on due deliveries, and lets go of old ones."""

from lyceum.core.work.due_work import register_work
from lyceum.core.work.periodic import every
from lyceum.integrations.inbound.services.process import process_due_deliveries
from lyceum.integrations.inbound.services.purge import purge_deliveries

register_work(name="inbound", run=process_due_deliveries)
every(seconds=3600, name="inbound.purge", run=purge_deliveries)
