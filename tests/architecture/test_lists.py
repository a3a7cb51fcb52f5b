"""Every list of the API takes `page` and `cursor`, and gives the same rows in the same order by either."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import resolve

from lyceum.certificates.models import CertificateTemplate
from lyceum.events.models import Event, EventStatusHistory
from lyceum.integrations.email.models import EmailLog
from lyceum.registrations.models import AttendanceRecord
from tests.architecture.routing import view_of
from tests.architecture.sources import SOURCE, python_files
from tests.factories.accounts import ApiKeyFactory, UserFactory, UserSessionFactory
from tests.factories.certificates import make_certificate, make_event, make_registration, make_template
from tests.factories.events import (
    CustomFieldFactory,
    EventSessionFactory,
    InvitationFactory,
    PublishedEventFactory,
    ReminderFactory,
    TicketTypeFactory,
)
from tests.factories.registrations import RegistrationFactory
from tests.journeys.tenants import BODIES, Tenant, fill
from tests.schema.stage import NOW

# Enough for two pages of three, one of them full.
ROWS, MOST_PAGES = 5, 30


def answers() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield path, operation and the shape of the answer of every GET that answers JSON."""
    for _, path, operation in BODIES.operations("get"):
        content = operation["responses"]["200"].get("content", {})
        if "application/json" in content:
            yield path, operation, BODIES.resolve(content["application/json"]["schema"])


def lists() -> dict[str, dict[str, Any]]:
    """Path → operation of every GET that answers a list."""
    return {path: operation for path, operation, shape in answers() if "results" in shape.get("properties", {})}


def test_every_list_takes_page_and_cursor():
    lacking = {
        path: {"page", "page_size", "cursor"} - {one["name"] for one in operation["parameters"]}
        for path, operation in lists().items()
    }
    assert {path: names for path, names in lacking.items() if names} == {}
    assert lists().keys() == MAKERS.keys(), "each list is walked below"


def test_no_answer_is_a_bare_list():
    assert [path for path, _, shape in answers() if shape.get("type") == "array"] == []


def test_pages_are_made_in_one_place():
    users = [path for path in python_files() if re.search(r"\b(CursorPage|paginate_queryset)\b", path.read_text())]
    assert [str(path.relative_to(SOURCE)) for path in users] == ["core/api/paging.py", "core/api/views.py"]


class World:
    """An organizer, who is staff too, and what each of their lists is of."""

    def __init__(self) -> None:
        self.tenant = Tenant()
        self.owner: Any = self.tenant.owner
        self.owner.is_staff = True
        self.event = Event.objects.get(pk=self.tenant.parameters("/api/v1/events/{uuid}/")["uuid"])
        place = self.tenant.parameters("/api/v1/events/{event_uuid}/certificates/{uuid}/")
        self.finished = Event.objects.get(pk=place["event_uuid"])


def own_certificate(world: World, number: int) -> None:
    held = make_registration(make_event(world.owner), user=world.owner, email=world.owner.email)
    make_certificate(held)


def own_event(world: World, number: int) -> None:
    PublishedEventFactory(owner=world.owner, title=f"Twins {number % 2}")


def somebody(world: World, number: int) -> None:
    RegistrationFactory(event=world.event, full_name=f"Twins {number % 2}", registered_at=NOW)


def somebody_else(world: World, number: int) -> None:
    attended = {"attendance__attended": True} if number % 2 else {}
    RegistrationFactory(event=world.event, status=["confirmed", "no_show"][number % 2], **attended)


def somebody_waiting(world: World, number: int) -> None:
    RegistrationFactory(event=world.event, status="waitlisted", waitlist_sequence=number + 5, waitlisted_at=NOW)


def version(world: World, number: int) -> None:
    first = CertificateTemplate.objects.get(pk=world.tenant.parameters("/api/v1/templates/{uuid}/")["uuid"])
    CertificateTemplate.objects.create(
        owner=first.owner, name=first.name, design=first.design, family_id=first.family_id, version=number + 2,
        is_latest_version=False, width_px=first.width_px, height_px=first.height_px, page_scale=first.page_scale,
    )  # fmt: skip


def mail(world: World, number: int) -> None:
    EmailLog.objects.create(
        kind="events.cancelled", recipient_email=f"guest{number}@example.org", subject="News", about_id=world.event.pk,
        event_id=world.event.pk, queued_at=NOW, status="sent",
    )  # fmt: skip


def moment(number: int) -> Any:
    return NOW if number % 2 else None


MAKERS: dict[str, Callable[[World, int], Any]] = {
    "/api/v1/certificates/": own_certificate,
    "/api/v1/users/me/certificates/": own_certificate,
    "/api/v1/events/": own_event,
    "/api/v1/users/me/events/": own_event,
    "/api/v1/public/events/": own_event,
    "/api/v1/events/{event_uuid}/aggregate-attendance/": somebody,
    "/api/v1/events/{event_uuid}/sessions/{session_uuid}/attendance/": somebody,
    "/api/v1/events/{event_uuid}/attendees/": somebody_else,
    "/api/v1/events/{event_uuid}/registrations/": somebody_else,
    "/api/v1/events/{event_uuid}/registrations/waitlist/": somebody_waiting,
    "/api/v1/events/{event_uuid}/certificates/": lambda world, n: make_certificate(make_registration(world.finished)),
    "/api/v1/events/{event_uuid}/custom-fields/": lambda world, n: CustomFieldFactory(event=world.event),
    "/api/v1/events/{event_uuid}/ticket-types/": lambda world, n: TicketTypeFactory(event=world.event),
    "/api/v1/events/{event_uuid}/invitations/": lambda world, n: InvitationFactory(
        event=world.event, sent_at=moment(n)
    ),
    "/api/v1/events/{event_uuid}/reminders/": lambda world, n: ReminderFactory(
        event=world.event, minutes_before=n + 5, scheduled_for=NOW
    ),
    "/api/v1/events/{event_uuid}/sessions/": lambda world, n: EventSessionFactory(event=world.event),
    "/api/v1/events/{event_uuid}/registrations/unmatched-attendance/": lambda world, n: AttendanceRecord.objects.create(
        event=world.event, participant_key=f"p:{n}", joined_at=NOW, left_at=NOW + timedelta(minutes=5)
    ),
    "/api/v1/events/{uuid}/emails/": mail,
    "/api/v1/events/{uuid}/status-history/": lambda world, n: EventStatusHistory.objects.create(
        event=world.event, to_status="published", changed_at=NOW
    ),
    "/api/v1/templates/": lambda world, n: make_template(world.owner, name=f"Twins {n % 2}"),
    "/api/v1/templates/{uuid}/versions/": version,
    "/api/v1/users/": lambda world, n: UserFactory(last_login=moment(n), last_name="Twin"),
    "/api/v1/users/me/api-keys/": lambda world, n: ApiKeyFactory(user=world.owner, name="Twin"),
    "/api/v1/users/me/sessions/": lambda world, n: UserSessionFactory(user=world.owner, last_activity_at=NOW),
    "/api/v1/users/me/registrations/": lambda world, n: RegistrationFactory(
        event=PublishedEventFactory(), user=world.owner, email=world.owner.email
    ),
}


def orders(path: str, known: set[type]) -> Iterator[str]:
    """Yield each order in which a list can be asked for, its own as the empty one.

    Views that inherit their orders are asked for them once; what differs between them is their own.
    """
    yield ""
    view = view_of(resolve(re.sub(r"\{\w+\}", "x", path)).func)
    stated = [base for base in view.__mro__ if "ordering_fields" in vars(base)]
    if not stated or stated[0] in known:
        return
    known.add(stated[0])
    names = view.ordering_fields
    for name in names:
        yield from (name, f"-{name}")
    if len(names) > 1:
        yield f"-{names[-1]},{names[0]}"


def follow(client: Any, address: str, way: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the address of each page on the way, and its rows by what they are known by."""
    for _ in range(MOST_PAGES):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.content)
        body = answer.json()
        yield address, [row.get("uuid") or row["registration_uuid"] for row in body["results"]]
        if body[way] is None:
            return
        address = body[way]
    raise AssertionError(f"{address} leads on and on")


def in_one_row(pages: list[tuple[str, list[str]]]) -> list[str]:
    return [row for _, page in pages for row in page]


@pytest.mark.django_db
def test_a_cursor_leads_through_every_list_in_every_order_and_back():
    world, known, wrong = World(), set[type](), []
    client = world.tenant.client
    for path in MAKERS:
        address = fill(path, world.tenant.parameters(path))
        for number in range(max(0, ROWS - client.get(address).json()["count"])):
            MAKERS[path](world, number)
        for order in orders(path, known):
            asked = f"{address}?ordering={order}" if order else f"{address}?"
            by_number = in_one_row(list(follow(client, f"{asked}&page_size=100", "next")))
            assert len(set(by_number)) == len(by_number) >= ROWS, path
            there = list(follow(client, f"{asked}&page_size=3&cursor=", "next"))
            back = list(follow(client, there[-1][0], "previous"))
            for way, found in (("there", in_one_row(there)), ("back", in_one_row(back[::-1]))):
                if found != by_number:
                    wrong.append(f"{path} by {order or 'its own order'}, {way}: {found} instead of {by_number}")
    assert wrong == []
