"""Whether others see more of a certificate than that it stands: its person says so, whenever they like."""

from typing import Any

import pytest
from django.core import mail

from lyceum.core import clock
from lyceum.core.models import Fact
from lyceum.registrations.models import Registration
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.factories.accounts import UserFactory
from tests.factories.certificates import make_certificate, make_event, make_registration
from tests.factories.registrations import OpenEventFactory

pytestmark = pytest.mark.django_db
MINE = "/api/v1/users/me/registrations/"
VERIFY = "/api/v1/public/certificates/verify/"


def verified(api: Any, number: str) -> bool:
    """Say whether whoever has the number is told the name."""
    body = api.get(f"{VERIFY}{number}/").json()
    assert body["valid"] is True
    assert ("attendee_name" in body) is not body["details_private"]
    return "attendee_name" in body


def token_for(row: Registration) -> str:
    return mint_guest_link(row, at=clock.now()).rpartition("=")[2]


def consents() -> list[bool]:
    found = Fact.objects.filter(name="registrations.verification_consent_set").order_by("id")
    return [fact.data["allowed"] for fact in found]


def test_an_account_changes_it_and_verification_follows(api: Any, api_as: Any) -> None:
    person = UserFactory()
    row = make_registration(make_event(), user=person, email=person.email)
    number = make_certificate(row).certificate_id
    assert verified(api, number)
    client, url = api_as(person), f"{MINE}{row.pk}/"
    answer = client.patch(url, {"allow_public_verification": False})
    assert (answer.status_code, answer.json()["allow_public_verification"]) == (200, False)
    assert not verified(api, number)
    assert client.patch(url, {"allow_public_verification": False}).status_code == 200
    assert client.patch(url, {}).status_code == 200
    assert client.patch(url, {"allow_public_verification": "perhaps"}).status_code == 422
    assert client.patch(url, {"allow_public_verification": None}).status_code in (400, 422)
    assert not verified(api, number)
    client.patch(url, {"allow_public_verification": True})
    assert verified(api, number)
    assert consents() == [False, True]


def test_a_guest_changes_it_by_the_link(api: Any, client: Any) -> None:
    row = make_registration(make_event())
    number, token = make_certificate(row).certificate_id, token_for(row)
    url = f"/api/v1/public/registrations/{token}/"
    answer = api.patch(url, {"allow_public_verification": False})
    assert (answer.status_code, answer.json()["allow_public_verification"]) == (200, False)
    assert not verified(api, number)
    assert "checked" not in client.get(f"/r/{token}/").content.decode()
    said = client.post(f"/r/{token}/", {"allow_public_verification": "on"}, follow=True)
    assert "may see your name" in said.content.decode()
    assert "checked" in said.content.decode()
    assert verified(api, number)
    client.post(f"/r/{token}/", {})
    assert not verified(api, number)


def test_nobody_else_changes_it(api: Any, api_as: Any, client: Any) -> None:
    person = UserFactory()
    row = make_registration(make_event(), user=person, email=person.email)
    body = {"allow_public_verification": False}
    assert api.patch(f"{MINE}{row.pk}/", body).status_code == 401
    for other in (UserFactory(), row.event.owner):
        assert api_as(other).patch(f"{MINE}{row.pk}/", body).status_code == 404
    for token in ("x", "A" * 43, str(row.pk)):
        assert api.patch(f"/api/v1/public/registrations/{token}/", body).status_code == 404
        assert client.post(f"/r/{token}/", {}).status_code == 404
    api_as(row.event.owner).patch(f"/api/v1/events/{row.event_id}/registrations/{row.pk}/", {"notes": "x", **body})
    row.refresh_from_db()
    assert row.allow_public_verification is True


def test_the_form_ticks_nothing_for_a_guest(client: Any) -> None:
    event = OpenEventFactory(certificates_enabled=True)
    url = f"/events/{event.slug}/"
    assert "checked" not in client.get(url).content.decode()
    client.post(url, {"full_name": "Ada Byron", "email": "ada@example.org"})
    assert Registration.objects.get().allow_public_verification is False
    client.force_login(UserFactory())
    assert "checked" in client.get(url).content.decode()


def test_agreeing_takes_a_registration_as_ones_own_and_declining_tells_nothing(api_as: Any, drain: Any) -> None:
    person, event = UserFactory(email="known@example.org"), OpenEventFactory()
    organizer = api_as(event.owner)
    rows = f"/api/v1/events/{event.pk}/registrations/"
    organizer.post(rows, {"registrations": [{"email": person.email}], "send_confirmation": False})
    row = Registration.objects.get()
    for allowed, shown in ((False, False), (True, True), (False, True)):
        api_as(person).patch(f"{MINE}{row.pk}/", {"allow_public_verification": allowed})
        assert (organizer.get(f"{rows}{row.pk}/").json()["user"] is not None) is shown
    drain()
    assert len(mail.outbox) == 1
