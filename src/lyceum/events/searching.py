"""Finding events by words, with each database's own index; the same answers on both."""

from __future__ import annotations

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from lyceum.events.models import Event, EventSearchText

# A trigram index knows only sequences of three; shorter words are looked for in titles.
SHORTEST_INDEXED = 3
MOST_WORDS = 8


def matching(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Keep the events in whose title, description, place or tags every word stands, in any case, anywhere."""
    words = text.lower().split()[:MOST_WORDS]
    for word in words:
        if len(word) < SHORTEST_INDEXED:
            events = events.filter(title__icontains=word)
    indexed = [word for word in words if len(word) >= SHORTEST_INDEXED]
    if not indexed:
        return events
    if connections[events.db].vendor == "sqlite":
        return events.filter(search_text__id__in=_fts_rows(indexed))
    found = EventSearchText.objects.all()
    for word in indexed:
        found = found.filter(body__contains=word)
    return events.filter(pk__in=found.values("event_id"))


def _fts_rows(words: list[str]) -> RawSQL:
    phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
    return RawSQL("SELECT rowid FROM events_search_fts WHERE events_search_fts MATCH %s", [phrases])
