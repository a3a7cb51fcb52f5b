"""A guest's place behind a mailed link, and the account page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lyceum.core.clock import now
from lyceum.registrations.models import CustomFieldResponse, GuestLink, Registration
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.factories.accounts import UserFactory
from tests.pages import scenes

pytestmark = pytest.mark.django_db


def link_to(row: Registration) -> str:
    return mint_guest_link(row, at=now()).removeprefix("http://testserver").split("?")[0]


def test_a_guest_sees_their_place_with_its_code(client: Client) -> None:
    made = scenes.event()
    row = scenes.registration(made)
    field = scenes.questions(made)["multiselect"]
    CustomFieldResponse.objects.create(registration=row, field=field, value='["Vegan", "Halal"]')
    answer = client.get(link_to(row))
    assert answer.status_code == 200
    for words in (
        "You have a place",
        "Ada Byron",
        "ada@example.org",
        row.check_in_code,
        "Vegan, Halal",
        "data:image/svg+xml",
    ):
        assert words in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]


def test_a_waiting_guest_sees_the_rank_and_no_code(client: Client) -> None:
    made = scenes.event(capacity=1, waitlist_enabled=True)
    for number in (1, 2):
        row = scenes.registration(
            made, email=f"w{number}@example.org", status="waitlisted", waitlist_sequence=number * 7, waitlisted_at=now()
        )
    text = client.get(link_to(row)).text
    assert "You are number 2 in line" in text
    assert "data:image" not in text


def test_a_guest_cancels_after_being_asked(client: Client) -> None:
    row = scenes.registration(scenes.event())
    path = link_to(row)
    assert "Cancel your registration?" in client.get(f"{path}cancel/").text
    row.refresh_from_db()
    assert row.status == "confirmed"
    answer = client.post(f"{path}cancel/", {"reason": "Ill"}, follow=True)
    assert "Your registration is cancelled" in answer.text
    row.refresh_from_db()
    assert (row.status, row.cancellation_reason) == ("cancelled", "Ill")
    again = client.post(f"{path}cancel/", {})
    assert again.status_code == 400
    assert "already cancelled" in again.text


def test_a_place_at_an_event_that_began_cannot_be_given_back(client: Client) -> None:
    row = scenes.registration(scenes.event(starts_at=now() - timedelta(minutes=5)))
    path = link_to(row)
    assert "cancel/" not in client.get(path).text
    assert client.post(f"{path}cancel/", {}).status_code == 400
    row.refresh_from_db()
    assert row.status == "confirmed"


@pytest.mark.parametrize("token", ["nonsense", "x" * 43, "x" * 5000, "%00" * 43, "é" * 43])
def test_wrong_links_lead_nowhere(client: Client, token: str) -> None:
    scenes.registration(scenes.event())
    assert client.get(f"/r/{token}/").status_code == 404
    assert client.post(f"/r/{token}/cancel/").status_code == 404
    assert Registration.objects.get().status == "confirmed"


def test_an_old_link_leads_nowhere(client: Client) -> None:
    path = link_to(scenes.registration(scenes.event()))
    GuestLink.objects.update(expires_at=now() - timedelta(seconds=1))
    assert client.get(path).status_code == 404


def test_the_account_page_needs_a_sign_in(client: Client) -> None:
    answer = client.get("/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Faccount%2F")


def test_the_account_page_shows_ones_own_things_only(sign_in: Callable[[Any], Client]) -> None:
    user, other = UserFactory(), UserFactory()
    made = scenes.event()
    mine = scenes.registration(made, email=user.email, user=user)
    proof = scenes.certificate(mine)
    theirs = scenes.registration(scenes.event("Secret talk", slug="secret"), email=other.email, user=other)
    foreign = scenes.certificate(theirs)
    text = sign_in(user).get("/account/").text
    assert "Reading the ECG" in text
    assert proof.certificate_id in text
    assert "Secret talk" not in text
    assert foreign.certificate_id not in text
    assert f"/account/registrations/{mine.pk}/cancel/" in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_account_page_costs_the_same_however_full(
    sign_in: Callable[[Any], Client], number: int, django_assert_num_queries: Any
) -> None:
    user = UserFactory()
    browser = sign_in(user)
    for index in range(number):
        row = scenes.registration(scenes.event(slug=f"e{index}"), email=user.email, user=user)
        scenes.certificate(row)
    with django_assert_num_queries(6):
        assert browser.get("/account/").status_code == 200


def test_a_person_cancels_their_own_place_only(sign_in: Callable[[Any], Client]) -> None:
    user = UserFactory()
    row = scenes.registration(scenes.event(), email=user.email, user=user)
    path = f"/account/registrations/{row.pk}/cancel/"
    assert sign_in(UserFactory()).post(path).status_code == 404
    row.refresh_from_db()
    assert row.status == "confirmed"
    browser = sign_in(user)
    assert "Cancel your registration?" in browser.get(path).text
    assert "is cancelled" in browser.post(path, follow=True).text
    assert browser.get("/account/registrations/nonsense/cancel/").status_code == 404


def test_a_certificate_is_handed_to_its_holder_only(sign_in: Callable[[Any], Client], client: Client) -> None:
    user = UserFactory()
    row = scenes.registration(scenes.event(), email=user.email, user=user)
    proof = scenes.certificate(row, pdf_state="ready", pdf_key="certificates/x.pdf")
    path = f"/account/certificates/{proof.pk}/download/"
    assert client.get(path)["Location"].startswith("/sign-in/")
    assert sign_in(UserFactory()).get(path).status_code == 404
    answer = sign_in(user).get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("http://testserver/files/")
    proof.refresh_from_db()
    assert proof.download_count == 1
