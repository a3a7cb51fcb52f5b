"""Forget somebody whose deliveries still wait for their turn, or for a later look."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from lyceum.core.personal_data import names_address
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import find_source


def deliveries_naming(emails: Collection[str]) -> QuerySet[InboundDelivery]:
    """Return the deliveries in which one of the addresses may stand, wherever the vendor put it.

    It finds longer addresses that contain one of them too; `_names` tells these apart.
    """
    about = Q(pk__in=[])
    for email in emails:
        # As text, or as JSON writes letters that are no ASCII.
        about |= Q(payload_text__icontains=email) | Q(payload_text__icontains=json.dumps(email)[1:-1])
    return InboundDelivery.objects.annotate(payload_text=Cast("payload", TextField())).filter(about)


def forget_addresses(emails: Collection[str], *, at: datetime) -> int:
    """Take names and addresses off the kept deliveries about these addresses, whatever their source.

    Whoever works on one of them holds its row until what came of it is written, and reads it again when the row is
    free: so after this nobody writes what was forgotten.
    Locks: InboundDelivery by id.
    Returns: how many there were.
    """
    perhaps = deliveries_naming(emails).select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = [row for row in perhaps if _names(row.payload, emails)]
    for row in rows:
        row.payload = _redacted(row)
        row.updated_at = at
        row.save(update_fields=["payload", "updated_at"])
    return len(rows)


def _names(value: Any, emails: Collection[str]) -> bool:
    if isinstance(value, str):
        return names_address(value, emails)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_names(one, emails) for one in inner)


def _redacted(row: InboundDelivery) -> dict[str, Any]:
    try:
        return find_source(row.source).redact(row.payload)
    except LookupError:
        # Of a vendor that is no longer connected: nobody here knows where it writes names.
        return {}
