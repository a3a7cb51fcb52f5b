"""An event's slug: made from its title, its own among all events, and kept once anybody has seen it.

A new event is saved here, because its slug is decided by the insert.
"""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.text import slugify

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
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError:
        # Only the slug can clash here; anything else fails again and is then a fault of ours.
        event.slug = with_suffix(stem)
        event.save(force_insert=True)


def rename_slug(event: Event) -> bool:
    """Let an event that nobody has seen follow its new title, unsaved; say whether its slug changed."""
    stem = slug_for(event.title)
    if event.published_at is not None or event.slug == stem:
        return False
    taken = Event.all_objects.filter(slug=stem).exclude(pk=event.pk).exists()
    event.slug = with_suffix(stem) if taken else stem
    return True
