"""The filters of the event lists. The public list has its own, without state and visibility."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters

from lyceum.core.api.filters import SEARCH_LENGTH, SEARCH_WORDS, BooleanFilter, FilterSet, MomentFilter
from lyceum.events.models import Event
from lyceum.events.models.choices import EventFormat, EventStatus, EventType, Visibility
from lyceum.events.models.event import HAS_FREE_SEATS
from lyceum.events.selectors import matching

# What older programs call a live event.
ONGOING = ("ongoing", "ongoing")
MOST_TAGS = 10


class SearchWords(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=SEARCH_LENGTH, **kwargs)


class SearchFilter(filters.Filter):
    field_class = SearchWords


class EventFilters(FilterSet):
    """What both lists understand."""

    search = SearchFilter(method="filter_search", help_text=SEARCH_WORDS)
    event_type = filters.ChoiceFilter(choices=EventType.choices, help_text="The kind of event.")
    category = filters.ChoiceFilter(
        field_name="event_type", choices=EventType.choices, help_text="As `event_type`, under its older name."
    )
    format = filters.ChoiceFilter(choices=EventFormat.choices, help_text="Where people meet.")
    cpd_type = filters.CharFilter(
        method="filter_cpd_type", max_length=50, help_text="The type of the credits that the event gives, in any case."
    )
    is_free = BooleanFilter(method="filter_is_free", help_text="true: free of charge; false: with a price.")
    starts_after = MomentFilter(field_name="starts_at", lookup_expr="gte", help_text="Starts at this moment or later.")
    starts_before = MomentFilter(
        field_name="starts_at", lookup_expr="lte", help_text="Starts at this moment or earlier."
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def filter_search(self, events: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        return matching(events, value)

    def filter_cpd_type(self, events: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        return events.filter(cpd_enabled=True, cpd_credit_type__iexact=value)

    def filter_is_free(self, events: QuerySet[Event], name: str, value: bool) -> QuerySet[Event]:
        return events.filter(price_minor=0) if value else events.filter(price_minor__gt=0)


class OwnEventFilters(EventFilters):
    """One's own events, run or come to. `has_capacity` asks whether there is a limit at all."""

    status = filters.ChoiceFilter(
        choices=[*EventStatus.choices, ONGOING],
        method="filter_status",
        help_text="The event's state; `ongoing` is `live` under its older name.",
    )
    visibility = filters.ChoiceFilter(choices=Visibility.choices, help_text="Who finds the event.")
    has_capacity = BooleanFilter(
        field_name="capacity", method="filter_has_capacity", help_text="Whether the number of seats is limited."
    )
    # Read by the view, because it widens where the list starts; here so that a bad value is refused.
    include_deleted = BooleanFilter(method="filter_nothing", help_text="true: deleted drafts too.")

    def filter_status(self, events: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        return events.filter(status=EventStatus.LIVE if value == ONGOING[0] else value)

    def filter_has_capacity(self, events: QuerySet[Event], name: str, value: bool) -> QuerySet[Event]:
        return events.filter(capacity__isnull=not value)

    def filter_nothing(self, events: QuerySet[Event], name: str, value: bool) -> QuerySet[Event]:
        return events


class PublicEventFilters(EventFilters):
    """What visitors may ask for."""

    organizer = filters.UUIDFilter(field_name="owner_id", help_text="The id of the organizer.")
    skill_tags = filters.CharFilter(
        method="filter_skill_tags",
        max_length=600,
        help_text="Up to ten tags, with commas between; the event has all of them.",
    )
    has_spots = BooleanFilter(method="filter_has_spots", help_text="Whether a seat is free.")

    def filter_skill_tags(self, events: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        for tag in {part.strip().casefold() for part in value.split(",")[:MOST_TAGS]} - {""}:
            events = events.filter(tag_rows__tag=tag)
        return events

    def filter_has_spots(self, events: QuerySet[Event], name: str, value: bool) -> QuerySet[Event]:
        return events.filter(HAS_FREE_SEATS) if value else events.exclude(HAS_FREE_SEATS)
