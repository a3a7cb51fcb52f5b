"""A program whose key doesn't read registrations reads nobody's name, address or answers, wherever they might stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.accounts.services.api_keys import SCOPES
from lyceum.certificates.services.issue import JOB_KIND
from lyceum.core import clock
from lyceum.core.api.scopes import PEOPLE
from lyceum.core.files import storage
from lyceum.core.models import Job
from lyceum.events.models import Event
from lyceum.integrations.email.services.queue import queue_mail
from lyceum.integrations.email.services.suppress import suppress
from lyceum.registrations.models import AttendanceRecord, CustomFieldResponse, Registration
from tests.architecture.routes import ROUTES
from tests.factories.accounts import ApiKeyFactory, OrganizerFactory, UserFactory
from tests.factories.certificates import make_certificate, make_event, make_registration, make_template
from tests.factories.events import InvitationFactory, ReminderFactory
from tests.factories.registrations import QuestionFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
# Everything that a stranger is called, wrote or is reached by begins like this.
MARK = "xq7person"
WITHOUT_PEOPLE = sorted(set(SCOPES) - {PEOPLE})


def address(number: int) -> str:
    return f"{MARK}{number}@example.org"


@pytest.fixture
def event(drain: Any) -> Event:
    """A completed event full of people who left their names everywhere."""
    event = make_event(OrganizerFactory(), waitlist_enabled=True, capacity=50)
    question = QuestionFactory(event=event)
    for number in range(3):
        user = UserFactory(email=address(number), first_name=MARK, last_name=MARK)
        place = make_registration(
            event,
            email=address(number),
            full_name=f"{MARK} {MARK}",
            user=user if number else None,
            organization_name=MARK,
            professional_title=MARK,
            notes=MARK,
        )
        CustomFieldResponse.objects.create(registration=place, field=question, value=MARK)
        make_certificate(place)
    AttendanceRecord.objects.create(
        event=event, participant_key="p:1", participant_email=address(7), participant_name=MARK, joined_at=clock.now()
    )
    InvitationFactory(event=event, email=address(8), full_name=MARK)
    suppress(email=address(9), reason="unsubscribed", at=clock.now())
    ReminderFactory(event=event)
    make_template(event.owner)
    place = Registration.objects.filter(event=event).latest("id")
    queue_mail(
        kind="registrations.confirmation",
        to=place.email,
        name=MARK,
        about_id=place.pk,
        event_id=event.pk,
        at=clock.now(),
    )
    Job.objects.create(
        kind="tests.secret_download",
        owner_id=event.owner_id,
        status=Job.Status.COMPLETED,
        result={"people": [MARK]},
        file_key=storage.store("exports", MARK.encode(), content_type="text/csv"),
        due_at=clock.now(),
    )
    drain()
    return event


def program(event: Event, scopes: list[str]) -> APIClient:
    key = ApiKeyFactory(user=event.owner, secret="lyc_narrow", scopes=scopes)
    assert key.pk
    return APIClient(raise_request_exception=False, HTTP_AUTHORIZATION="Api-Key lyc_narrow")


def values_for(event: Event) -> dict[str, str]:
    """Return what stands for each part of an address, by what stands before it."""
    place = event.registrations.first()
    assert place is not None
    return {
        "events": str(event.pk),
        "sessions": str(event.sessions.get().pk),
        "ticket-types": str(event.ticket_types.get().pk),
        "custom-fields": str(event.custom_fields.get().pk),
        "invitations": str(event.invitations.get().pk),
        "reminders": str(event.reminders.first().pk),
        "registrations": str(place.pk),
        "certificates": str(place.certificates.get().pk),
        "templates": str(event.owner.certificate_templates.first().pk),
        "jobs": str(Job.objects.get(kind="tests.secret_download").pk),
        "users": str(event.owner_id),
        "organizers": str(event.owner_id),
        "by-slug": event.slug,
        "verify": place.certificates.get().certificate_id,
        "api-keys": str(event.owner.pk),
    }


def addresses(event: Event) -> Iterator[tuple[str, str]]:
    """Yield each GET of the API, whole."""
    values = values_for(event)
    for route in ROUTES:
        method, path = route.split(" ")
        # Whoever holds a guest's own link is that guest; the file of a link is anybody's who holds it.
        if method == "GET" and path.startswith("/api/v1/") and "/public/registrations/" not in path:
            yield path, re.sub(r"([\w-]+)/<str:\w+>", lambda part: f"{part[1]}/{values[part[1]]}", path)


def read(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace").lower()


def test_nobody_is_read_without_the_right_to_read_people(event: Event) -> None:
    client, shown, opened = program(event, WITHOUT_PEOPLE), [], 0
    for path, filled in addresses(event):
        # What anybody may read, the proofs that a person lets be verified, is read without a key.
        if "/verify/" in path:
            continue
        answer = client.get(filled)
        opened += answer.status_code == 200
        if MARK in read(answer):
            shown.append(path)
    assert shown == []
    assert opened >= 25


def test_the_same_walk_meets_people_with_the_right(event: Event) -> None:
    """The walk above would find them: with the right they stand in at least so many answers."""
    client = program(event, list(SCOPES))
    shown = {path for path, filled in addresses(event) if MARK in read(client.get(filled))}
    assert {
        "/api/v1/events/<str:uuid>/emails/",
        "/api/v1/events/<str:event_uuid>/attendees/",
        "/api/v1/events/<str:event_uuid>/invitations/",
        "/api/v1/events/<str:event_uuid>/registrations/",
        "/api/v1/events/<str:event_uuid>/registrations/export/",
        "/api/v1/events/<str:event_uuid>/registrations/unmatched-attendance/",
        "/api/v1/events/<str:event_uuid>/sessions/<str:session_uuid>/attendance/",
        "/api/v1/events/<str:event_uuid>/aggregate-attendance/",
        "/api/v1/events/<str:event_uuid>/certificates/",
        "/api/v1/events/<str:event_uuid>/certificates/export/",
    } <= shown


def test_mails_of_an_event_need_both_rights(event: Event) -> None:
    path = f"/api/v1/events/{event.pk}/emails/"
    answer = program(event, ["events:read"]).get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    assert answer.json()["error"]["details"] == {"scope": "registrations:read"}


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [(["jobs:read"], False), (["jobs:read", "certificates:write"], False), (["jobs:read", "certificates:read"], True)],
)
def test_what_came_of_a_job_needs_the_right_to_read_that(event: Event, scopes: list[str], seen: bool) -> None:
    job = Job.objects.create(
        kind=JOB_KIND,
        owner_id=event.owner_id,
        status=Job.Status.COMPLETED,
        result={"issued": 3},
        file_key=storage.store("exports", b"table", content_type="text/csv"),
        due_at=clock.now(),
    )
    told = program(event, scopes).get(f"/api/v1/jobs/{job.pk}/").json()
    assert told["status"] == "completed"
    assert (told["result"] is not None, told["download_url"] is not None) == (seen, seen)


def test_a_person_signed_in_sees_what_came_of_it(event: Event) -> None:
    client = APIClient()
    client.force_authenticate(event.owner)
    told = client.get(f"/api/v1/jobs/{Job.objects.get(kind='tests.secret_download').pk}/").json()
    assert told["result"] == {"people": [MARK]}
    assert told["download_url"]
