"""How many events a public list has, and of which kinds: one grouped query, kept for a minute."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, Case, Count, QuerySet, Value, When

from lyceum.events.models import Event

# Source: contract section 2, "Counts and facets of public lists may be up to 60 s old".
SECONDS = 60


def summarise(events: QuerySet[Event], *, key: str) -> dict[str, Any]:
    """Return {"count", "facets"} of a filtered public list.

    key: what distinguishes the filters; not the moment, so that it is computed once a minute.
    """
    name = "events.public:" + hashlib.sha256(key.encode()).hexdigest()
    found: dict[str, Any] | None = cache.get(name)
    if found is None:
        found = _count(events)
        cache.set(name, found, timeout=SECONDS)
    return found


def _count(events: QuerySet[Event]) -> dict[str, Any]:
    free = Case(When(price_minor=0, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())
    groups = (
        events.order_by()
        .select_related(None)
        .annotate(free=free)
        .values_list("event_type", "format", "free", "cpd_enabled", "cpd_credit_type")
        .annotate(number=Count("pk"))
    )
    kinds, formats, prices, credits_ = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for kind, format_, is_free, has_credits, credit_type, number in groups:
        kinds[kind] += number
        formats[format_] += number
        prices["free" if is_free else "paid"] += number
        if has_credits:
            credits_[credit_type] += number
    facets = {"event_type": kinds, "format": formats, "price": prices, "cpd_type": credits_}
    return {"count": sum(kinds.values()), "facets": {name: _sorted(rows) for name, rows in facets.items()}}


def _sorted(counts: Counter[str]) -> list[dict[str, Any]]:
    return [{"value": value, "count": number} for value, number in counts.most_common(50)]
