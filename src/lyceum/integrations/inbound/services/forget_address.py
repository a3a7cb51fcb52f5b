"""Forget somebody whose deliveries still wait for a later look."""

from lyceum.integrations.inbound.models import ZoomWebhookLog
from lyceum.integrations.zoom.payload import without_people


def forget_address(email: str) -> int:
    """Take names and addresses off the kept deliveries about an address; return how many there were."""
    about = ZoomWebhookLog.objects.filter(
        payload__payload__object__participant__email__iexact=email
    ) | ZoomWebhookLog.objects.filter(payload__payload__object__registrant__email__iexact=email)
    rows = list(about)
    for row in rows:
        row.payload = without_people(row.payload)
        row.save(update_fields=["payload", "updated_at"])
    return len(rows)
