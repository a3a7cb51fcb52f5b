"""An organizer's own list, and what never leaves it."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from rest_framework.test import APIClient

from lyceum.accounts.ports import active_content
from lyceum.core.personal_data import export_person
from lyceum.events.models import Event
from lyceum.integrations.email.models import EmailLog
from tests.events.conftest import AT, EVENTS
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.factories.events import EventFactory, InvitationFactory, PublishedEventFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def titles(client: APIClient, **query: Any) -> list[str]:
    response = client.get(EVENTS, query)
    assert response.status_code == 200, response.json()
    return [row["title"] for row in response.json()["results"]]


def test_ones_own_events_and_nobody_elses(client: APIClient, owner: Any) -> None:
    EventFactory(owner=owner, title="Mine")
    EventFactory(title="Theirs")

    assert titles(client) == ["Mine"]


def test_staff_see_all(api_as: Callable[..., APIClient]) -> None:
    EventFactory()

    assert len(titles(api_as(StaffFactory()))) == 1


def test_deleted_rows_of_others_stay_away(client: APIClient, owner: Any, api_as: Callable[..., APIClient]) -> None:
    # A10, A11
    mine = EventFactory(owner=owner, title="Mine", deleted_at=AT)
    theirs = EventFactory(title="Theirs", deleted_at=AT)

    assert titles(client, include_deleted="true") == ["Mine"]
    assert titles(client) == []
    assert client.get(f"{EVENTS}{theirs.pk}/", {"include_deleted": "true"}).status_code == 404
    assert client.post(f"{EVENTS}{theirs.pk}/restore/").status_code == 404
    assert client.get(f"{EVENTS}{mine.pk}/", {"include_deleted": "true"}).json()["is_deleted"] is True
    staff = api_as(StaffFactory())
    assert titles(staff, include_deleted="true") == []
    assert staff.get(f"{EVENTS}{theirs.pk}/", {"include_deleted": "true"}).status_code == 404
    assert staff.post(f"{EVENTS}{theirs.pk}/restore/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.deleted_at == AT


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "live"}, ["Live"]),
        # F16
        ({"status": "ongoing"}, ["Live"]),
        ({"category": "workshop"}, ["Live"]),
        ({"visibility": "private"}, ["Live"]),
        ({"has_capacity": "true"}, ["Live"]),
        ({"has_capacity": "false"}, ["Draft"]),
        ({"cpd_type": "CME"}, ["Live"]),
        ({"search": "LIV"}, ["Live"]),
        ({"ordering": "title"}, ["Draft", "Live"]),
        ({"ordering": "-title"}, ["Live", "Draft"]),
        ({"starts_before": "2041-01-01", "ordering": "starts_at"}, ["Draft"]),
    ],
)
def test_filters(client: APIClient, make: Any, query: dict[str, str], found: list[str]) -> None:
    make(title="Draft")
    live = make(
        title="Live",
        event_type="workshop",
        visibility="private",
        capacity=5,
        cpd_enabled=True,
        cpd_credit_type="CME",
        cpd_credit_value=1,
        starts_at="2041-06-01T00:00:00Z",
    )
    Event.objects.filter(pk=live["uuid"]).update(status="live")

    assert titles(client, **query) == found


@pytest.mark.parametrize(
    "query",
    [{"status": "gone"}, {"ordering": "owner"}, {"has_capacity": "x"}, {"include_deleted": "x"}, {"starts_after": "x"}],
)
def test_bad_filters_are_refused(client: APIClient, query: dict[str, str]) -> None:
    assert client.get(EVENTS, query).status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_two_queries(client: APIClient, owner: Any, django_assert_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        EventFactory(owner=owner)

    with django_assert_num_queries(2):
        assert len(titles(client)) == rows


def test_who_may_read(api: APIClient, api_as: Callable[..., APIClient]) -> None:
    assert api.get(EVENTS).status_code == 401
    assert api_as(UserFactory()).get(EVENTS).status_code == 403
    # C10: reading needs no verified address.
    assert api_as(OrganizerFactory(email_verified_at=None)).get(EVENTS).status_code == 200


def test_someone_elses_event_is_absent(client: APIClient) -> None:
    event = EventFactory(title="Before")
    address = f"{EVENTS}{event.pk}/"

    assert client.get(address).status_code == 404
    assert client.patch(address, {"title": "After"}).status_code == 404
    assert client.put(address, {"title": "After"}).status_code == 404
    assert client.delete(address).status_code == 404
    assert client.get(f"{EVENTS}nonsense/").status_code == 404
    event.refresh_from_db()
    assert (event.title, event.deleted_at) == ("Before", None)


def test_the_owner_sees_the_host_address(client: APIClient, owner: Any) -> None:
    event = EventFactory(owner=owner, zoom_host_url="https://zoom.us/s/1", zoom_passcode="p", zoom_error="No account.")

    body = client.get(f"{EVENTS}{event.pk}/").json()

    assert (body["zoom_host_url"], body["zoom_passcode"], body["zoom_error"]) == (
        "https://zoom.us/s/1",
        "p",
        "No account.",
    )
    assert "zoom_host_url" not in client.get(EVENTS).json()["results"][0]


def test_the_export_is_the_filtered_list_and_harmless(client: APIClient, owner: Any) -> None:
    EventFactory(owner=owner, title="=cmd|calc", status="published")
    EventFactory(owner=owner, title="Draft")
    EventFactory(title="Theirs", status="published")

    response = client.get(f"{EVENTS}export/", {"status": "published"})

    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["'=cmd|calc"]
    sheet = client.get(f"{EVENTS}export/", {"export_format": "xlsx"})
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    assert client.get(f"{EVENTS}export/", {"export_format": "pdf"}).status_code == 422


def picture(kind: str = "PNG") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, kind)
    file.seek(0)
    file.name = "cover.exe"
    return file


def test_a_cover_is_set_replaced_and_removed(make: Any, client: APIClient, api: APIClient) -> None:
    address = f"{EVENTS}{make()['uuid']}/upload-image/"

    shown = client.post(address, {"image": picture()}, format="multipart").json()["cover_image"]
    served = api.get(shown.removeprefix("http://testserver"))
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")
    assert client.post(address, {"image": picture("JPEG")}, format="multipart").status_code == 200
    assert client.delete(address).json()["cover_image"] is None


def test_a_cover_is_judged_by_its_content(make: Any, client: APIClient) -> None:
    event = make()
    address = f"{EVENTS}{event['uuid']}/upload-image/"
    svg = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    svg.name = "cover.png"

    assert client.post(address, {"image": svg}, format="multipart").status_code == 422
    assert client.post(address, {}, format="multipart").status_code == 400
    assert client.post(address, {"image": "x"}, format="json").status_code in {400, 422}
    assert Event.objects.get().cover_image == ""


def test_mails_of_the_event_are_listed(make: Any, client: APIClient) -> None:
    event = make()
    for event_id in (event["uuid"], EventFactory().pk):
        EmailLog.objects.create(
            kind="events.invitation", recipient_email="a@b.cd", event_id=event_id, queued_at=AT, due_at=AT
        )

    body = client.get(f"{EVENTS}{event['uuid']}/emails/").json()

    assert [(row["kind"], row["recipient_email"], row["status"]) for row in body["results"]] == [
        ("events.invitation", "a@b.cd", "pending")
    ]


def test_running_events_keep_an_organizer(owner: Any) -> None:
    PublishedEventFactory(owner=owner, title="Wounds")
    EventFactory(owner=owner)

    assert active_content(owner.pk) == ["The event “Wounds”"]


def test_the_data_export_names_events_and_invitations(owner: Any) -> None:
    EventFactory(owner=owner, title="Wounds")
    InvitationFactory(email=owner.email)

    held = dict(export_person(owner.person))

    assert [row["title"] for row in held["events"]] == ["Wounds"]
    assert [row["email"] for row in held["invitations"]] == [owner.email]


def test_times_of_the_list_are_utc(client: APIClient, owner: Any) -> None:
    EventFactory(owner=owner, starts_at=datetime(2040, 1, 1, 9, tzinfo=UTC), timezone="Asia/Tokyo")

    assert client.get(EVENTS).json()["results"][0]["starts_at"] == "2040-01-01T09:00:00Z"
