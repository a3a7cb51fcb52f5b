"""The start page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lyceum.core.clock import now
from tests.pages import scenes

pytestmark = pytest.mark.django_db


def test_search_finds_words_in_titles_and_descriptions(client: Client) -> None:
    scenes.event("Reading the ECG", slug="a", description="Arrhythmias in children")
    scenes.event("Wound care", slug="b")
    assert "Wound care" not in client.get("/?q=ecg").text
    found = client.get("/?q=arrhythmia children").text
    assert "One event found" in found
    assert "Reading the ECG" in found


def test_an_empty_house_says_so(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Nothing is announced yet" in answer.text


def test_upcoming_public_events_are_listed_soonest_first(client: Client) -> None:
    scenes.event("Later", slug="later", starts_at=now() + timedelta(days=20))
    scenes.event("Sooner", slug="sooner", starts_at=now() + timedelta(days=2))
    scenes.event("Hidden", slug="hidden", visibility="unlisted")
    scenes.event("Draft", slug="draft", status="draft")
    scenes.event("Past", slug="past", starts_at=now() - timedelta(days=2))
    text = client.get("/").text
    assert text.index("Sooner") < text.index("Later")
    assert "/events/sooner/" in text
    assert not {"Hidden", "Draft", "Past"} & set(text.replace("<", " ").replace(">", " ").split())


def test_filters_narrow_the_list(client: Client) -> None:
    scenes.event("Credited", slug="a", cpd_enabled=True, cpd_credit_value=2, cpd_credit_type="CME")
    scenes.event("Plain", slug="b", event_type="workshop", format="in_person", location="Leipzig")
    assert "Plain" not in client.get("/?credits=on").text
    assert "2 CME credits" in client.get("/?credits=on").text
    assert "Credited" not in client.get("/?type=workshop").text
    assert "Workshop · Leipzig" in client.get("/?format=in_person").text
    assert "No event matches" in client.get("/?when=7").text


@pytest.mark.parametrize(
    "query", ["?type=nonsense", "?when=x", "?q=%00", "?q=" + "x" * 5000, "?credits=maybe", "?q=%F0%9F%8E%93"]
)
def test_what_cannot_be_understood_never_breaks_the_page(client: Client, query: str) -> None:
    scenes.event()
    assert client.get(f"/{query}").status_code == 200


@pytest.mark.parametrize("page", ["0", "99", "x", "-1", "9" * 40])
def test_a_page_that_is_not_there_is_404(client: Client, page: str) -> None:
    answer = client.get(f"/?page={page}")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


def test_long_lists_have_pages_that_keep_the_filters(client: Client) -> None:
    for number in range(21):
        scenes.event(f"Talk {number}", slug=f"talk-{number}")
    first = client.get("/?type=webinar")
    assert "Page 1 of 2" in first.text
    assert "?type=webinar&amp;page=2" in first.text
    assert "Page 2 of 2" in client.get("/?type=webinar&page=2").text


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_long(client: Client, number: int, django_assert_num_queries: Any) -> None:
    for index in range(number):
        scenes.event(slug=f"e{index}")
    with django_assert_num_queries(2):
        assert client.get("/").status_code == 200


def test_the_page_carries_a_policy_and_no_inline_code(client: Client) -> None:
    answer = client.get("/")
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert "style=" not in answer.text
    assert "<script" not in answer.text
    assert '<link rel="canonical" href="http://testserver/">' in answer.text
