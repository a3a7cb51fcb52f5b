"""Forget somebody whose deliveries still wait for a later look."""

from django.db.models import Q

from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import Source, sources


def forget_address(email: str) -> int:
    """Take names and addresses off the kept deliveries about an address, whatever their source.

    Returns: how many there were.
    """
    return sum(_forget_in(source, email) for source in sources())


def _forget_in(source: Source, email: str) -> int:
    about = Q()
    for path in source.address_paths:
        about |= Q(**{f"payload__{path}__iexact": email})
    if not about:
        return 0
    rows = list(InboundDelivery.objects.filter(about, source=source.name))
    for row in rows:
        row.payload = source.redact(row.payload)
        row.save(update_fields=["payload", "updated_at"])
    return len(rows)
