"""Somebody leaves: their name is nowhere but on the proofs they earned."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.certificates.models import Certificate
from lyceum.registrations.models import Registration
from tests.factories.accounts import PASSWORD, ApiKeyFactory, UserFactory
from tests.factories.certificates import make_certificate, make_event, make_registration

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
EMAIL, FIRST, LAST, PHONE = "quaternion@example.org", "Quaternia", "Hamiltonsdottir", "+353 1 555 0199"


def everything_kept() -> Iterator[tuple[str, str]]:
    """Yield every row of every table as text."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            yield model._meta.label, json.dumps(row, default=str, ensure_ascii=False)


@pytest.fixture
def person(drain: Any) -> User:
    """A person who used everything: places, a proof, mails, devices, keys, an archive of their data."""
    user: User = UserFactory(email=EMAIL, first_name=FIRST, last_name=LAST, phone=PHONE, bio=f"I am {FIRST}.")
    ApiKeyFactory(user=user, name="Mine")
    place = make_registration(make_event(), user=user, email=EMAIL, full_name=user.full_name)
    make_certificate(place)
    api = APIClient()
    api.post("/api/v1/auth/password-reset/", {"email": EMAIL})
    client = APIClient()
    client.force_authenticate(user)
    assert client.post("/api/v1/users/me/export-data/").status_code == 202
    drain()
    return user


def test_nothing_is_left_but_the_proof(person: User, drain: Any) -> None:
    before = {label for label, text in everything_kept() if EMAIL in text or LAST in text}
    assert {"accounts.User", "registrations.Registration", "certificates.Certificate", "email.EmailLog"} <= before
    client = APIClient()
    client.force_authenticate(person)
    assert client.post("/api/v1/users/me/delete-account/", {"password": PASSWORD}).status_code == 200
    drain()
    assert mail.outbox[-1].subject == "Your account is deleted"

    left = [(label, text) for label, text in everything_kept() if EMAIL in text or LAST in text or PHONE in text]
    # The proof carries the name; the last mail's row says where it went, for as long as mail is kept.
    assert {label for label, _ in left} <= {"certificates.Certificate", "email.EmailLog"}
    assert all("account_deleted" in text for label, text in left if label == "email.EmailLog")
    assert all(EMAIL not in text for label, text in left if label == "certificates.Certificate")

    place = Registration.all_objects.get()
    assert (place.user_id, place.full_name, place.attendance.attended) == (None, "Deleted User", True)
    proof = Certificate.objects.get()
    assert proof.status == "issued"
    verified = APIClient().get(f"/api/v1/public/certificates/verify/{proof.certificate_id}/").json()
    assert verified["valid"] is True


def test_the_address_starts_from_nothing(person: User, api: APIClient, drain: Any) -> None:
    client = APIClient()
    client.force_authenticate(person)
    client.post("/api/v1/users/me/delete-account/", {"password": PASSWORD})
    body = {"email": EMAIL, "password": PASSWORD, "first_name": "Somebody", "last_name": "Else"}
    new = api.post("/api/v1/auth/register/", body).json()
    User.objects.filter(pk=new["id"]).update(email_verified_at=person.created_at)
    drain()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {new['access_token']}")
    assert api.get("/api/v1/users/me/registrations/").json()["count"] == 0
    assert api.get("/api/v1/users/me/certificates/").json()["count"] == 0
    assert api.get("/api/v1/users/me/api-keys/").json()["count"] == 0
