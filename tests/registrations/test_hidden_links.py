"""Where an event meets online is for people with a seat, when joining opens: no route, mail or file says it before."""

import itertools
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.core import clock
from lyceum.core.models import Fact
from lyceum.core.work.due_work import drain
from lyceum.events.models import Event, EventSearchText, EventSession, Meeting, MeetingNumber
from lyceum.events.services.search_text import write_search_text
from lyceum.registrations.models import Registration
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.architecture.routing import found_routes
from tests.factories.accounts import OrganizerFactory, UserFactory
from tests.factories.events import EventSessionFactory, InvitationFactory, ReminderFactory
from tests.factories.registrations import OpenEventFactory
from tests.mailbox import html_of, text_of
from tests.registrations.steps import register_url

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

SECRET = "hushhush"
LINK = f"https://zoom.us/j/85312345678?pwd={SECRET}"
BARE = f"zoom.us/j/85312345678?pwd={SECRET}"
# What every visitor may read of an event and its sessions; every other text column is taken for one that holds a link.
PUBLIC_TEXT = {
    Event: {
        "title", "slug", "description", "short_description", "event_type", "format", "visibility", "status",
        "cover_image", "timezone", "cancellation_reason", "currency", "cpd_credit_type", "cpd_accreditation_note",
        "event_format", "attendance_requirement", "check_in_scope",
    },
    EventSession: {"title", "description", "speaker", "status", "cancellation_reason"},
    Meeting: {"provider"},
}  # fmt: skip


def plant(row: Any) -> None:
    """Put the secret into every text column of a row that isn't meant for everybody."""
    for field in type(row)._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and field.name not in PUBLIC_TEXT[type(row)]:
            length = field.max_length or 1000
            value = LINK if isinstance(field, models.URLField) else BARE if length > 100 else SECRET[: min(length, 20)]
            setattr(row, field.name, value)
    row.save()


class Scene:
    """An event with one seat, taken, and somebody waiting; thirty days ahead."""

    def __init__(self, **event: Any) -> None:
        self.holder, self.waiting = UserFactory(email="holder@example.org"), UserFactory(email="waiting@example.org")
        self.event: Event = OpenEventFactory(capacity=1, waitlist_enabled=True, format="hybrid", **event)
        self.part = EventSessionFactory(event=self.event, title="Practice", session_number=2)
        for row in (self.event, *self.event.sessions.all()):
            plant(row)
        for whose in ({"event": self.event}, *({"session": row} for row in self.event.sessions.all())):
            plant(Meeting.objects.get_or_create(**whose)[0])
        write_search_text(self.event)
        for person in (self.holder, self.waiting):
            assert self.signed_in(person).post(register_url(self.event.pk), {}, format="json").status_code == 201
        self.rows = {row.email: row for row in Registration.objects.filter(event=self.event)}

    def signed_in(self, person: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(person)
        return client

    def guest_link(self, person: User) -> str:
        page = mint_guest_link(self.rows[person.email], at=clock.now())
        return page.removeprefix("http://testserver").split("?")[0].removeprefix("/r/").strip("/")

    def addresses(self, token: str) -> Iterator[str]:
        """Yield the address of every GET route, with every value that its parts may take here."""
        registrations = [str(row.pk) for row in self.rows.values()]
        event, part = str(self.event.pk), str(self.part.pk)
        values = {
            "event_uuid": [event],
            "session_uuid": [part],
            "slug": [self.event.slug],
            "key": [event, self.event.slug, token, *registrations],
            "token": [token],
            "uuid": [event, part, str(self.event.owner_id), *registrations],
        }
        for route in sorted(found_routes()):
            if route.startswith("GET /") and not route.startswith("GET /dev/"):
                path = route.removeprefix("GET ")
                names = re.findall(r"<str:(\w+)>", path)
                for chosen in itertools.product(*[values.get(name, [event]) for name in names]):
                    found = path
                    for name, value in zip(names, chosen, strict=True):
                        found = found.replace(f"<str:{name}>", value, 1)
                    yield found


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode("utf-8", "replace"))


def test_no_route_shows_a_link_to_those_whom_it_is_not_for(mailoutbox: Any) -> None:
    scene = Scene()
    callers: dict[str, User | None] = {
        "anybody": None,
        "without a seat": UserFactory(),
        "waiting": scene.waiting,
        "with a seat, too early": scene.holder,
        "another organizer": OrganizerFactory(),
    }
    seen: dict[str, set[int]] = {}
    leaks = []
    for name, person in callers.items():
        api, browser = APIClient(raise_request_exception=False), Client(raise_request_exception=False)
        if person is not None:
            api.force_authenticate(person)
            browser.force_login(person)
        token = scene.guest_link(scene.waiting if person is scene.waiting else scene.holder)
        for address in scene.addresses(token):
            client = api if address.startswith("/api/") else browser
            response = client.get(address)
            seen.setdefault(address, set()).add(response.status_code)
            if SECRET in body_of(response):
                leaks.append(f"{name}: {address}")
    assert leaks == []
    # The walk has really opened what shows the event.
    event = scene.event
    for address in (
        f"/api/v1/public/events/{event.pk}/", f"/api/v1/public/events/{event.slug}/", "/api/v1/public/events/",
        f"/api/v1/public/events/{event.pk}/calendar.ics", f"/api/v1/public/organizers/{event.owner_id}/calendar.ics",
        f"/events/{event.slug}/", "/", "/account/", "/api/v1/users/me/registrations/", "/api/v1/users/me/events/",
        *(f"/api/v1/users/me/registrations/{row.pk}/" for row in scene.rows.values()),
    ):  # fmt: skip
        assert 200 in seen[address], address
    assert any(address.startswith("/r/") and 200 in found for address, found in seen.items())


def test_no_search_mail_or_fact_holds_a_link(mailoutbox: Any) -> None:
    scene = Scene()
    invited = InvitationFactory(event=scene.event)
    owner = scene.signed_in(scene.event.owner)
    assert owner.post(f"/api/v1/events/{scene.event.pk}/invitations/{invited.pk}/send/").status_code == 200
    ReminderFactory(event=scene.event, scheduled_for=clock.now())
    owner.patch(f"/api/v1/events/{scene.event.pk}/", {"capacity": 2}, format="json")
    drain(clock.now())
    assert len(mailoutbox) >= 4
    for mail in mailoutbox:
        assert SECRET not in mail.subject + text_of(mail) + html_of(mail) + str(mail.attachments)
    assert APIClient().get("/api/v1/public/events/", {"search": SECRET}).json()["count"] == 0
    assert SECRET not in str(list(EventSearchText.objects.values_list("body", flat=True)))
    assert SECRET not in str(list(Fact.objects.values_list("data", flat=True)))


def test_a_link_opens_for_seats_alone_and_in_time() -> None:
    scene = Scene(starts_at=clock.now() + timedelta(minutes=20))
    holder = scene.signed_in(scene.holder).get("/api/v1/users/me/registrations/").json()["results"][0]
    assert (holder["zoom_join_url"], holder["can_join"]) == (LINK, True)
    assert holder["event"]["location"] == ""
    waiting = scene.signed_in(scene.waiting).get("/api/v1/users/me/registrations/").json()["results"][0]
    assert (waiting["status"], waiting["zoom_join_url"]) == ("waitlisted", None)


EVENTS = "/api/v1/events/"
SESSION = {"title": "Part", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60}
LINKS = [
    "https://zoom.us/j/85312345678?pwd=x", "zoom.us/j/85312345678?pwd=x", "ZOOM.US/j/1", "us02web.zoom.us/j/1",
    "teams.microsoft.com/l/meetup-join/x", "meet.google.com/abc-defg-hij", "www.example.org", "zoom.us",
    "zoommtg://zoom.us/join?confno=1", "zoom。us/j/1", "zo\u200bom.us/j/1", "ｚｏｏｍ．ｕｓ/j/1",
]  # fmt: skip
MIXED = [
    "Hall 2, or zoom.us/j/1", "Online: https://zoom.us/j/1", "Passcode: 1234", "Meeting ID 853 1234 5678", "pwd=abc",
    "Zoom 853-1234-5678", "Kenncode: geheim", "Password is swordfish", "Room 5 (meet.google.com/abc-defg-hij)",
]  # fmt: skip
PLACES = [
    "Hall 2, Kungsgatan 5", "Room 3.14", "St. Petri kyrka, Malmö", "Bldg. A, 2nd floor", "Aula; tel. +46 8 123 456 78",
    "Zoom room at the library", "Meeting room 4", "Dr.-Karl-Renner-Ring 3, 1010 Wien",
    "10115 Berlin, Invalidenstr. 43/44",
]  # fmt: skip


@pytest.mark.parametrize("text", [*LINKS, *MIXED])
def test_a_place_holds_no_link(api_as: Any, text: str) -> None:
    client = api_as(OrganizerFactory())
    made = client.post(EVENTS, {**SESSION, "location": text}, format="json")
    assert made.status_code == 422
    assert "zoom_join_url" in made.json()["error"]["details"]["location"][0]
    made = client.post(EVENTS, {"title": "x", "sessions": [{**SESSION, "room": text}]}, format="json")
    assert made.status_code == 422
    assert "zoom_join_url" in str(made.json()["error"]["details"]["sessions"])
    assert not Event.objects.exists()


@pytest.mark.parametrize("text", PLACES)
def test_a_place_is_kept_as_it_is(api_as: Any, text: str) -> None:
    client = api_as(OrganizerFactory())
    body = {"title": "x", "location": text, "sessions": [{**SESSION, "room": text}]}
    made = client.post(EVENTS, body, format="json")
    assert made.status_code == 201, made.json()
    assert (made.json()["location"], made.json()["sessions"][0]["room"]) == (text, text)


@pytest.mark.parametrize("text", LINKS)
def test_the_other_name_takes_a_link_as_the_link_to_join(api_as: Any, text: str) -> None:
    client = api_as(OrganizerFactory())
    made = client.post(EVENTS, {"title": "x", "sessions": [{**SESSION, "room_or_link": text}]}, format="json")
    if "://" in text and not text.startswith("http"):
        assert made.status_code == 422
        return
    assert made.status_code == 201, made.json()
    (part,) = made.json()["sessions"]
    assert part["room"] == ""
    assert part["zoom_join_url"].startswith("https://")
    assert part["room_or_link"] == ""


def test_the_other_name_takes_a_room_and_refuses_a_mixture(api_as: Any) -> None:
    client = api_as(OrganizerFactory())
    made = client.post(EVENTS, {"title": "x", "sessions": [{**SESSION, "room_or_link": "Hall 2"}]}, format="json")
    assert made.json()["sessions"][0]["room"] == "Hall 2"
    part = f"{EVENTS}{made.json()['uuid']}/sessions/{made.json()['sessions'][0]['uuid']}/"
    assert client.patch(part, {"room_or_link": "Hall 2, zoom.us/j/1"}, format="json").status_code == 422
    differ = client.patch(part, {"room_or_link": "Hall 4", "room": "Hall 3"}, format="json")
    assert "differ" in differ.json()["error"]["details"]["room_or_link"][0]
    assert client.patch(part, {"zoom_join_url": "zoom.us/j/1"}, format="json").json()["zoom_join_url"] == (
        "https://zoom.us/j/1"
    )
    assert client.patch(part, {"zoom_join_url": "ftp://zoom.us/j/1"}, format="json").status_code == 422


def test_what_the_answer_shows_may_be_sent_back_with_one_name_changed(api_as: Any) -> None:
    client = api_as(OrganizerFactory())
    rows = [{**SESSION, "room": "Hall 2", "zoom_join_url": "https://zoom.us/j/1"}]
    event = f"{EVENTS}{client.post(EVENTS, {'title': 'x', 'sessions': rows}, format='json').json()['uuid']}/"
    shown = client.get(event).json()["sessions"][0]
    part = f"{event}sessions/{shown['uuid']}/"
    for changed in ({}, {"room": "Hall 3"}, {"room_or_link": "Hall 4"}, {"room_or_link": "zoom.us/j/2"}):
        answer = client.patch(part, {**client.get(part).json(), **changed}, format="json")
        assert answer.status_code == 200, answer.json()
        whole = client.patch(event, {"sessions": [{**client.get(part).json(), **changed}]}, format="json")
        assert whole.status_code == 200, whole.json()
    last = client.get(part).json()
    assert (last["room"], last["room_or_link"], last["zoom_join_url"]) == ("Hall 4", "Hall 4", "https://zoom.us/j/2")


def test_a_copy_leaves_the_link_behind(api_as: Any) -> None:
    scene = Scene()
    copy = scene.signed_in(scene.event.owner).post(f"{EVENTS}{scene.event.pk}/duplicate/").json()
    assert [row["zoom_join_url"] for row in copy["sessions"]] == ["", ""]
    assert copy["zoom_join_url"] == copy["zoom_meeting_id"] == ""
    assert not MeetingNumber.objects.exists()


@pytest.mark.parametrize("text", ["a." * 500_000, "a-" * 500_000, "1 " * 500_000, "https://" + "a." * 500_000])
def test_long_texts_are_refused_at_once(api_as: Any, text: str) -> None:
    client, begin = api_as(OrganizerFactory()), time.monotonic()
    for values in ({"location": text}, {"zoom_join_url": text}, {"sessions": [{**SESSION, "room_or_link": text}]}):
        assert client.post(EVENTS, {**SESSION, **values}, format="json").status_code in {413, 422}
    assert time.monotonic() - begin < 10
