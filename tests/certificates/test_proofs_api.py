"""Revoking, reissuing, verifying, downloading, mails."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from lyceum.accounts.rules.topics import Topic
from lyceum.certificates.models import Certificate, CertificateStatusHistory
from lyceum.certificates.rules.certificate_ids import ALPHABET, new_certificate_id, read_certificate_id
from lyceum.certificates.selectors import verification
from lyceum.certificates.services.make_pdfs import pdf_of
from lyceum.core import clock
from lyceum.core.files import storage
from lyceum.core.models import Fact
from lyceum.core.personal_data import erase_person, export_person
from lyceum.registrations.models import Registration
from tests.certificates.drawn import text_of
from tests.factories.accounts import StaffFactory, UserFactory, decline
from tests.factories.certificates import AT, make_certificate, make_event, make_registration
from tests.mailbox import html_of
from tests.mailbox import text_of as mail_text_of

pytestmark = pytest.mark.django_db
VERIFY = "/api/v1/public/certificates/verify/"
MINE = "/api/v1/users/me/certificates/"


@pytest.fixture
def event() -> Any:
    return make_event()


@pytest.fixture
def holder() -> Any:
    return UserFactory(first_name="Grace", last_name="Hopper")


@pytest.fixture
def row(event: Any, holder: Any) -> Certificate:
    return make_certificate(make_registration(event, user=holder, email=holder.email, full_name="Grace Hopper"))


def revoke(client: Any, row: Certificate, **body: Any) -> Any:
    return client.post(f"/api/v1/events/{row.event_id}/certificates/{row.pk}/revoke/", {"reason": "Wrong name"} | body)


# Numbers


def test_numbers_are_random_long_and_checked() -> None:
    numbers = {new_certificate_id() for _ in range(2000)}
    assert len(numbers) == 2000
    for number in list(numbers)[:50]:
        assert len(number.replace("-", "")) == 20
        assert read_certificate_id(number) == number
        assert read_certificate_id(f" {number.lower().replace('-', ' ')} ") == number


def test_every_slip_and_every_swap_is_noticed() -> None:
    plain = new_certificate_id().replace("-", "")
    for place in range(20):
        for symbol in ALPHABET:
            if symbol != plain[place]:
                assert read_certificate_id(plain[:place] + symbol + plain[place + 1 :]) is None
    for place in range(19):
        if plain[place] != plain[place + 1]:
            swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
            assert read_certificate_id(swapped) is None


def test_lookalikes_are_read_as_meant() -> None:
    while True:
        number = new_certificate_id()
        if "0" in number and "1" in number:
            break
    assert read_certificate_id(number.replace("0", "o").replace("1", "l")) == number


# Revoking


def test_revoking(api_as: Any, event: Any, row: Certificate) -> None:  # A57
    client = api_as(event.owner)
    answer = revoke(client, row, category="error")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["revocation_category"], body["revocation_reason"]) == (
        "revoked",
        "error",
        "Wrong name",
    )
    assert body["pdf_url"] is None
    registration = Registration.objects.get(pk=row.registration_id)
    assert (registration.certificate_issued, registration.certificate_issued_at) == (False, None)
    event.refresh_from_db()
    assert event.certificate_count == 0
    last = CertificateStatusHistory.objects.last()
    assert last is not None
    assert (last.from_status, last.to_status, last.changed_by_id) == ("issued", "revoked", event.owner_id)
    assert Fact.objects.filter(name="certificates.certificate_revoked").count() == 1
    again = revoke(client, row)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_REVOKED")
    assert CertificateStatusHistory.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": ""}, 400),
        ({"reason": None}, 400),
        ({"reason": "x" * 501}, 422),
        ({"reason": "a\x00b"}, 422),
        ({"category": "bored"}, 422),
        ({"notify_attendee": "maybe"}, 422),
    ],
)
def test_revoking_needs_a_reason(api_as: Any, event: Any, row: Certificate, body: Any, status: int) -> None:
    assert revoke(api_as(event.owner), row, **body).status_code == status
    row.refresh_from_db()
    assert row.status == "issued"


def test_only_a_named_order_reissues(api_as: Any, event: Any, row: Certificate, drain: Any) -> None:  # A58
    client, url = api_as(event.owner), f"/api/v1/events/{event.pk}/certificates/issue/"
    revoke(client, row)
    assert client.post(url, {}).json()["issued"] == 0
    answer = client.post(url, {"registration_uuids": [str(row.registration_id)]})
    assert answer.json()["issued"] == 1
    new = Certificate.objects.get(status="issued")
    assert new.certificate_id != row.certificate_id
    assert client.get(f"{VERIFY}{row.certificate_id}/").json()["valid"] is False
    assert client.get(f"{VERIFY}{new.certificate_id}/").json()["valid"] is True


# Verifying


def test_a_genuine_one(api: Any, row: Certificate) -> None:  # A59
    answer = api.get(f"{VERIFY}{row.certificate_id}/")
    assert answer.status_code == 200
    assert answer.json() == {
        "valid": True, "certificate_id": row.certificate_id, "status": "issued", "details_private": False,
        "attendee_name": "Grace Hopper", "event_title": "Clinical Ethics in Practice", "event_date": "2026-03-14",
        "organizer_name": "City Academy", "cpd_type": "CME", "cpd_credits": 2.5, "hours_completed": 1.5,
        "issued_at": "2026-03-20T12:00:00Z", "verification_url": f"http://testserver/verify/{row.certificate_id}/",
    }  # fmt: skip
    row.refresh_from_db()
    assert (row.view_count, row.first_viewed_at is not None) == (1, True)


def test_one_that_was_typed_by_hand(api: Any, row: Certificate) -> None:
    assert api.get(f"{VERIFY}{row.certificate_id.lower().replace('-', '')}/").json()["valid"] is True


@pytest.mark.parametrize("wrong", ["nonsense", "00000-00000-00000-00001", "a" * 5000, "%00", "😀", "../etc", "x%2Fy"])
def test_an_unknown_one(api: Any, wrong: str) -> None:
    answer = api.get(f"{VERIFY}{wrong}/")
    assert answer.status_code == 404
    if wrong not in ("x%2Fy", "../etc"):
        assert answer.json()["valid"] is False
        assert answer.json()["error"]["code"] == "CERTIFICATE_NOT_FOUND"


def test_a_random_but_well_formed_number_is_unknown(api: Any) -> None:
    answer = api.get(f"{VERIFY}{new_certificate_id()}/")
    assert (answer.status_code, answer.json()["valid"]) == (404, False)


def test_one_whose_holder_keeps_it_private(api: Any, row: Certificate) -> None:  # A59 H07
    Registration.objects.filter(pk=row.registration_id).update(allow_public_verification=False)
    answer = api.get(f"{VERIFY}{row.certificate_id}/")
    assert answer.status_code == 200
    assert answer.json() == {
        "valid": True, "certificate_id": row.certificate_id, "status": "issued", "details_private": True,
    }  # fmt: skip


def test_a_revoked_one_says_so_and_little_else(api: Any, api_as: Any, event: Any, row: Certificate) -> None:  # A59
    revoke(api_as(event.owner), row, category="misconduct", reason="Somebody else sat there")
    body = api.get(f"{VERIFY}{row.certificate_id}/").json()
    assert (body["valid"], body["status"], body["revocation_category"]) == (False, "revoked", "misconduct")
    assert "Grace" not in str(body)
    assert "Somebody else" not in str(body)


def test_a_deleted_one_is_unknown(api: Any, row: Certificate) -> None:
    row.soft_delete(at=AT)
    assert api.get(f"{VERIFY}{row.certificate_id}/").status_code == 404
    assert verification(row.certificate_id, AT).known is False


def test_verifying_is_throttled(api: Any, row: Certificate, settings: Any) -> None:  # A59
    settings.THROTTLES = {**settings.THROTTLES, "public_read": "2/hour"}
    statuses = [api.get(f"{VERIFY}{row.certificate_id}/").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


# One's own


def test_ones_own(api_as: Any, holder: Any, row: Certificate, drain: Any) -> None:
    client = api_as(holder)
    make_certificate(make_registration(row.event))
    waiting = client.get(f"{MINE}{row.pk}/download/")
    assert (waiting.status_code, waiting.json()["error"]["code"]) == (404, "NO_PDF")
    drain()
    assert client.get(MINE).json()["count"] == 1
    body = client.get(f"{MINE}{row.pk}/").json()
    assert (body["certificate_id"], body["skill_tags"], body["hours_completed"]) == (
        row.certificate_id,
        ["ethics"],
        1.5,
    )
    row.refresh_from_db()
    assert row.pdf_key not in str(body)  # A60
    link = client.get(f"{MINE}{row.pk}/download/").json()["download_url"]
    got = client.get(link.replace("http://testserver", ""))
    assert b"".join(got.streaming_content).startswith(b"%PDF-")
    assert row.certificate_id in got["Content-Disposition"]
    row.refresh_from_db()
    assert (row.download_count, row.first_downloaded_at is not None) == (1, True)


def test_links_expire(api_as: Any, holder: Any, row: Certificate, drain: Any, monkeypatch: Any) -> None:
    drain()
    link = api_as(holder).get(f"{MINE}{row.pk}/download/").json()["download_url"]
    real = storage.clock.real_now()
    monkeypatch.setattr(storage.clock, "real_now", lambda: real + timedelta(hours=2))
    assert api_as(holder).get(link.replace("http://testserver", "")).status_code in (403, 404, 410)


def test_a_revoked_one_is_not_given_out(
    api_as: Any, event: Any, holder: Any, row: Certificate, drain: Any
) -> None:  # A60
    drain()
    revoke(api_as(event.owner), row)
    answer = api_as(holder).get(f"{MINE}{row.pk}/download/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CERTIFICATE_REVOKED")
    body = api_as(holder).get(f"{MINE}{row.pk}/").json()
    assert (body["pdf_url"], body["status"]) == (None, "revoked")
    row.refresh_from_db()
    assert row.download_count == 0


def test_the_hubs_routes(api_as: Any, holder: Any, row: Certificate) -> None:
    client = api_as(holder)
    listed = client.get("/api/v1/certificates/").json()["results"][0]
    assert (listed["certificate_number"], listed["is_downloaded"]) == (row.certificate_id, False)
    marked = client.post(f"/api/v1/certificates/{row.pk}/mark-downloaded/")
    assert (marked.status_code, marked.json()["is_downloaded"], marked.json()["download_count"]) == (200, True, 1)
    assert client.get(f"/api/v1/certificates/{row.pk}/").json()["downloaded_at"]


def test_somebody_elses_is_not_there(api: Any, api_as: Any, row: Certificate) -> None:
    paths = [
        ("get", f"{MINE}{row.pk}/"), ("get", f"{MINE}{row.pk}/download/"), ("get", f"/api/v1/certificates/{row.pk}/"),
        ("post", f"/api/v1/certificates/{row.pk}/mark-downloaded/"),
    ]  # fmt: skip
    for method, path in paths:
        assert getattr(api, method)(path).status_code == 401
        for other in (UserFactory(), row.event.owner, StaffFactory()):
            assert getattr(api_as(other), method)(path).status_code == 404, path
    assert api_as(UserFactory()).get(MINE).json()["count"] == 0
    assert api.get(MINE).status_code == 401
    for wrong in ("x", "00000000-0000-0000-0000-000000000000"):
        assert api_as(UserFactory()).get(f"{MINE}{wrong}/download/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_ones_own_list_takes_the_same_queries(
    api_as: Any, holder: Any, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make_certificate(make_registration(make_event(), user=holder, email=holder.email))
    with django_assert_num_queries(2):
        assert api_as(holder).get(MINE).json()["count"] == count


# PDF and mail


def test_the_pdf_is_made_once_and_the_same_whenever(row: Certificate, drain: Any) -> None:
    drain()
    row.refresh_from_db()
    first = storage.read(row.pdf_key)
    assert first == pdf_of(row)
    key = row.pdf_key
    drain()
    row.refresh_from_db()
    assert row.pdf_key == key
    assert row.certificate_id in text_of(first)


def test_the_mail_follows_the_pdf_and_carries_it(row: Certificate, drain: Any) -> None:  # A62
    assert mail.outbox == []
    drain()
    assert len(mail.outbox) == 1
    message = mail.outbox[0]
    assert message.to == [row.registration.email] or row.registration.email in message.to[0]
    row.refresh_from_db()
    attached = next(part for part in message.message().walk() if part.get_content_type() == "application/pdf")
    assert attached.get_payload(decode=True) == storage.read(row.pdf_key)
    assert attached.get_filename() == f"certificate-{row.certificate_id}.pdf"
    assert f"http://testserver/verify/{row.certificate_id}/" in mail_text_of(message)
    assert "Clinical Ethics" in html_of(message)
    drain()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("why", ["not asked", "preference"])
def test_no_mail_when_nobody_wants_it(event: Any, holder: Any, drain: Any, why: str) -> None:
    if why == "preference":
        decline(holder, Topic.CERTIFICATE_ISSUED)
    registration = make_registration(event, user=holder, email=holder.email)
    make_certificate(registration, send_notification=why == "preference")
    drain()
    assert mail.outbox == []
    assert Certificate.objects.get().pdf_state == "ready"


@pytest.mark.parametrize("notify", [True, False])
def test_the_holder_hears_of_a_revocation(api_as: Any, event: Any, row: Certificate, drain: Any, notify: bool) -> None:
    drain()
    mail.outbox.clear()
    revoke(api_as(event.owner), row, category="error", notify_attendee=notify)
    drain()
    assert len(mail.outbox) == int(notify)
    if notify:
        assert "Wrong name" in mail_text_of(mail.outbox[0])


def test_one_revoked_before_its_pdf_gets_neither(api_as: Any, event: Any, row: Certificate, drain: Any) -> None:
    revoke(api_as(event.owner), row, notify_attendee=False)
    drain()
    row.refresh_from_db()
    assert (row.pdf_state, row.pdf_key) == ("skipped", "")
    assert mail.outbox == []


def test_storage_trouble_passes(row: Certificate, drain: Any, monkeypatch: Any) -> None:
    real = storage.store
    monkeypatch.setattr(storage, "store", lambda *a, **k: (_ for _ in ()).throw(OSError("disk")))
    drain()
    row.refresh_from_db()
    assert (row.pdf_state, row.pdf_attempts, row.pdf_error) == ("pending", 1, "OSError")
    assert mail.outbox == []
    monkeypatch.setattr(storage, "store", real)
    Certificate.objects.update(pdf_due_at=clock.now())
    drain()
    row.refresh_from_db()
    assert row.pdf_state == "ready"
    assert len(mail.outbox) == 1


# Privacy


def test_personal_data(holder: Any, row: Certificate) -> None:
    held = dict(export_person(holder.person))
    assert held["certificates.json"][0]["certificate_id"] == row.certificate_id
    assert "pdf_key" not in held["certificates.json"][0]
    erase_person(holder.person, at=AT)
    row.refresh_from_db()
    assert row.certificate_data["attendee_name"] == "Grace Hopper"
    assert row.certificate_data["attendee_email"] == ""
