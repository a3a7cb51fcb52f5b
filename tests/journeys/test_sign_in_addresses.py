"""Nobody but the organizer, their own managers and staff reads the address with which an organizer signs in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.certificates.models import Award, Certificate
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.factories.accounts import OrganizerFactory, UserFactory, UserSessionFactory
from tests.factories.certificates import AT, make_certificate, make_event, make_registration
from tests.factories.registrations import OpenEventFactory, RegistrationFactory
from tests.journeys.tenants import client_of, content_of, fill, routes, send
from tests.schema.stage import NOW

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
SIGN_IN, CONTACT = "signs.in.with.this@example.org", "office@academy.example"


class Attendee:
    """Somebody with a place at one event of the organizer's, and a certificate of another."""

    def __init__(self, **organizer: Any) -> None:
        self.organizer: Any = OrganizerFactory(email=SIGN_IN, **organizer)
        self.user: Any = UserFactory()
        own = {"user": self.user, "email": self.user.email}
        self.open: Any = OpenEventFactory(owner=self.organizer, capacity=10, waitlist_enabled=True)
        self.place: Any = RegistrationFactory(event=self.open, **own)
        self.finished = make_event(self.organizer)
        self.certificate = make_certificate(make_registration(self.finished, allow_public_verification=True, **own))
        self.client = client_of(self.user)

    def parameters(self, path: str) -> dict[str, str]:
        """Return what leads to their own rows, or to what is public of the organizer."""
        number = {"certificate_id": self.certificate.certificate_id}
        token = mint_guest_link(self.place, at=NOW).rpartition("token=")[2]
        session = UserSessionFactory(user=self.user)
        known: list[tuple[str, dict[str, Any]]] = [
            (r"^/(r|api/v1/public/registrations)/", {"token": token, "key": token}),
            (r"/verify/", number),
            (
                r"/certificates/",
                {"uuid": self.certificate.pk, "key": self.certificate.pk, "event_uuid": self.finished.pk},
            ),
            (r"/registrations/", {"uuid": self.place.pk, "key": self.place.pk, "event_uuid": self.open.pk}),
            (r"/(sessions|devices)/", {"uuid": session.pk, "key": session.pk, "event_uuid": self.open.pk}),
            (r"/organizers/", {"uuid": self.organizer.pk}),
            (r"/by-slug/", {"key": self.open.slug}),
            (
                r"/events/",
                {"key": self.open.pk, "slug": self.open.slug, "uuid": self.open.pk, "event_uuid": self.open.pk},
            ),
        ]
        found = next((given for pattern, given in known if re.search(pattern, path)), {})
        return {name: str(value) for name, value in found.items()}


def read(client: APIClient, attendee: Attendee) -> Iterator[tuple[str, int, str]]:
    """Everything that this client is answered."""
    for method, path, _ in routes("GET"):
        answer = send(client, method, path, fill(path, attendee.parameters(path)))
        yield path, answer.status_code, content_of(answer)


def test_no_answer_and_no_page_carries_it() -> None:
    attendee = Attendee()
    read_by: dict[str, set[str]] = {"attendee": set(), "anonymous": set()}
    for role, client in (("attendee", attendee.client), ("anonymous", client_of(None))):
        for path, status, text in read(client, attendee):
            assert SIGN_IN not in text, f"{path} tells {role} {SIGN_IN}"
            if status == 200:
                read_by[role].add(path)
    # Without these the above would prove nothing.
    assert {
        "/api/v1/users/me/certificates/{uuid}/", "/api/v1/certificates/{uuid}/",
        "/api/v1/users/me/registrations/{uuid}/", "/api/v1/users/me/events/", "/account/",
    } <= read_by["attendee"]  # fmt: skip
    assert {
        "/api/v1/public/certificates/verify/{certificate_id}/", "/verify/{certificate_id}/",
        "/api/v1/public/events/{key}/", "/api/v1/public/events/{key}/calendar.ics", "/api/v1/public/events/",
        "/api/v1/organizers/{uuid}/", "/events/{slug}/", "/api/v1/public/registrations/{token}/",
    } <= read_by["anonymous"]  # fmt: skip


def test_no_mail_to_an_attendee_carries_it(drain: Callable[[], Any], mailoutbox: list[Any], api: APIClient) -> None:
    attendee = Attendee()
    body = {"email": "guest@example.org", "name": "Grace Hopper"}
    assert api.post(f"/api/v1/public/events/{attendee.open.pk}/register/", body).status_code == 201
    drain()
    cancel = {"reason": "The hall is closed."}
    assert client_of(attendee.organizer).post(f"/api/v1/events/{attendee.open.pk}/cancel/", cancel).status_code == 200
    drain()
    told = [mail for mail in mailoutbox if SIGN_IN not in str(mail.to)]
    assert len(told) >= 2
    assert [mail.subject for mail in told if SIGN_IN in str(mail.message())] == []


def test_the_public_contact_is_given_instead() -> None:
    attendee = Attendee(organizer_contact_email=CONTACT, organizer_display_name="City Academy")
    proof = attendee.client.get(f"/api/v1/users/me/certificates/{attendee.certificate.pk}/").json()
    assert proof["organizer_name"] == "City Academy"
    assert proof["certificate_data"]["organizer_email"] == CONTACT
    assert Award.objects.get().wording["organizer_email"] == CONTACT
    page = client_of(None).get(f"/api/v1/organizers/{attendee.organizer.pk}/").json()
    assert page["organizer_contact_email"] == CONTACT


@pytest.mark.django_db(transaction=True)
def test_what_was_issued_before_forgets_it() -> None:
    attendee = Attendee()
    other = make_certificate(make_registration(attendee.finished))
    Award.objects.update(wording={"organizer_email": SIGN_IN, "organizer_name": "City Academy"})
    for row in (attendee.certificate, other):
        Certificate.objects.filter(pk=row.pk).update(
            certificate_data=row.certificate_data | {"organizer_email": SIGN_IN}
        )
    executor = MigrationExecutor(connection)
    executor.migrate([("certificates", "0003_awards")])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    attendee.certificate.refresh_from_db()
    assert attendee.certificate.certificate_data["organizer_email"] == ""
    assert attendee.certificate.certificate_data["organizer_name"] == attendee.organizer.public_organizer_name
    assert (
        list(Award.objects.values_list("wording", flat=True))
        == [{"organizer_email": "", "organizer_name": "City Academy"}] * 2
    )
    assert User.objects.filter(email=SIGN_IN).exists()
    assert attendee.certificate.issued_at == AT
