"""What certificates tell the apps below, and what they read from them."""

from typing import Any

import pytest

from lyceum.certificates.models import Certificate
from lyceum.certificates.services.revoke import revoke_certificate
from lyceum.core.actors import Actor
from lyceum.core.files import storage
from lyceum.events.models import EventCustomField
from lyceum.registrations.models import CustomFieldResponse
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.certificates.drawn import text_of
from tests.factories.accounts import UserFactory
from tests.factories.certificates import AT, make_certificate, make_event, make_registration

pytestmark = pytest.mark.django_db


def test_a_place_knows_its_certificate_and_a_profile_counts_it(api_as: Any) -> None:  # A07
    person, event = UserFactory(), make_event()
    client = api_as(person)
    row = make_certificate(make_registration(event, user=person, email=person.email))
    place = client.get("/api/v1/users/me/registrations/").json()["results"][0]
    assert place["certificate_url"] == f"/api/v1/users/me/certificates/{row.pk}/"
    assert client.get("/api/v1/auth/me/").json()["profile"]["certificates_earned"] == 1
    revoke_certificate(
        certificate_id=row.pk, event_id=event.pk, actor=Actor.of(event.owner), at=AT, reason="x", category="error"
    )
    assert client.get("/api/v1/users/me/registrations/").json()["results"][0]["certificate_url"] is None
    assert client.get("/api/v1/auth/me/").json()["profile"]["certificates_earned"] == 0


def test_a_guest_is_not_sent_to_an_address_that_asks_for_an_account(api: Any) -> None:
    person, event = UserFactory(), make_event()
    guest, owner = make_registration(event), make_registration(event, user=person, email=person.email)
    for place in (guest, owner):
        make_certificate(place)
    found = [
        api.get(f"/api/v1/public/registrations/{mint_guest_link(place, at=AT).rpartition('token=')[2]}/").json()
        for place in (guest, owner)
    ]
    assert [place["certificate_issued"] for place in found] == [True, True]
    assert found[0]["certificate_url"] is None
    assert found[1]["certificate_url"].startswith("/api/v1/users/me/certificates/")


def test_chosen_answers_are_printed(drain: Any) -> None:
    event = make_event()
    shown, hidden = (
        EventCustomField.objects.create(
            event=event, label=label, field_type="text", show_on_certificate=label == "Licence", order=1
        )
        for label in ("Licence", "Diet")
    )
    registration, other = make_registration(event), make_registration(event)
    for field, value in ((shown, "GMC 1234567"), (hidden, "Vegan")):
        CustomFieldResponse.objects.create(registration=registration, field=field, value=value)
    CustomFieldResponse.objects.create(registration=other, field=shown, value='["A", "B"]')
    make_certificate(registration)
    make_certificate(other)
    drain()
    texts = {row.registration_id: text_of(storage.read(row.pdf_key)) for row in Certificate.objects.all()}
    assert "Licence: GMC 1234567" in texts[registration.pk]
    assert "Vegan" not in texts[registration.pk]
    assert "Licence: A, B" in texts[other.pk]
