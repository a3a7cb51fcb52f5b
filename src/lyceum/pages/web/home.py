"""The start page: what is coming up, with search and filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from lyceum.core.errors import NotFound
from lyceum.core.http.public_answers import keep_answer
from lyceum.core.links import absolute
from lyceum.core.public_changes import LISTS
from lyceum.core.web import PageForm, PageView
from lyceum.events.models import Event
from lyceum.events.models.choices import EventFormat, EventType
from lyceum.events.selectors import matching, public_events, summarise

PAGE_SIZE = 20
KINDS = [
    ("", "Every kind"),
    (EventType.WEBINAR, "Webinars"),
    (EventType.WORKSHOP, "Workshops"),
    (EventType.CONFERENCE, "Conferences"),
    (EventType.MASTERCLASS, "Masterclasses"),
    (EventType.MEETUP, "Meet-ups"),
    (EventType.TRAINING, "Trainings"),
    (EventType.COURSE, "Courses"),
    (EventType.LECTURE, "Lectures"),
    (EventType.OTHER, "Other events"),
]
PLACES = [
    ("", "Online or in person"),
    (EventFormat.ONLINE, "Online"),
    (EventFormat.IN_PERSON, "In person"),
    (EventFormat.HYBRID, "Both at once"),
]
TIMES = [("", "Any time"), ("7", "Within a week"), ("31", "Within a month"), ("92", "Within three months")]


class SearchForm(PageForm):
    """The search above the list; a filter that isn't known is left out."""

    q = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Title or topic"}),
    )
    type = forms.ChoiceField(label="Kind", required=False, choices=KINDS)
    format = forms.ChoiceField(label="Place", required=False, choices=PLACES)
    when = forms.ChoiceField(label="When", required=False, choices=TIMES)
    credits = forms.BooleanField(label="With CPD credits", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.plain_label = True  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return what is searched for, without blanks and without what can't be understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CountedPaginator(Paginator):
    """A paginator whose count may be a minute old, as the public list's may."""

    def __init__(self, events: QuerySet[Event], *, key: str) -> None:
        super().__init__(events, PAGE_SIZE)
        self.key = key

    @cached_property
    def count(self) -> int:
        return int(summarise(self.object_list, key=self.key)["count"])  # type: ignore[arg-type]


class HomePage(PageView):
    template = "pages/home.html"
    public_reads = {"get": frozenset({"page", *SearchForm.base_fields})}

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET or None)
        wishes = SearchForm(request.GET).wishes()
        page = read_page(found_events(wishes, self.at), wishes, request.GET.get("page", "1"))
        if not self.actor.is_user:
            keep_answer(request, LISTS)
        return self.show(
            form=form,
            page=page,
            months=by_month(list(page.object_list)),
            filtered=bool(wishes),
            canonical=canonical(wishes, page.number),
        )


def found_events(wishes: dict[str, Any], at: datetime) -> QuerySet[Event]:
    """Return the public list, narrowed to what was asked for."""
    events = public_events(at)
    if "type" in wishes:
        events = events.filter(event_type=wishes["type"])
    if "format" in wishes:
        events = events.filter(format=wishes["format"])
    if "when" in wishes:
        events = events.filter(starts_at__lte=at + timedelta(days=int(wishes["when"])))
    if "credits" in wishes:
        events = events.filter(cpd_enabled=True)
    return matching(events, wishes["q"]) if "q" in wishes else events


def read_page(events: QuerySet[Event], wishes: dict[str, Any], number: str) -> Any:
    """Return one page of the list.

    Raises: NotFound (404) for a page that isn't there.
    """
    paginator = CountedPaginator(events, key=f"pages.home:{urlencode(sorted(wishes.items()))}")
    try:
        return paginator.page(number)
    except (EmptyPage, PageNotAnInteger):
        raise NotFound("There is no such page of events.") from None


def by_month(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return the events under the months in which they begin, each on its own calendar."""
    groups = groupby(events, key=lambda event: f"{event.starts_at.astimezone(event.zone):%B %Y}")
    return [{"name": name, "events": list(members)} for name, members in groups]


def canonical(wishes: dict[str, Any], number: int) -> str:
    """Return the address under which search engines know this page: pages count, filters don't."""
    return absolute(f"/?page={number}" if number > 1 and not wishes else "/")
