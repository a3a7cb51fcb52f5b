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
    for word in text.lower().split()[:MOST_WORDS]:
        if len(word) < SHORTEST_INDEXED:
            events = events.filter(title__icontains=word)
        elif connections[events.db].vendor == "sqlite":
            events = events.filter(search_text__id__in=_fts_rows(word))
        else:
            found = EventSearchText.objects.filter(body__contains=word).values("event_id")
            events = events.filter(pk__in=found)
    return events


def _fts_rows(word: str) -> RawSQL:
    phrase = '"' + word.replace('"', '""') + '"'
    return RawSQL("SELECT rowid FROM events_search_fts WHERE events_search_fts MATCH %s", [phrase])
