"""An event's slug: made from its title, its own among all events, and kept once anybody has seen it.

A new event is saved here, because its slug is decided by the insert.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from lyceum.core.broken_constraints import constraint_of
from lyceum.core.ids import parse_id
from lyceum.events.models import Event

SLUG_STEM = 200
RESERVED_SLUGS = frozenset({"facets", "by-slug"})


def slug_for(title: str) -> str:
    """Return the slug of a title; a title in a script without Latin letters gets `event-…`."""
    slug = slugify(title)[:SLUG_STEM].strip("-_")
    if not slug or slug in RESERVED_SLUGS or parse_id(slug):
        return with_suffix(slug or "event")
    return slug


def with_suffix(slug: str) -> str:
    """Return the slug with a random end, so that no other event has it."""
    return f"{slug[:SLUG_STEM]}-{secrets.token_hex(4)}"


def insert_event(event: Event) -> None:
    """Save a new event under a slug of its own; a race for the plain one is decided by the database."""
    stem = slug_for(event.title)
    taken = Event.all_objects.filter(slug=stem).exists()
    event.slug = with_suffix(stem) if taken else stem
    _save(event, force_insert=True)


def save_renamed(event: Event, columns: list[str]) -> None:
    """Save these columns of an event with a new title; as long as nobody has seen it, its slug follows the title."""
    stem = slug_for(event.title)
    if event.published_at is not None or event.slug == stem:
        event.save(update_fields=columns)
        return
    taken = Event.all_objects.filter(slug=stem).exclude(pk=event.pk).exists()
    event.slug = with_suffix(stem) if taken else stem
    _save(event, update_fields=[*columns, "slug"])


def _save(event: Event, **how: Any) -> None:
    """Save the event, under another slug where somebody else has taken this one meanwhile."""
    try:
        with transaction.atomic():
            event.save(**how)
    except IntegrityError as error:
        if constraint_of(error) != "event_slug_unique":
            raise
        event.slug = with_suffix(slug_for(event.title))
        event.save(**how)
