"""Reads of events; each starts at what the actor may see."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core.cache import cache
from django.db import connections
from django.db.models import BooleanField, Case, Count, Model, Prefetch, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ids import parse_id
from lyceum.core.tokens import digest
from lyceum.events.models import (
    Event,
    EventCustomField,
    EventInvitation,
    EventReminder,
    EventSearchText,
    EventSession,
    TicketType,
)
from lyceum.events.models.choices import EventStatus, Visibility
from lyceum.events.policies import may_manage_event
from lyceum.events.ports import extensions

Row = TypeVar("Row", bound=Model)
CALENDAR_PAST = timedelta(days=31)
CALENDAR_LENGTH = 500


def events_of(actor: Actor, *, include_deleted: bool = False) -> QuerySet[Event]:
    """Return the events that the actor manages; with the deleted ones of their own if asked."""
    if not include_deleted:
        return Event.objects.managed_by(actor)
    return Event.all_objects.managed_by(actor).alive_or_owned_by(actor)


def get_managed_event(
    actor: Actor, event_id: UUID, *, include_deleted: bool = False, related: Sequence[str] = ()
) -> Event:
    """Return an event that the actor manages. Every app that serves something of an event begins here.

    related: what to fetch with it in the same query, as for `select_related`.
    Raises: NotFound (404).
    """
    events = events_of(actor, include_deleted=include_deleted)
    event = (events.select_related(*related) if related else events).filter(pk=event_id).first()
    if event is None:
        raise NotFound
    return event


def require_managed_event(actor: Actor, event_id: UUID) -> None:
    """Let through who manages an event, reading nothing of it: for lists of something that an event has.

    Raises: NotFound (404).
    """
    if not events_of(actor).filter(pk=event_id).exists():
        raise NotFound


def with_details(events: QuerySet[Event]) -> QuerySet[Event]:
    """Fetch what an event's full JSON shows, in a constant number of queries."""
    return events.select_related("owner", "meeting").prefetch_related(
        Prefetch("sessions", EventSession.objects.select_related("meeting")),
        "ticket_types",
        Prefetch("custom_fields", EventCustomField.objects.active(), to_attr="active_fields"),
    )


def detailed_event(actor: Actor, event_id: UUID, *, include_deleted: bool = False) -> Event:
    """Return one's own event with everything its JSON shows.

    Raises: NotFound (404).
    """
    event = with_details(events_of(actor, include_deleted=include_deleted)).filter(pk=event_id).first()
    if event is None:
        raise NotFound
    return event


def public_events(at: datetime) -> QuerySet[Event]:
    """Return what the public list shows: public, published, not yet begun; soonest first."""
    return Event.objects.listed(at).select_related("owner").order_by("starts_at", "-id")


def find_public_event(key: str, *, actor: Actor, at: datetime, token: str = "", details: bool = False) -> Event:
    """Return an event by uuid or slug as a visitor may see it.

    Public and unlisted ones open to everybody who has the link, private ones to their owner, to who follows a
    mailed invitation, and to the verified account of an invited address. Drafts open to nobody here,
    cancelled or not.
    token: the secret of a mailed invitation, if there is one.
    Raises: NotFound (404).
    """
    event_id = parse_id(key)
    wanted = Q(pk=event_id) if event_id else Q(slug=key[:220].replace("\x00", ""))
    # A draft that was cancelled has never been anybody's business.
    never_shown = Q(status=EventStatus.DRAFT) | Q(status=EventStatus.CANCELLED, published_at__isnull=True)
    events = Event.objects.exclude(never_shown).filter(wanted)
    event = (with_details(events) if details else events.select_related("owner")).first()
    if event is None or not may_see(event, actor=actor, token=token):
        raise NotFound
    return event


def may_see(event: Event, *, actor: Actor, token: str = "") -> bool:
    """Say whether a visitor may open a published event's page, or register for it."""
    if event.visibility != Visibility.PRIVATE or may_manage_event(actor, event):
        return True
    if token and find_invitation(event.pk, token) is not None:
        return True
    return (
        actor.is_user
        and actor.email_verified
        and EventInvitation.objects.filter(event_id=event.pk, email=actor.email.lower()).exists()
    )


def find_invitation(event_id: UUID, token: str) -> EventInvitation | None:
    """Return the invitation that this mailed secret opens."""
    if not token:
        return None
    return EventInvitation.objects.filter(event_id=event_id, token_hash=digest(token)).first()


def with_extensions(event: Event) -> Event:
    """Read the keys that other apps add to the event's JSON; one query for each of them."""
    event.extension_values = {}
    for extension in extensions():
        event.extension_values |= extension.read(event_ids=[event.pk]).get(event.pk, {})
    return event


def active_content(user_id: UUID) -> list[str]:
    """Name the events for which a person must stay an organizer."""
    running = Event.objects.filter(owner_id=user_id, status__in=(EventStatus.PUBLISHED, EventStatus.LIVE))
    return [f"The event “{title}”" for title in running.order_by("starts_at").values_list("title", flat=True)[:20]]


def own_session(actor: Actor, event_id: UUID, session_id: UUID) -> EventSession:
    """Return a session of one's own event. Raises: NotFound (404)."""
    return _nested(EventSession.objects.with_meetings().filter(pk=session_id), actor, event_id)


def own_ticket_type(actor: Actor, event_id: UUID, ticket_type_id: UUID) -> TicketType:
    """Return a ticket type of one's own event. Raises: NotFound (404)."""
    return _nested(TicketType.objects.filter(pk=ticket_type_id), actor, event_id)


def own_custom_field(actor: Actor, event_id: UUID, field_id: UUID) -> EventCustomField:
    """Return a question that one's own event asks. Raises: NotFound (404)."""
    return _nested(EventCustomField.objects.active().filter(pk=field_id), actor, event_id)


def own_invitation(actor: Actor, event_id: UUID, invitation_id: UUID) -> EventInvitation:
    """Return an invitation to one's own event. Raises: NotFound (404)."""
    return _nested(EventInvitation.objects.filter(pk=invitation_id), actor, event_id)


def own_reminder(actor: Actor, event_id: UUID, reminder_id: UUID) -> EventReminder:
    """Return a reminder of one's own event. Raises: NotFound (404)."""
    return _nested(EventReminder.objects.filter(pk=reminder_id), actor, event_id)


def get_public_organizer(user_id: UUID) -> User:
    """Return an organizer whose profile is public. Raises: NotFound (404)."""
    organizer: User | None = User.objects.public_organizers().filter(pk=user_id).first()
    if organizer is None:
        raise NotFound
    return organizer


def organizer_calendar(user_id: UUID, at: datetime) -> QuerySet[Event]:
    """Return an organizer's public events of the last month and to come, cancelled ones included."""
    return (
        Event.objects.filter(owner_id=user_id, visibility=Visibility.PUBLIC, ends_at__gt=at - CALENDAR_PAST)
        .filter(published_at__isnull=False)
        .exclude(status=EventStatus.DRAFT)
        .select_related("owner")
        .prefetch_related("sessions")
        .order_by("starts_at", "id")[:CALENDAR_LENGTH]
    )


def _nested(rows: QuerySet[Row], actor: Actor, event_id: UUID) -> Row:
    row = rows.filter(event__in=events_of(actor).filter(pk=event_id)).first()
    if row is None:
        raise NotFound
    return row


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


# Counts and facets of the public list may be this old.
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
