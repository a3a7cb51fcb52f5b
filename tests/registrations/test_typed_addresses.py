"""Whoever types somebody's address learns nothing of them: neither that there is an account, nor whose it is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.core import clock
from lyceum.events.models import Event
from lyceum.integrations.email.models import EmailLog
from lyceum.registrations.models import Registration
from lyceum.registrations.services.link_to_account import link_forgotten_rows
from tests.factories.accounts import OrganizerFactory, UnverifiedUserFactory, UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory
from tests.mailbox import secret_link
from tests.registrations.steps import counters, register_url
from tests.registrations.test_places import rows_url

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

KNOWN, UNKNOWN = "known@example.org", "unknown@example.org"
SECRETS = {"first_name": "Grace", "last_name": "Hopper", "professional_title": "Admiral", "organization_name": "Navy"}
READS = ("", "?search=Hopper", "waitlist/", "export/", "export/?search=Grace", "summary/", "unmatched-attendance/")
OTHER_READS = ("attendees/", "emails/", "invitations/", "aggregate-attendance/", "statistics/", "certificates/")
IDS_AND_TIMES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d[T ][0-9:.]+(Z|\+00:00)?|[A-Z0-9]{10}\b")


def add(silently: bool, **more: Any) -> Callable[[Any, Event, str], Any]:
    def way(client: Any, event: Event, email: str) -> Any:
        body = {"registrations": [{"email": email, **more}], "send_confirmation": not silently}
        return client.post(rows_url(event), body)

    return way


def invite(**body: Any) -> Callable[[Any, Event, str], Any]:
    def way(client: Any, event: Event, email: str) -> Any:
        given = {"people": [{"email": email, **body}]} if body else {"emails": [email]}
        return client.post(f"/api/v1/events/{event.pk}/invitations/", {**given, "send_immediately": True})

    return way


def as_a_guest(client: Any, event: Event, email: str) -> Any:

    return APIClient().post(register_url(event.pk), {"email": email, "name": "X"})


WAYS = {
    "added": add(silently=False),
    "added in silence": add(silently=True),
    "added with a name": add(silently=False, name="Typed Name"),
    "invited": invite(),
    "invited with a name": invite(full_name="Typed Name"),
    "registered as a guest": as_a_guest,
}


@pytest.fixture
def owner_of_address() -> User:
    return UserFactory(email=KNOWN, **SECRETS)


def everything_read(client: Any, event: Event) -> dict[str, str]:
    """Return the body of each answer in which an event's organizer reads of people."""
    urls = [rows_url(event, tail) for tail in READS] + [f"/api/v1/events/{event.pk}/{tail}" for tail in OTHER_READS]
    urls += [rows_url(event, f"{pk}/") for pk in event.registrations.values_list("pk", flat=True)]
    bodies = {}
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.content)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        bodies[IDS_AND_TIMES.sub("*", url.replace(str(event.pk), ""))] = body.decode("utf-8-sig")
    return bodies


def told(text: str) -> str:
    """Return what an answer says beside ids, times and the address that was typed."""
    return IDS_AND_TIMES.sub("*", text.replace(UNKNOWN, KNOWN).replace("event-of-un", "event-of-kn"))


@pytest.mark.parametrize("way", WAYS)
def test_an_address_with_an_account_reads_like_one_without(
    api_as: Any, drain: Any, owner_of_address: User, way: str
) -> None:  # A20 A36
    answers, reads = {}, {}
    organizer = OrganizerFactory()
    for email in (KNOWN, UNKNOWN):
        event = OpenEventFactory(owner=organizer, slug=f"event-of-{email[:2]}")
        client = api_as(event.owner)
        answer = WAYS[way](client, event, email)
        assert answer.status_code == 201, answer.content
        drain()
        answers[email], reads[email] = answer.content.decode(), everything_read(client, event)
    for text in (answers[KNOWN], *reads[KNOWN].values()):
        assert str(owner_of_address.pk) not in text
        assert not [secret for secret in SECRETS.values() if secret in text]
    assert told(answers[KNOWN]) == told(answers[UNKNOWN])
    for url, text in reads[UNKNOWN].items():
        assert told(reads[KNOWN][url]) == told(text), url


def test_a_certificate_does_not_tell_whose_address_it_is(api_as: Any, drain: Any, owner_of_address: User) -> None:
    event = OpenEventFactory(certificates_enabled=True)
    client = api_as(event.owner)
    add(silently=True)(client, event, KNOWN)
    row = Registration.objects.get()
    Event.objects.filter(pk=event.pk).update(status="completed")
    decided = {"eligible": True, "reason": "Seen."}
    assert client.post(rows_url(event, f"{row.pk}/override-attendance/"), decided).status_code == 200
    answer = client.post(f"/api/v1/events/{event.pk}/certificates/issue/", {"registration_uuids": [str(row.pk)]})
    assert [one["code"] for one in answer.json()["refused"]] == ["NAME_MISSING"]
    assert "Hopper" not in answer.content.decode()


def test_the_owner_of_an_account_hears_of_it_whatever_the_organizer_says(
    api_as: Any, client: Any, drain: Any, owner_of_address: User
) -> None:  # A20
    event = OpenEventFactory(capacity=1, waitlist_enabled=True)
    other = UserFactory()
    organizer = api_as(event.owner)
    people = [{"email": KNOWN}, {"email": UNKNOWN}, {"email": other.email}]
    assert organizer.post(rows_url(event), {"registrations": people, "send_confirmation": False}).json()["created"] == 3
    drain()
    sent = {message.to[0]: message.subject for message in mail.outbox}
    assert sent == {KNOWN: f"Your place: {event.title}", other.email: f"You are on the waiting list: {event.title}"}
    # Their mail lets them go again, and the organizer's list of mails doesn't say whom it went to.
    token = secret_link(next(message for message in mail.outbox if message.to == [KNOWN]))
    assert client.get(re.sub(r"^https?://[^/]+", "", token)).status_code == 200
    assert organizer.get(f"/api/v1/events/{event.pk}/emails/").json()["count"] == 0
    assert EmailLog.objects.filter(user_id=owner_of_address.pk, event_id=None).count() == 1


def test_who_verifies_an_address_later_hears_of_it_then(api_as: Any, drain: Any) -> None:
    silent, loud = OpenEventFactory(title="In silence"), OpenEventFactory(title="Aloud")
    add(silently=True)(api_as(silent.owner), silent, KNOWN)
    add(silently=False)(api_as(loud.owner), loud, KNOWN)
    drain()
    person = UnverifiedUserFactory(email=KNOWN)
    mail.outbox.clear()
    person.email_verified_at = clock.real_now()
    person.save()

    assert link_forgotten_rows(at=clock.now()) == 2
    drain()
    assert [message.subject for message in mail.outbox] == ["Your place: In silence"]
    [row] = api_as(silent.owner).get(rows_url(silent)).json()["results"]
    assert (row["user"], row["guest_email"]) == (None, KNOWN)


def test_who_registers_for_themselves_is_shown(api_as: Any, owner_of_address: User) -> None:
    event = OpenEventFactory()
    api_as(owner_of_address).post(register_url(event.pk), {})
    [row] = api_as(event.owner).get(rows_url(event, "?search=Hopper")).json()["results"]
    assert (row["user"]["uuid"], row["full_name"], row["guest_email"]) == (str(owner_of_address.pk), "Grace Hopper", "")


def test_an_account_under_another_address_is_not_given_away(api_as: Any, api: Any, drain: Any) -> None:
    """Somebody is registered with the address that they had; the new one is typed by others."""
    person = UserFactory(email=KNOWN, **SECRETS)
    for way in ("added", "registered as a guest"):
        event = OpenEventFactory()
        RegistrationFactory(event=event, user=person, email="old@example.org", full_name="Grace Hopper")
        client = api_as(event.owner)
        assert WAYS[way](client, event, KNOWN).status_code == 201
        row = Registration.objects.get(event=event, email=KNOWN)
        assert (row.status, row.user_id, counters(event)[0]) == ("confirmed", None, 1)
        # They themselves are told that they have a place.
        again = api_as(person).post(register_url(event.pk), {})
        assert (again.status_code, again.json()["error"]["code"]) == (400, "ALREADY_REGISTERED")
        # And with both given up, registering takes up their own.
        Registration.objects.filter(event=event).update(status="cancelled", cancelled_at=clock.now())
        assert api_as(person).post(register_url(event.pk), {}).status_code == 201
        standing = Registration.objects.get(event=event, status="confirmed")
        assert (standing.email, standing.user_id) == ("old@example.org", person.pk)


def test_who_was_known_and_is_added_again_is_read_as_typed(api_as: Any, owner_of_address: User) -> None:
    event = OpenEventFactory()
    api_as(owner_of_address).post(register_url(event.pk), {})
    mine = Registration.objects.get()
    api_as(owner_of_address).post(f"/api/v1/users/me/registrations/{mine.pk}/cancel/", {})
    add(silently=True)(api_as(event.owner), event, KNOWN)
    row = api_as(event.owner).get(rows_url(event, f"{mine.pk}/")).json()
    assert (row["status"], row["user"], row["full_name"]) == ("confirmed", None, "")
