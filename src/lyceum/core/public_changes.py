"""When something that visitors see last changed: noted by whoever changed it, and known to every process at once.

Answers to visitors are kept for a few seconds (`core.http.public_answers`). Each names its topics: the ids of what it
shows, or LISTS. One that was begun before the last change of a topic is not given out again. Every fact notes what it
is about, and so does every verb that locks an event.

The moments are shared through Redis, or without one through a small file in the data folder, which all processes of
the machine map into their memory. Where neither can be reached, answers merely live out their seconds.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
import time
import zlib
from collections.abc import Iterable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import transaction

log = logging.getLogger(__name__)

# The topic of every list of events.
LISTS: Final = "lists"
# The topic of everything at once.
ALL: Final = "all"
Topic = UUID | str

_SLOTS = 8192
_MOMENT = struct.Struct("<q")
# Longer than any answer is kept.
_KEPT_SECONDS = 600


class Moments(Protocol):
    """Nanoseconds since 1970 by topic."""

    def write(self, topics: Iterable[str], moment: int) -> None: ...
    def latest(self, topics: Iterable[str]) -> int: ...


class MomentsInFile:
    """A file of fixed size, mapped by every process. Topics share its places, so that one may pass for another."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, _SLOTS * _MOMENT.size)
            self._map = mmap.mmap(descriptor, _SLOTS * _MOMENT.size)
        finally:
            os.close(descriptor)

    def write(self, topics: Iterable[str], moment: int) -> None:
        for topic in topics:
            _MOMENT.pack_into(self._map, _place(topic), moment)

    def latest(self, topics: Iterable[str]) -> int:
        return max(int(_MOMENT.unpack_from(self._map, _place(topic))[0]) for topic in topics)


class MomentsInCache:
    """The cache that all processes share."""

    def write(self, topics: Iterable[str], moment: int) -> None:
        shared_cache.set_many({f"changed:{topic}": moment for topic in topics}, timeout=_KEPT_SECONDS)

    def latest(self, topics: Iterable[str]) -> int:
        found = shared_cache.get_many([f"changed:{topic}" for topic in topics])
        return max((int(moment) for moment in found.values()), default=0)


def note_changes(*topics: Topic) -> None:
    """Note that these have changed, once the transaction under way has committed; at once where there is none."""
    transaction.on_commit(partial(_note, {str(topic) for topic in topics}), robust=True)


def note_now(*topics: Topic) -> None:
    """Note that these have changed at this moment."""
    _note({str(topic) for topic in topics})


def last_change(topics: Sequence[str]) -> int:
    """Return when one of these, or everything, last changed, in nanoseconds since 1970; 0 where it isn't known."""
    return _moments().latest((ALL, *topics))


def _note(topics: Iterable[str]) -> None:
    _moments().write(topics, time.time_ns())


def _place(topic: str) -> int:
    return zlib.crc32(topic.encode()) % _SLOTS * _MOMENT.size


@cache
def _moments() -> Moments:
    if settings.REDIS_URL:
        return MomentsInCache()
    try:
        return MomentsInFile(Path(settings.LYCEUM_DATA) / "public-changes")
    except OSError as error:
        log.warning("public_changes_not_shared", extra={"error": type(error).__name__})
        return MomentsInCache()
