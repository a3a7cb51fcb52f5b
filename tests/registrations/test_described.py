"""What an organizer writes about a registration: notes that nobody else reads, and a name that is missing."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from lyceum.core import clock
from lyceum.core.personal_data import erase_person, export_person
from lyceum.registrations.models import Registration
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.factories.accounts import OrganizerFactory, UserFactory
from tests.factories.certificates import make_event, make_registration
from tests.factories.registrations import OpenEventFactory, RegistrationFactory
from tests.registrations.steps import join, register_url
from tests.registrations.test_places import rows_url

pytestmark = pytest.mark.django_db
NOTE = "Paid in cash; vegan.\nCall before noon."


def test_notes_are_the_organizers_alone(api: Any, api_as: Any, client: Any) -> None:
    person, event = UserFactory(), OpenEventFactory()
    api_as(person).post(register_url(event.pk), {})
    row = Registration.objects.get()
    organizer, url = api_as(event.owner), rows_url(event, f"{row.pk}/")
    answer = organizer.patch(url, {"notes": NOTE})
    assert (answer.status_code, answer.json()["notes"]) == (200, NOTE)
    assert organizer.get(url).json()["notes"] == NOTE
    assert [one["notes"] for one in organizer.get(rows_url(event)).json()["results"]] == [NOTE]
    assert [one["notes"] for one in organizer.get(f"/api/v1/events/{event.pk}/attendees/").json()["results"]] == [NOTE]
    text = b"".join(organizer.get(rows_url(event, "export/")).streaming_content).decode("utf-8-sig")
    assert [one["notes"] for one in csv.DictReader(io.StringIO(text))] == [NOTE]
    sheet = load_workbook(
        io.BytesIO(b"".join(organizer.get(rows_url(event, "export/?export_format=xlsx")).streaming_content))
    )
    header, values = sheet.active.values
    assert dict(zip(header, values, strict=True))["notes"] == NOTE
    token = mint_guest_link(row, at=clock.now()).rpartition("=")[2]
    for body in (
        api_as(person).get("/api/v1/users/me/registrations/"),
        api_as(person).get(f"/api/v1/users/me/registrations/{row.pk}/"),
        api.get(f"/api/v1/public/registrations/{token}/"),
        client.get(f"/r/{token}/"),
    ):
        assert body.status_code == 200
        assert "vegan" not in body.content.decode()
        assert '"notes"' not in body.content.decode()
    assert "vegan" not in str([list(rows) for _, rows in export_person(person.person)])
    erase_person(person.person, at=clock.now())
    row.refresh_from_db()
    assert row.notes == ""


@pytest.mark.parametrize("status", ["waitlisted", "cancelled", "no_show"])
def test_anybodys_registration_has_notes(api_as: Any, status: str) -> None:
    event = OpenEventFactory()
    more: dict[str, Any] = {"cancelled": {"cancelled_at": clock.now()}, "no_show": {}}.get(status) or {}
    if status == "waitlisted":
        more = {"waitlist_sequence": 1, "waitlisted_at": clock.now()}
    row = RegistrationFactory(event=event, status=status, **more)
    assert api_as(event.owner).patch(rows_url(event, f"{row.pk}/"), {"notes": NOTE}).json()["notes"] == NOTE
    assert api_as(event.owner).patch(rows_url(event, f"{row.pk}/"), {"notes": ""}).json()["notes"] == ""
    assert api_as(OrganizerFactory()).patch(rows_url(event, f"{row.pk}/"), {"notes": "x"}).status_code == 404


def test_notes_go_with_attendance_or_not_at_all(api_as: Any) -> None:  # A26
    event = OpenEventFactory()
    first, second = (join(event, f"p{number}@example.org").registration for number in range(2))
    waiting = RegistrationFactory(event=event, status="waitlisted", waitlist_sequence=1, waitlisted_at=clock.now())
    client = api_as(event.owner)
    body = client.patch(rows_url(event, f"{first.pk}/"), {"attended": True, "notes": NOTE}).json()
    assert (body["attended"], body["notes"]) == (True, NOTE)
    refused = client.patch(rows_url(event, f"{waiting.pk}/"), {"attended": True, "notes": NOTE, "full_name": "Ada"})
    assert refused.status_code == 409
    waiting.refresh_from_db()
    assert waiting.notes == ""
    rows = [{"registration_uuid": str(second.pk), "attended": True, "notes": "Came late."}]
    assert client.patch(rows_url(event, "bulk-attendance/"), {"updates": rows}).status_code == 200
    assert client.get(rows_url(event, f"{second.pk}/")).json()["notes"] == "Came late."


def test_an_organizer_gives_the_name_that_is_missing(api_as: Any) -> None:
    event = make_event()
    row = make_registration(event, full_name="", source="organizer_added", email="nameless@example.org")
    make_registration(event)
    client, url = api_as(event.owner), rows_url(event, f"{row.pk}/")
    issue = f"/api/v1/events/{event.pk}/certificates/issue/"
    assert [one["code"] for one in client.post(issue, {}).json()["refused"]] == ["NAME_MISSING"]
    assert [one["uuid"] for one in client.get(rows_url(event, "?name_missing=true")).json()["results"]] == [str(row.pk)]
    assert client.get(rows_url(event, "?name_missing=perhaps")).status_code == 422
    for bad in ("nameless@example.org", "", " ", None, "a\x00b"):
        assert client.patch(url, {"full_name": bad}).status_code in (400, 422), bad
    assert client.patch(url, {"full_name": "Ada", "name": "Grace"}).status_code == 422
    answer = client.patch(url, {"name": "Ada Byron"})
    assert (answer.status_code, answer.json()["full_name"]) == (200, "Ada Byron")
    # What they typed themselves, they may correct.
    assert client.patch(url, {"full_name": "Ada Lovelace"}).json()["full_name"] == "Ada Lovelace"
    assert client.get(rows_url(event, "?name_missing=true")).json()["count"] == 0
    assert client.get(rows_url(event, "?name_missing=false")).json()["count"] == 2
    assert client.post(issue, {}).json()["issued"] == 1


def test_a_name_that_the_person_gave_stands(api_as: Any) -> None:
    event = OpenEventFactory()
    row = join(event, "ada@example.org").registration
    client, url = api_as(event.owner), rows_url(event, f"{row.pk}/")
    answer = client.patch(url, {"full_name": "Somebody Else", "notes": NOTE})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NAME_STANDS")
    row.refresh_from_db()
    assert (row.full_name, row.notes) == ("Guest", "")
    assert client.patch(url, {"full_name": "Guest"}).status_code == 200


@pytest.mark.parametrize("account", [None, "Grace Hopper", "", "grace@example.org"])
@pytest.mark.parametrize("name", ["Ada Byron", "Ada @ home", "", "ada@example.org", "Ada (ada＠example)"])
@pytest.mark.parametrize("acknowledged", [True, False])
def test_the_list_and_the_row_agree_on_who_lacks_a_name(name: str, account: str | None, acknowledged: bool) -> None:
    user = UserFactory() if account is not None else None
    if user is not None:
        type(user).objects.filter(pk=user.pk).update(full_name=account)
    at = clock.now() if acknowledged else None
    row = RegistrationFactory(full_name=name, user=user, acknowledged_at=at)
    lacking = Registration.objects.nameless().filter(pk=row.pk).exists()
    assert lacking is (Registration.objects.get(pk=row.pk).shown_name == "")
