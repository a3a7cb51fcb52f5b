"""The rows that follow an event's own columns: default ticket type, tags, search text, and its slug."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from lyceum.core.ids import parse_id
from lyceum.events.models import Event, EventSearchText, EventSkillTag, TicketType

SLUG_STEM = 200
RESERVED_SLUGS = frozenset({"facets", "by-slug"})
DEFAULT_TICKET_NAME = "Standard"


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


def add_default_ticket(event: Event) -> TicketType:
    """Give a new event the ticket type that mirrors its price."""
    return TicketType.objects.create(
        event=event,
        name=DEFAULT_TICKET_NAME,
        price_minor=event.price_minor,
        currency=event.currency,
        is_default=True,
    )


def mirror_price(event: Event) -> None:
    """Put the default ticket type's price, and everybody's currency, in step with the event.

    Locks: the rows it updates; the caller holds the event.
    """
    event.ticket_types.update(currency=event.currency)
    event.ticket_types.filter(is_default=True).update(price_minor=event.price_minor)


def write_tags(event: Event) -> None:
    """Make the tag rows equal to the event's list."""
    wanted = {tag.casefold() for tag in event.skill_tags}
    have = set(event.tag_rows.values_list("tag", flat=True))
    if have - wanted:
        event.tag_rows.filter(tag__in=have - wanted).delete()
    EventSkillTag.objects.bulk_create([EventSkillTag(event=event, tag=tag) for tag in sorted(wanted - have)])


def write_search_text(event: Event) -> None:
    """Keep the words that people find the event by."""
    words = "\n".join([event.title, event.description, event.location, *event.skill_tags]).lower()
    if not EventSearchText.objects.filter(event=event).update(body=words):
        EventSearchText.objects.create(event=event, body=words)
