"""What an event is found by: the rows of its tags, and the text that is searched."""

from __future__ import annotations

from lyceum.events.models import Event, EventSearchText, EventSkillTag


def write_tags(event: Event) -> None:
    """Make the tag rows equal to the event's list."""
    wanted = {tag.casefold() for tag in event.skill_tags}
    have = set(event.tag_rows.values_list("tag", flat=True))
    if have - wanted:
        event.tag_rows.filter(tag__in=have - wanted).delete()
    EventSkillTag.objects.bulk_create([EventSkillTag(event=event, tag=tag) for tag in sorted(wanted - have)])


def write_search_text(event: Event) -> None:
    """Keep the words that people find the event by."""
    said = [event.title, event.short_description, event.description, event.public_location, *event.skill_tags]
    words = "\n".join(said).lower()
    if not EventSearchText.objects.filter(event=event).update(body=words):
        EventSearchText.objects.create(event=event, body=words)
