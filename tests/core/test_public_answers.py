"""Answers kept for visitors: whole, the same for all of them, never anybody's own, and never older than they may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from lyceum.core import public_changes, resilient_cache
from lyceum.core.http import public_answers
from lyceum.core.http.public_answers import answers
from lyceum.core.public_changes import ALL, MomentsInCache, MomentsInFile, last_change, note_now
from lyceum.core.resilient_cache import ResilientRedisCache
from lyceum.core.tokens import digest
from lyceum.events.models import Event, EventInvitation
from lyceum.registrations.models import Registration
from lyceum.registrations.web.views import event as views
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.events import EventFactory, PublishedEventFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

either_way = pytest.mark.parametrize("_kept", ["file", "cache"], indirect=True)
LIST = "/api/v1/public/events/"
Committed = Callable[..., Any]


@pytest.fixture(autouse=True)
def _kept(
    request: pytest.FixtureRequest, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Keep answers as the product does, with changes told by either way."""
    settings.PUBLIC_CACHE_SECONDS = 5
    by_cache = getattr(request, "param", "file") == "cache"
    moments = MomentsInCache() if by_cache else MomentsInFile(tmp_path / "changes")
    monkeypatch.setattr(public_changes, "_moments", lambda: moments)
    answers.clear()
    yield
    answers.clear()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Committed:
    """Do what follows a commit, which the test's own transaction never reaches."""

    def run(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return call(*arguments, **named)

    return run


@pytest.fixture
def event() -> Event:
    return PublishedEventFactory(title="Wound care", capacity=10)


def page(event: Event) -> str:
    return f"/events/{event.slug}/"


def detail(event: Event) -> str:
    return f"{LIST}{event.pk}/"


def asks(count: int) -> Any:
    class Asked(CaptureQueriesContext):
        def __exit__(self, *error: Any) -> None:
            super().__exit__(*error)
            assert len(self.captured_queries) == count, [row["sql"] for row in self.captured_queries]

    return Asked(connection)


def paths(event: Event) -> list[str]:
    return [
        "/", LIST, page(event), detail(event), f"{LIST}by-slug/{event.slug}/", f"{detail(event)}calendar.ics",
        f"/api/v1/public/organizers/{event.owner_id}/calendar.ics",
        f"/api/v1/organizers/{event.owner_id}/",
    ]  # fmt: skip


def test_the_second_visitor_costs_no_query(event: Event, client: Client):
    for path in paths(event):
        first = client.get(path)
        assert first.status_code == 200, path
        with asks(0):
            second = client.get(path)
        assert second.content == first.content
        assert second["ETag"] == first["ETag"]
        assert second["X-Request-Id"] != first["X-Request-Id"]
        names = {"X-Request-Id", "Cache-Control"}
        for name in first.headers.keys() | second.headers.keys():
            assert name in names or first[name] == second[name], name
        assert not first.cookies
        assert "csrftoken" not in str(first.headers)


def test_everybody_on_the_way_is_told_for_how_long(event: Event, client: Client):
    for path in (LIST, page(event)):
        answer = client.get(path)
        assert answer["Cache-Control"] == "public, max-age=4, stale-while-revalidate=5"
        assert {"cookie", "authorization"} <= {name.strip().lower() for name in answer["Vary"].split(",")}


def test_who_has_it_already_is_told_so(event: Event, client: Client):
    for path in (page(event), detail(event)):
        whole = client.get(path)
        for sent in (whole["ETag"], f'"other", {whole["ETag"]}', "*"):
            answer = client.get(path, headers={"If-None-Match": sent})
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", whole["ETag"])
            assert "Content-Type" not in answer
            assert answer["Cache-Control"].startswith("public, max-age=")
            assert answer["Vary"] == whole["Vary"]
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_head_is_answered_as_its_get(event: Event, client: Client):
    whole, head = client.get(page(event)), client.head(page(event))
    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Content-Length"]) == (whole["ETag"], str(len(whole.content)))


def test_nobodys_own_answer_is_kept_or_given(event: Event, client: Client, api: APIClient):
    owner = UserFactory(email="olive@example.org")
    signed_in = Client()
    signed_in.force_login(owner)
    assert "olive@example.org" in signed_in.get(page(event)).text
    assert "olive@example.org" not in client.get(page(event)).text
    own = signed_in.get(page(event))
    assert "olive@example.org" in own.text
    assert own["Cache-Control"] == "private, no-store"
    assert "ETag" not in own
    assert "/sign-out/" in signed_in.get("/").text
    assert "/sign-out/" not in client.get("/").text


def test_credentials_go_past_it(event: Event, api: APIClient):
    kept = api.get(LIST)
    for headers in ({"Authorization": "Bearer nonsense"}, {"Authorization": "Api-Key nonsense"}):
        assert api.get(LIST, headers=headers).status_code == 401
    for name in ("sessionid", "messages", "registered"):
        browser = Client()
        browser.cookies[name] = "anything"
        answer = browser.get(LIST)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer.json() == kept.json()


def test_a_cookie_of_another_program_is_no_matter(event: Event, client: Client):
    client.get(page(event))
    client.cookies["_ga"] = "GA1.1"
    client.cookies["csrftoken"] = "x" * 32
    with asks(0):
        assert client.get(page(event)).status_code == 200


def test_a_token_for_forms_is_never_kept(event: Event):
    browser = Client()
    browser.cookies["csrftoken"] = "y" * 32
    page_text = browser.get(page(event)).text
    assert "csrfmiddlewaretoken" in page_text
    assert Client().get(page(event)).text == page_text


def test_what_is_not_public_stays_unseen(event: Event, client: Client, api: APIClient):
    hidden = [
        EventFactory(title="A draft", slug="a-draft", status="draft"),
        PublishedEventFactory(title="A private one", slug="a-private-one", visibility="private"),
    ]
    for made in hidden:
        insider = Client()
        insider.force_login(StaffFactory())
        insider.get(page(made))
        assert client.get(page(made)).status_code == 404
        assert client.get(detail(made)).status_code == 404
    unlisted = PublishedEventFactory(title="By link", slug="by-link", visibility="unlisted")
    assert client.get(page(unlisted)).status_code == 200
    for path in ("/", LIST):
        for _ in range(2):
            text = client.get(path).text
            assert "Wound care" in text
            assert all(title not in text for title in ("A draft", "A private one", "By link"))


def test_an_invitations_secret_opens_nothing_for_others(client: Client):
    made = PublishedEventFactory(title="Private", slug="private", visibility="private")
    EventInvitation.objects.create(
        event=made, email="ada@example.org", full_name="Ada Byron", token_hash=digest("secret"), status="sent"
    )
    for path in (page(made), detail(made)):
        for query in ("?token=secret", "?to%6ben=secret"):
            opened = client.get(path + query)
            assert opened.status_code == 200
            assert "ETag" not in opened
            assert "no-store" in opened["Cache-Control"]
        assert client.get(path).status_code == 404
        assert client.get(path + "?token=wrong").status_code == 404


@either_way
def test_an_organizers_change_is_shown_at_once(event: Event, client: Client, api_as: Any, committed: Committed):
    organizer = api_as(event.owner)
    shown = ("/", LIST, page(event), detail(event))
    assert all("Wound care" in client.get(path).text for path in shown)
    changed = committed(organizer.patch, f"/api/v1/events/{event.pk}/", {"title": "Burns"})
    assert changed.status_code == 200
    for path in ("/", LIST, f"/events/{changed.json()['slug']}/", detail(event)):
        assert "Burns" in client.get(path).text, path
    committed(organizer.post, f"/api/v1/events/{event.pk}/cancel/", {"reason": "Ill"})
    assert "Burns" not in client.get(LIST).text
    assert "This event was cancelled" in client.get(f"/events/{changed.json()['slug']}/").text


def test_what_is_taken_back_is_gone_at_once(event: Event, client: Client, api_as: Any, committed: Committed):
    client.get(page(event))
    assert committed(api_as(event.owner).post, f"/api/v1/events/{event.pk}/unpublish/").status_code == 200
    for path in (page(event), detail(event)):
        assert client.get(path).status_code == 404
        assert client.get(path).status_code == 404


@either_way
def test_a_seat_taken_is_shown_at_once_and_registering_reads_the_truth(
    client: Client, api: APIClient, committed: Committed
):
    event = PublishedEventFactory(title="One place", capacity=1, waitlist_enabled=False)
    assert api.get(detail(event)).json()["available_spots"] == 1
    register = f"{detail(event)}register/"
    # No commit is told of: what is kept is older than what is so.
    assert api.post(register, {"email": "a@example.org", "name": "Ann A"}).status_code == 201
    assert api.get(detail(event)).json()["available_spots"] == 1
    refused = api.post(register, {"email": "b@example.org", "name": "Bob B"})
    assert refused.json()["error"]["code"] == "EVENT_FULL"
    assert Registration.objects.count() == 1
    committed(lambda: note_now(event.pk))
    assert api.get(detail(event)).json()["available_spots"] == 0


@either_way
def test_a_registration_tells_of_itself(event: Event, api: APIClient, committed: Committed):
    assert api.get(detail(event)).json()["available_spots"] == 10
    body = {"email": "a@example.org", "name": "Ann A"}
    assert committed(api.post, f"{detail(event)}register/", body).status_code == 201
    assert api.get(detail(event)).json()["available_spots"] == 9


def test_an_organizers_new_name_is_shown(event: Event, client: Client, api_as: Any, committed: Committed):
    client.get(page(event))
    answer = committed(
        api_as(event.owner).patch, "/api/v1/users/me/organizer-profile/", {"organizer_display_name": "New Name"}
    )
    assert answer.status_code == 200, answer.content
    assert "New Name" in client.get(page(event)).text


def test_nothing_lives_longer_than_its_seconds(event: Event, client: Client):
    with time_machine.travel("2026-11-02T09:00:00Z", tick=False) as clock:
        Event.objects.filter(pk=event.pk).update(starts_at="2026-12-01T09:00Z", ends_at="2026-12-01T10:00Z")
        assert "Wound care" in client.get(page(event)).text
        # Past every verb, so that nobody notes it.
        Event.objects.filter(pk=event.pk).update(title="Burns")
        clock.shift(4.9)
        kept = client.get(page(event))
        assert "Wound care" in kept.text
        assert kept["Cache-Control"].startswith("public, max-age=0,")
        clock.shift(0.1)
        assert "Burns" in client.get(page(event)).text
        clock.shift(-3600)
        Event.objects.filter(pk=event.pk).update(title="Cuts")
        assert "Cuts" in client.get(page(event)).text


def test_what_was_begun_before_a_change_is_not_kept_past_it(event: Event, client: Client, monkeypatch: Any):
    real = views.find_public_event

    def read_then_change(*arguments: Any, **named: Any) -> Event:
        found = real(*arguments, **named)
        Event.objects.filter(pk=event.pk).update(title="Burns")
        note_now(event.pk)
        return found

    monkeypatch.setattr(views, "find_public_event", read_then_change)
    assert "Wound care" in client.get(page(event)).text
    monkeypatch.setattr(views, "find_public_event", real)
    assert "Burns" in client.get(page(event)).text


@either_way
def test_while_one_reads_anew_the_others_have_the_former_answer(event: Event, client: Client, monkeypatch: Any):
    real, meanwhile = views.find_public_event, []

    def ask_meanwhile(*arguments: Any, **named: Any) -> Event:
        if not meanwhile:
            meanwhile.append(Client().get(page(event)).text)
        return real(*arguments, **named)

    client.get(page(event))
    Event.objects.filter(pk=event.pk).update(title="Burns")
    note_now(event.pk)
    monkeypatch.setattr(views, "find_public_event", ask_meanwhile)
    assert "Burns" in client.get(page(event)).text
    assert "Wound care" in meanwhile[0]
    assert "Burns" in Client().get(page(event)).text


def test_only_what_an_answer_depends_on_tells_it_apart(event: Event, client: Client):
    first = client.get(f"{LIST}?search=wound&utm_source=mail&page_size=5")
    assert "utm_source" not in first.text
    with asks(0):
        for query in ("?page_size=5&search=wound", "?search=x&search=wound&page_size=5&fbclid=1"):
            assert client.get(LIST + query).content == first.content
    client.get(f"{page(event)}?utm_source=mail")
    with asks(0):
        text = client.get(f"{page(event)}?utm_campaign=x").text
    assert "utm_" not in text
    assert client.get(f"{LIST}?search=burns&page_size=5").json()["count"] == 0
    assert client.get(f"{LIST}?page_size=none").status_code == 422
    assert client.get(f"{LIST}?page_size=none").status_code == 422


def test_links_lead_where_they_were_asked_for(client: Client):
    for number in range(3):
        PublishedEventFactory(title=f"Event {number}")
    for host in ("testserver", "localhost"):
        for secure in (False, True):
            url = client.get(f"{LIST}?page_size=1&x=1", headers={"Host": host}, secure=secure).json()["next"]
            assert url == f"{'https' if secure else 'http'}://{host}{LIST}?page=2&page_size=1"
    assert client.get(LIST, headers={"Host": "evil.example"}).status_code == 400


def test_other_origins_have_answers_of_their_own(event: Event, client: Client, settings: Any):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    for _ in range(2):
        assert "Access-Control-Allow-Origin" not in client.get(LIST)
        allowed = client.get(LIST, headers={"Origin": "https://app.example"})
        assert allowed["Access-Control-Allow-Origin"] == "https://app.example"
        assert "Access-Control-Allow-Origin" not in client.get(LIST, headers={"Origin": "https://evil.example"})
    sizes = len(answers.rows)
    for number in range(5):
        client.get(LIST, headers={"Origin": f"https://evil{number}.example"})
    assert len(answers.rows) == sizes


def test_language_changes_nothing(event: Event, client: Client):
    first = client.get(page(event))
    with asks(0):
        other = client.get(page(event), headers={"Accept-Language": "de", "User-Agent": "other"})
    assert other.content == first.content


def test_requests_still_count(event: Event, client: Client, settings: Any):
    settings.THROTTLES = settings.THROTTLES | {"public_read": "3/hour"}
    for path in (LIST, page(event)):
        cache.clear()
        assert [client.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = client.get(path)
        assert int(refused["Retry-After"]) > 0
        assert "ETag" not in refused


def test_memory_is_bounded(event: Event, client: Client, settings: Any, monkeypatch: Any):
    settings.PUBLIC_CACHE_BYTES = 40_000
    monkeypatch.setattr(public_answers, "MOST_PATHS", 2)
    for number in range(60):
        assert client.get(f"{LIST}?search=word{number}").status_code == 200
    assert 0 < answers.size <= 40_000
    assert answers.size == sum(row.size for row in answers.rows.values())
    for path in paths(event)[:5]:
        client.get(path)
    assert len(answers.paths) <= 2
    long = client.get(f"{LIST}?search={'a' * 150}&organizer={'b' * 1000}")
    assert long.status_code == 422


def test_the_cache_can_be_away(event: Event, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resilient_cache, "_away_until", 0.0)
    monkeypatch.setattr(public_changes, "shared_cache", ResilientRedisCache("redis://127.0.0.1:1/0", {}))
    for _ in range(2):
        assert client.get(LIST).status_code == 200
        note_now(event.pk, ALL)


def test_it_can_be_turned_off(event: Event, client: Client, settings: Any):
    settings.PUBLIC_CACHE_SECONDS = 0
    for _ in range(2):
        answer = client.get(page(event))
        assert "ETag" not in answer
        assert "Cache-Control" not in answer
    assert not answers.rows


def test_every_process_sees_a_change(tmp_path: Path):
    one, other = MomentsInFile(tmp_path / "shared"), MomentsInFile(tmp_path / "shared")
    assert other.latest(["a", "b"]) == 0
    one.write(["a"], 7)
    assert other.latest(["b", "a"]) == 7
    assert (tmp_path / "shared").stat().st_mode & 0o077 == 0


@either_way
def test_a_change_waits_for_its_commit(event: Event, committed: Committed):
    before = last_change([str(event.pk)])
    public_changes.note_changes(event.pk)
    assert last_change([str(event.pk)]) == before
    committed(public_changes.note_changes, event.pk)
    assert last_change([str(event.pk)]) > before
    assert last_change(["another"]) in {0, before}
    note_now(ALL)
    assert last_change(["another"]) > before
