"""No address is printed or shown as a name, whichever column it stands in."""

import csv
import io
from typing import Any

import pytest
from django.core import mail

from lyceum.accounts.models import User
from lyceum.certificates.models import Certificate
from lyceum.certificates.services.make_pdfs import render_due_pdfs
from lyceum.registrations.models import Registration
from tests.certificates.test_awards import link_in
from tests.factories.accounts import UserFactory
from tests.factories.certificates import AT, make_certificate, make_event, make_registration

pytestmark = pytest.mark.django_db
ADDRESSES = ["ada@clinic.dental", "Ada Byron <ada@clinic>", "(ada＠clinic.dental)"]


def issue_to(api_as: Any, row: Registration) -> Any:
    body = {"registration_uuids": [str(row.pk)]}
    return api_as(row.event.owner).post(f"/api/v1/events/{row.event_id}/certificates/issue/", body).json()


@pytest.mark.parametrize("typed", ADDRESSES)
@pytest.mark.parametrize("column", ["registration", "account"])
def test_an_address_is_no_name_to_issue_to(api_as: Any, client: Any, drain: Any, column: str, typed: str) -> None:
    holder = UserFactory()
    if column == "account":
        User.objects.filter(pk=holder.pk).update(full_name=typed)
    name = typed if column == "registration" else ""
    row = make_registration(make_event(), full_name=name, **({"user": holder} if column == "account" else {}))
    answer = issue_to(api_as, row)
    assert (answer["issued"], [one["code"] for one in answer["refused"]]) == (0, ["NAME_MISSING"])
    assert Certificate.objects.count() == 0
    drain()
    [asked] = mail.outbox
    assert asked.to[0].endswith(row.email) or row.email in asked.to[0]
    page = link_in(asked)
    assert typed not in client.get(page).content.decode()
    assert client.post(f"{page}name/", {"full_name": "ada@clinic.dental"}).status_code == 422
    assert client.post(f"{page}name/", {"full_name": "Ada Byron"}).status_code == 302
    assert issue_to(api_as, row)["issued"] == 1
    assert Certificate.objects.get().attendee_name == "Ada Byron"


@pytest.mark.parametrize("typed", ADDRESSES)
def test_what_was_issued_to_an_address_shows_none(api: Any, api_as: Any, client: Any, drain: Any, typed: str) -> None:
    """Certificates of before names were checked: their snapshot stays as it is, and nobody is shown it."""
    holder = UserFactory()
    row = make_certificate(make_registration(make_event(), user=holder, email="somebody@example.org"))
    drain()
    data = {**row.certificate_data, "attendee_name": typed, "organizer_name": typed}
    Certificate.objects.update(certificate_data=data, pdf_state="pending", pdf_due_at=AT)
    number = row.certificate_id
    shown = api.get(f"/api/v1/public/certificates/verify/{number}/")
    assert (shown.json()["valid"], shown.json()["attendee_name"], shown.json()["organizer_name"]) == (True, "", "")
    assert "@" not in shown.content.decode().replace(str(shown.json()["verification_url"]), "")
    page = client.get(f"/verify/{number}/", HTTP_ACCEPT="text/html").content.decode()
    assert typed.strip(" <>()") not in page
    organizer = api_as(row.event.owner)
    for url in (f"/api/v1/events/{row.event_id}/certificates/{row.pk}/", f"/api/v1/users/me/certificates/{row.pk}/"):
        body = (organizer if "events" in url else api_as(holder)).get(url).json()
        assert (body["attendee_name"], body["certificate_data"]["attendee_name"]) == ("", ""), url
    [listed] = organizer.get(f"/api/v1/events/{row.event_id}/certificates/").json()["results"]
    assert listed["attendee_name"] == ""
    table = organizer.get(f"/api/v1/events/{row.event_id}/certificates/export/")
    text = b"".join(table.streaming_content).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["Name"] == ""


def test_nothing_is_drawn_and_nothing_handed_out_with_an_address_for_a_name(api_as: Any, drain: Any) -> None:
    holder = UserFactory()
    row = make_certificate(make_registration(make_event(), user=holder, email=holder.email))
    drain()
    url = f"/api/v1/users/me/certificates/{row.pk}/"
    assert api_as(holder).get(url).json()["pdf_url"]
    Certificate.objects.update(certificate_data={**row.certificate_data, "attendee_name": "ada@clinic.dental"})
    assert api_as(holder).get(url).json()["pdf_url"] is None
    assert api_as(holder).get(f"{url}download/").status_code == 404
    Certificate.objects.update(pdf_state="pending", pdf_due_at=AT, pdf_lease_until=None)
    render_due_pdfs(AT)
    row.refresh_from_db()
    assert (row.pdf_state, row.pdf_error) == (
        "failed",
        "There is no name on it. Please revoke it, and issue it again once the name is known.",
    )


def test_an_organizers_public_name_is_no_address() -> None:
    organizer = UserFactory(organizer_display_name="amina@example.org", organization_name="", first_name="Amina")
    assert organizer.public_organizer_name == organizer.full_name
    organizer.full_name = "amina@example.org"
    assert organizer.public_organizer_name == "An organizer"
