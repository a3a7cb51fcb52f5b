"""A program with a key does what anybody may, whatever its scopes; as its person only where a scope says so."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.accounts.services.api_keys import SCOPES
from lyceum.core import clock
from lyceum.registrations.models import Registration
from tests.factories.accounts import ApiKeyFactory, UserFactory
from tests.factories.certificates import make_certificate, make_event, make_registration
from tests.factories.registrations import OpenEventFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def program(person: Any, *scopes: str, **fields: Any) -> APIClient:
    secret = f"lyc_{'_'.join(scopes)}"
    ApiKeyFactory(user=person, secret=secret, scopes=list(scopes), **fields)
    return APIClient(HTTP_AUTHORIZATION=f"Api-Key {secret}")


@pytest.mark.parametrize("scope", ["", *SCOPES])
def test_any_key_verifies_a_certificate(api: APIClient, scope: str) -> None:
    certificate = make_certificate(make_registration(make_event(), allow_public_verification=True))
    path = f"/api/v1/public/certificates/verify/{certificate.certificate_id}/"
    answer = program(UserFactory(), *filter(None, [scope])).get(path)
    assert (answer.status_code, answer.json()) == (200, api.get(path).json())
    assert answer.json()["valid"] is True


@pytest.mark.parametrize("ended", ["revoked_at", "expires_at"])
def test_a_key_that_has_ended_is_refused_also_there(ended: str) -> None:
    client = program(UserFactory(), "certificates:read", **{ended: clock.real_now()})
    assert client.get("/api/v1/public/certificates/verify/ABCD/").status_code == 401


def test_a_key_opens_a_private_event_of_its_person_only_with_the_scope_to_read_events() -> None:
    event = OpenEventFactory(visibility="private")
    path = f"/api/v1/public/events/{event.slug}/"
    assert program(event.owner, "events:read").get(path).status_code == 200
    assert program(event.owner, *(scope for scope in SCOPES if scope != "events:read")).get(path).status_code == 404
    assert program(event.owner).get(f"{path}calendar.ics").status_code == 404


def test_a_key_registers_its_person_only_with_the_scope_to_register() -> None:
    event, person = OpenEventFactory(), UserFactory()
    path = f"/api/v1/public/events/{event.pk}/register/"
    guest = {"email": "guest@example.org", "name": "A Guest"}

    without = program(person, "registrations:read", "events:write")
    assert without.post(path, {}).status_code == 400
    assert without.post(path, guest).status_code == 201
    assert list(Registration.objects.values_list("email", "user")) == [("guest@example.org", None)]

    assert program(person, "registrations:write").post(path, {}).status_code == 201
    assert Registration.objects.get(user=person).email == person.email


def test_repeats_of_a_key_that_comes_as_nobody_are_nobodys(api: APIClient) -> None:
    """The answer that was stored for somebody is never replayed to who may not speak for them."""
    event, person = OpenEventFactory(), UserFactory()
    path, once = f"/api/v1/public/events/{event.pk}/register/", {"Idempotency-Key": "k"}
    mine = program(person, "registrations:write").post(path, {}, headers=once)
    other = program(person, "events:read").post(path, {}, headers=once)
    assert (mine.status_code, other.status_code) == (201, 400)
