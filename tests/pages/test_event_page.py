"""The public page of an event, and registering on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lyceum.core.clock import now
from lyceum.core.tokens import digest
from lyceum.events.models import EventInvitation
from lyceum.registrations.models import Registration
from tests.factories.accounts import OrganizerFactory, UnverifiedUserFactory, UserFactory
from tests.pages import scenes

pytestmark = pytest.mark.django_db
GUEST = {"full_name": "Ada Byron", "email": "Ada@Example.org", "allow_public_verification": "on"}


def test_the_page_says_what_when_where_and_what_it_is_worth(client: Client) -> None:
    scenes.event(
        description="First line.\n\nSecond line.", cpd_enabled=True, cpd_credit_value="2.50", cpd_credit_type="CME"
    )
    answer = client.get("/events/reading-the-ecg/")
    assert answer.status_code == 200
    for words in (
        "Reading the ECG",
        "With Heart Society",
        "2.5 CME credits",
        "Europe/Berlin time",
        "<p>Second line.</p>",
    ):
        assert words in answer.text


def test_the_page_describes_itself_to_search_engines(client: Client) -> None:
    scenes.event('An "event" </script><b>', description="About & around")
    text = client.get("/events/reading-the-ecg/").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "EducationEvent"
    assert data["name"] == 'An "event" </script><b>'
    assert data["location"] == [{"@type": "VirtualLocation", "url": "http://testserver/events/reading-the-ecg/"}]
    assert data["offers"]["price"] == "0.00"


def test_calendar_links(client: Client) -> None:
    made = scenes.event()
    text = client.get("/events/reading-the-ecg/").text
    assert f"/api/v1/public/events/{made.pk}/calendar.ics" in text
    assert "https://calendar.google.com/calendar/render?action=TEMPLATE" in text


def test_an_id_leads_to_the_readable_address(client: Client) -> None:
    made = scenes.event()
    answer = client.get(f"/events/{made.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/events/reading-the-ecg/")


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"visibility": "private"}])
def test_what_is_not_public_is_404(client: Client, fields: dict[str, Any]) -> None:
    scenes.event(**fields)
    assert client.get("/events/reading-the-ecg/").status_code == 404
    assert client.post("/events/reading-the-ecg/", GUEST).status_code == 404
    assert not Registration.objects.exists()


@pytest.mark.parametrize("slug", ["nowhere", "%00", "a%22b", "é" * 300, "..%2f"])
def test_unknown_events_are_404(client: Client, slug: str) -> None:
    assert client.get(f"/events/{slug}/").status_code == 404


def test_an_unlisted_event_opens_by_its_link_but_stays_out_of_search(client: Client) -> None:
    scenes.event(visibility="unlisted")
    assert '<meta name="robots" content="noindex">' in client.get("/events/reading-the-ecg/").text


def test_a_guest_registers(client: Client) -> None:
    scenes.event()
    answer = client.post("/events/reading-the-ecg/", GUEST, follow=True)
    assert answer.redirect_chain == [("/events/reading-the-ecg/registered/", 302)]
    assert "Your place is kept" in answer.text
    assert "ada@example.org" in answer.text
    row = Registration.objects.get()
    assert (row.email, row.full_name, row.status) == ("ada@example.org", "Ada Byron", "confirmed")
    assert row.allow_public_verification is True


def test_consent_is_asked_and_can_be_withheld(client: Client) -> None:
    scenes.event()
    client.post("/events/reading-the-ecg/", {"full_name": "Ada Byron", "email": "ada@example.org"})
    assert Registration.objects.get().allow_public_verification is False


def test_a_guest_who_leaves_things_out_sees_what_is_missing(client: Client) -> None:
    scenes.event()
    answer = client.post("/events/reading-the-ecg/", {"full_name": " ", "email": "nonsense"})
    assert answer.status_code == 422
    assert "Please check: Reading the ECG" in answer.text
    assert 'aria-describedby="id_email_helptext id_email_error"' in answer.text
    assert "Please write an address like name@example.org." in answer.text
    assert 'value="nonsense"' in answer.text
    assert not Registration.objects.exists()


def test_a_repeated_guest_learns_nothing_on_the_page(client: Client) -> None:  # A36
    scenes.registration(scenes.event())
    answer = client.post("/events/reading-the-ecg/", GUEST, follow=True)
    assert "Your place is kept" in answer.text
    assert Registration.objects.count() == 1


def test_every_kind_of_question_can_be_answered(client: Client) -> None:
    fields = scenes.questions(scenes.event())
    given = {
        "text": "L-42", "textarea": "Two\nlines", "select": "South", "multiselect": ["Vegan", "None"],
        "checkbox": "on", "radio": "Longer", "date": "2020-02-29", "number": "12.5",
    }  # fmt: skip
    data = {f"custom_field_responses-{fields[kind].pk}": value for kind, value in given.items()}
    assert client.post("/events/reading-the-ecg/", GUEST | data).status_code == 302
    kept = {answer.field.field_type: answer.value for answer in Registration.objects.get().custom_field_responses.all()}
    assert kept["multiselect"] == '["Vegan", "None"]'
    assert {k: v for k, v in kept.items() if k != "multiselect"} == {
        "text": "L-42", "textarea": "Two\r\nlines" if "\r" in kept["textarea"] else "Two\nlines", "select": "South",
        "checkbox": "true", "radio": "Longer", "date": "2020-02-29", "number": "12.5",
    }  # fmt: skip


def test_wrong_answers_are_shown_beside_their_question(client: Client) -> None:
    fields = scenes.questions(scenes.event())
    given = {"number": "99", "text": "L", "checkbox": "on", "radio": "Longer"}
    data = {f"custom_field_responses-{fields[kind].pk}": value for kind, value in given.items()}
    answer = client.post("/events/reading-the-ecg/", GUEST | data)
    assert answer.status_code == 422
    assert f'id="id_custom_field_responses-{fields["number"].pk}_error"' in answer.text
    assert "80 or less" in answer.text
    missing = client.post("/events/reading-the-ecg/", GUEST)
    assert missing.status_code == 422
    assert "Please tick this to go on." in missing.text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("text", ["a\x00b", "🎓" * 30, "\u202eevil", "x" * 1_000_000])
def test_strange_names_never_break_the_page(client: Client, text: str) -> None:
    scenes.event()
    assert client.post("/events/reading-the-ecg/", GUEST | {"full_name": text}).status_code in (302, 422)


def test_a_signed_in_person_is_not_asked_again(sign_in: Callable[[Any], Client]) -> None:
    scenes.event()
    user = UserFactory()
    browser = sign_in(user)
    page = browser.get("/events/reading-the-ecg/")
    assert f"You register as <strong>{user.full_name}</strong>" in page.text
    assert 'name="email"' not in page.text
    assert "Your place is kept" in browser.post("/events/reading-the-ecg/", follow=True).text
    assert Registration.objects.get().user == user
    assert "You have a place" in browser.get("/events/reading-the-ecg/").text
    again = browser.post("/events/reading-the-ecg/")
    assert again.status_code == 400
    assert Registration.objects.count() == 1


def test_an_unverified_account_is_told_what_to_do(sign_in: Callable[[Any], Client]) -> None:
    scenes.event()
    answer = sign_in(UnverifiedUserFactory()).post("/events/reading-the-ecg/")
    assert answer.status_code == 403
    assert "verify your email address first" in answer.text
    assert not Registration.objects.exists()


def test_a_full_event_with_a_waiting_list(client: Client) -> None:
    made = scenes.event(capacity=1, waitlist_enabled=True)
    scenes.registration(made, email="first@example.org")
    assert "Join the waiting list" in client.get("/events/reading-the-ecg/").text
    answer = client.post("/events/reading-the-ecg/", GUEST, follow=True)
    assert "You are number 1 in line" in answer.text


def test_a_full_event_without_one(client: Client) -> None:
    made = scenes.event(capacity=1)
    scenes.registration(made, email="first@example.org")
    assert "Fully booked" in client.get("/events/reading-the-ecg/").text
    assert client.post("/events/reading-the-ecg/", GUEST).status_code == 400
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"registration_enabled": False}, "isn&#x27;t taking registrations"),
        ({"status": "cancelled", "cancelled_at": now()}, "This event was cancelled"),
        ({"registration_deadline": now() - timedelta(hours=1)}, "deadline has passed"),
        ({"status": "completed"}, "already started"),
    ],
)
def test_closed_doors_say_why(client: Client, fields: dict[str, Any], words: str) -> None:
    scenes.event(**fields)
    page = client.get("/events/reading-the-ecg/")
    assert words in page.text
    assert "<form" not in page.text.split("<main")[1]
    assert client.post("/events/reading-the-ecg/", GUEST).status_code == 409
    assert not Registration.objects.exists()


def test_a_priced_event_cannot_be_had_yet(client: Client) -> None:
    scenes.event(price_minor=18000, currency="EUR")
    assert "A place costs 180.00 EUR" in client.get("/events/reading-the-ecg/").text
    assert client.post("/events/reading-the-ecg/", GUEST).status_code == 409
    assert not Registration.objects.exists()


def test_the_result_page_needs_a_result(client: Client) -> None:
    scenes.event()
    assert client.get("/events/reading-the-ecg/registered/")["Location"] == "/events/reading-the-ecg/"


def test_an_organizer_opens_their_own_private_event(sign_in: Callable[[Any], Client]) -> None:
    owner = OrganizerFactory()
    scenes.event(owner=owner, visibility="private")
    assert sign_in(owner).get("/events/reading-the-ecg/").status_code == 200
    assert sign_in(UserFactory()).get("/events/reading-the-ecg/").status_code == 404


def test_a_mailed_invitation_opens_a_private_event(client: Client) -> None:
    made = scenes.event(visibility="private")
    EventInvitation.objects.create(
        event=made, email="ada@example.org", full_name="Ada Byron", token_hash=digest("secret"), status="sent"
    )
    page = client.get("/events/reading-the-ecg/?token=secret")
    assert 'value="ada@example.org"' in page.text
    assert page["Cache-Control"] == "no-store, private"
    assert '<meta name="robots" content="noindex">' in page.text
    answer = client.post("/events/reading-the-ecg/?token=secret", GUEST, follow=True)
    assert "Your place is kept" in answer.text
    row = Registration.objects.get()
    assert row.source == "invited"
    assert client.get("/events/reading-the-ecg/?token=wrong").status_code == 404


def test_forms_are_protected_against_forgery() -> None:
    scenes.event()
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/events/reading-the-ecg/", GUEST)
    assert answer.status_code == 403
    assert "This form has expired" in answer.text
    assert not Registration.objects.exists()


def test_a_visitors_form_says_where_it_comes_from() -> None:
    made = scenes.event()
    browser = Client(enforce_csrf_checks=True)
    elsewhere = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
    for headers in [*elsewhere, {"Origin": "null"}]:
        assert browser.post("/events/reading-the-ecg/", GUEST, headers=headers).status_code == 403
    assert not Registration.objects.exists()

    for number, headers in enumerate([{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}]):
        visitor = Client(enforce_csrf_checks=True)
        answer = visitor.post(
            "/events/reading-the-ecg/", GUEST | {"email": f"ada{number}@example.org"}, headers=headers, follow=True
        )
        assert "Your place is kept" in answer.text
    assert Registration.objects.filter(event=made).count() == 2


def test_a_program_sends_the_pages_token_back() -> None:
    scenes.event()
    program = Client(enforce_csrf_checks=True)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', program.get("/events/reading-the-ecg/").text)
    assert found
    assert program.cookies == {}
    forged = program.post("/events/reading-the-ecg/", GUEST | {"csrfmiddlewaretoken": found[1] + "x"})
    assert forged.status_code == 403
    headers = {"Sec-Fetch-Site": "cross-site"}
    elsewhere = program.post("/events/reading-the-ecg/", GUEST | {"csrfmiddlewaretoken": found[1]}, headers=headers)
    assert elsewhere.status_code == 403
    answer = program.post("/events/reading-the-ecg/", GUEST | {"csrfmiddlewaretoken": found[1]}, follow=True)
    assert "Your place is kept" in answer.text


def test_who_is_signed_in_needs_a_token_of_their_own() -> None:
    scenes.event()
    browser = Client(enforce_csrf_checks=True)
    visitors = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/events/reading-the-ecg/").text)
    browser.force_login(UserFactory())
    page = browser.get("/events/reading-the-ecg/").text
    own = re.search(r'<form class="form" method="post" novalidate>\s*<input[^>]*value="([^"]+)"', page)
    assert visitors
    assert own
    for sent in ({}, {"csrfmiddlewaretoken": visitors[1]}):
        answer = browser.post("/events/reading-the-ecg/", sent, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 403
    assert not Registration.objects.exists()
    answer = browser.post("/events/reading-the-ecg/", {"csrfmiddlewaretoken": own[1]}, follow=True)
    assert "Your place is kept" in answer.text
