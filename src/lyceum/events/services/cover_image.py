"""The picture that stands above an event."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.files import storage
from lyceum.core.files.uploads import ReadableFile, check_image
from lyceum.events.models import Event
from lyceum.events.services.locking import check_editable, lock_own_event

COVER_BYTES = 5 * 1024 * 1024
COVER_PIXELS = 24_000_000


def set_cover_image(*, event_id: UUID, image: ReadableFile, actor: Actor, at: datetime) -> Event:
    """Keep a checked picture; the former one is removed after commit.

    Locks: Event, after the picture was decoded and stored.
    Raises: NotFound (404), EventLocked (409), ValidationRefused (422).
    """
    picture = check_image(image, COVER_BYTES, COVER_PIXELS, field="image")
    key = storage.store("events/covers", picture.content, content_type=picture.content_type)
    try:
        return _replace(event_id, key, actor)
    except Exception:
        storage.delete(key)
        raise


def remove_cover_image(*, event_id: UUID, actor: Actor, at: datetime) -> Event:
    """Take the picture away.

    Locks: Event.
    Raises: NotFound (404), EventLocked (409).
    """
    return _replace(event_id, "", actor)


@transaction.atomic
def _replace(event_id: UUID, key: str, actor: Actor) -> Event:
    event = lock_own_event(event_id, actor)
    check_editable(event, {"cover_image"})
    if event.cover_image:
        transaction.on_commit(partial(storage.delete, event.cover_image))
    event.cover_image = key
    event.save(update_fields=["cover_image", "updated_at"])
    return event
