"""The door that Zoom posts to: what it takes, what it refuses, and that nothing is stored twice."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from lyceum.core import clock
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import Outcome
from lyceum.integrations.inbound.services import receive as receiving
from lyceum.integrations.zoom.fake import FakeMeeting, FakeZoom, HttpSender, Person
from lyceum.integrations.zoom.rules.signature import sign

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

ADDRESS = "/api/v1/webhooks/zoom/"
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MEETING = FakeMeeting("85746065432", "4444AAAiAAAAAiAiAiiAii==", START)
ADA = Person("Ada", "ada@example.org", uuid="p-1", user_id="16778240")


def handled(*_: Any, **__: Any) -> Outcome:
    return Outcome()


@pytest.fixture(autouse=True)
def _handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "find_handler", lambda _, kind: handled if "participant" in kind else None)


def test_a_signed_delivery_is_stored_and_answered_at_once(zoom: FakeZoom) -> None:
    status, answer = zoom.exchange(MEETING.joined(ADA, START), at=clock.now())
    assert (status, answer) == (200, {"status": "received"})
    row = InboundDelivery.objects.get()
    assert row.status == "pending"
    assert row.event_type == "meeting.participant_joined"
    assert row.occurred_at == START  # B05: milliseconds became an aware time
    assert row.subject == "85746065432"
    assert row.occurrence == "4444AAAiAAAAAiAiAiiAii=="


def test_the_answer_costs_one_statement(zoom: FakeZoom, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert zoom.deliver(MEETING.joined(ADA, START), at=clock.now()) == 200


@pytest.mark.parametrize("signature", ["v0=" + "0" * 64, "", "v0=é", "nonsense"])  # A88, B07: not ASCII either
def test_a_forged_delivery_is_refused(zoom: FakeZoom, signature: str) -> None:
    body = json.dumps(MEETING.joined(ADA, START)).encode()
    headers = zoom.headers(body, at=clock.now())
    headers["x-zm-signature"] = signature
    response = Client().post(ADDRESS, data=body, content_type="application/json", headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "SIGNATURE_INVALID"
    assert not InboundDelivery.objects.exists()


def test_a_changed_body_is_refused(zoom: FakeZoom) -> None:
    body = json.dumps(MEETING.joined(ADA, START)).encode()
    headers = zoom.headers(body, at=clock.now())
    respaced = json.dumps(json.loads(body), indent=1).encode()  # H04: raw bytes, not re-serialised JSON
    response = Client().post(ADDRESS, data=respaced, content_type="application/json", headers=headers)
    assert response.status_code == 401
    assert not InboundDelivery.objects.exists()


def test_no_headers_at_all_is_refused(client: Client) -> None:
    response = client.post(ADDRESS, data=b"{}", content_type="application/json")
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(0), 200),
        (timedelta(minutes=85), 200),  # Zoom's third retry comes 85 minutes after the first try.
        (timedelta(minutes=119), 200),
        (timedelta(minutes=121), 401),
        (timedelta(days=1), 401),  # A86, B06
        (timedelta(minutes=-4), 200),
        (timedelta(minutes=-6), 401),
    ],
)
def test_only_fresh_deliveries_are_taken(zoom: FakeZoom, age: timedelta, status: int) -> None:
    assert zoom.deliver(MEETING.joined(ADA, START), at=clock.now() - age) == status
    assert InboundDelivery.objects.count() == (1 if status == 200 else 0)


@pytest.mark.parametrize("timestamp", ["", "soon", "-5", "1" * 13, "²³", "1e9", "nan"])
def test_a_signed_but_unreadable_time_is_refused(timestamp: str) -> None:
    raw = timestamp.encode("latin-1", "replace")
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": sign("zoom-test-secret", raw, b"{}").decode()}
    response = Client().post(ADDRESS, data=b"{}", content_type="application/json", headers=headers)
    assert response.status_code == 401


@pytest.mark.parametrize("secret", ["", "   "])
def test_without_a_secret_nothing_is_trusted(zoom: FakeZoom, settings: Any, secret: str) -> None:
    # A87, B06, H04: whoever signs with the blank secret is refused, and Zoom tries again later.
    settings.ZOOM_WEBHOOK_SECRET = secret
    body = b'{"event": "meeting.started"}'
    stamp = str(int(clock.now().timestamp()))
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": sign(secret, stamp.encode(), body).decode()}
    response = Client().post(ADDRESS, data=body, content_type="application/json", headers=headers)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert not InboundDelivery.objects.exists()


def test_the_address_check_is_answered(zoom: FakeZoom) -> None:
    body = {"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
    status, answer = zoom.exchange(body, at=clock.now())  # A85
    assert status == 200
    assert answer == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": "ae7c940e5051b2a17c1c49f4818fff9a88e210f5d820ff3c862635e27c93a4d9",
    }
    assert not InboundDelivery.objects.exists()


def test_the_address_check_signs_nothing_for_strangers(client: Client) -> None:
    # B01: the signature comes first, so nobody can have a text of theirs signed.
    body = {"event": "endpoint.url_validation", "payload": {"plainToken": "v0:1:{}"}}
    response = client.post(ADDRESS, data=body, content_type="application/json")
    assert response.status_code == 401
    assert "encryptedToken" not in response.json()


@pytest.mark.parametrize("token", ["v0:1700000000:{}", "", None, 5, ["a"], "a" * 129, "ä"])
def test_the_address_check_signs_only_tokens(zoom: FakeZoom, token: Any) -> None:
    body = {"event": "endpoint.url_validation", "payload": {"plainToken": token}}  # B01
    status, answer = zoom.exchange(body, at=clock.now())
    assert status == 422
    assert answer["error"]["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b'"x"', 400),
        (b"null", 400),
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),  # A88: not UTF-8
        (b'{"event": NaN}', 400),
        (b'{"event": null}', 400),
        (b'{"event": 5}', 400),
        (b'{"event": "  "}', 400),
        (b'{"event_ts": 1}', 400),
        (b"[" * 100_000, 413),
        (b'{"event": "a", "n": ' + b"[" * 32 + b"]" * 32 + b"}", 413),
        (b'{"event": "a", "n": ' + b"9" * 5000 + b"}", 400),
        (b'{"event": "meeting.participant_joined", "payload": null}', 200),  # B07
        (b'{"event": "meeting.participant_joined", "payload": []}', 200),
        (b'{"event": "meeting.participant_joined", "payload": {"object": {"id": null, "participant": 3}}}', 200),
        (b'{"event": "meeting.participant_joined", "event_ts": "soon"}', 200),
        (b'{"event": "meeting.participant_joined", "event_ts": 1e400}', 200),
        (b'{"event": "meeting.participant_joined", "event_ts": 99999999999999999}', 200),
        (b'{"event": "meeting.participant_joined", "event_ts": true}', 200),
        (b'{"event": "meeting.participant_joined", "a": "\\u0000 \\ud800"}', 200),
        (b'{"event": "meeting.participant_joined", "\\u0000": 1}', 200),
        (b'{"event": "' + b"x" * 5000 + b'"}', 200),
        (b'{"event": "meeting.participant_joined", "payload": {"object": {"uuid": "' + b"u" * 500 + b'"}}}', 200),
    ],
)
def test_no_signed_body_breaks_the_door(zoom: FakeZoom, body: bytes, status: int) -> None:
    assert zoom.deliver(body, at=clock.now()) == status
    assert InboundDelivery.objects.count() == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("meeting_id", "stored"),
    [
        ("85746065432", "85746065432"),
        (85746065432, "85746065432"),
        ("857 4606 5432", "85746065432"),
        (None, ""),
        ("", ""),
        ("None", ""),
        (True, ""),
        ({}, ""),
        ("9" * 30, ""),
    ],
)
def test_a_meeting_id_is_digits_or_blank(zoom: FakeZoom, meeting_id: Any, stored: str) -> None:
    body = MEETING.joined(ADA, START)  # B10
    body["payload"]["object"]["id"] = meeting_id
    assert zoom.deliver(body, at=clock.now()) == 200
    assert InboundDelivery.objects.get().subject == stored


def test_a_body_that_is_too_large_is_refused_unread(settings: Any, client: Client) -> None:
    settings.WEBHOOK_MAX_BYTES = 1000  # B52
    response = client.post(ADDRESS, data=b"x" * 1001, content_type="application/json")
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_only_post_is_offered(client: Client, method: str) -> None:
    assert getattr(client, method)(ADDRESS).status_code == 405


def test_a_second_copy_is_answered_and_not_stored(zoom: FakeZoom) -> None:
    body = MEETING.joined(ADA, START)
    for minutes in (0, 5, 20, 60):  # A89, B02, B03: each retry has headers of its own
        assert zoom.deliver(body, at=clock.now() - timedelta(minutes=minutes)) == 200
    assert zoom.deliver(json.dumps(body, indent=3).encode(), at=clock.now()) == 200
    assert InboundDelivery.objects.count() == 1


def test_different_happenings_are_not_taken_for_copies(zoom: FakeZoom) -> None:
    other = Person("Ada", "ada@example.org", uuid="p-2", user_id="16778241")
    bodies = [
        MEETING.joined(ADA, START),
        MEETING.joined(other, START),
        MEETING.left(ADA, START),
        MEETING.joined(ADA, START + timedelta(seconds=1)),
        FakeMeeting("85746065432", "another-occurrence", START).joined(ADA, START),
        MEETING.joined(Person("X"), START),
        MEETING.joined(Person("Y"), START),
    ]
    for body in bodies:
        assert zoom.deliver(body, at=clock.now()) == 200
    assert InboundDelivery.objects.count() == 7


def test_what_nobody_handles_is_kept_as_skipped_without_names(zoom: FakeZoom) -> None:
    # G07, B09, B08
    body = MEETING.other("chat_message_sent", START, registrant={"email": "ada@example.org", "first_name": "Ada"})
    body["download_token"] = "very-secret"
    assert zoom.deliver(body, at=clock.now()) == 200
    row = InboundDelivery.objects.get()
    assert row.status == "skipped"
    assert row.due_at is None
    assert "ada" not in json.dumps(row.payload).lower()
    assert "very-secret" not in json.dumps(row.payload)


def test_secrets_and_foreign_headers_are_never_stored(zoom: FakeZoom) -> None:
    body = MEETING.joined(ADA, START)  # B08
    body["payload"]["object"].update(password="pass-code", join_url="https://zoom.us/secret")
    body["payload"]["object"]["participant"]["phone_number"] = "+41 44 000 00 00"
    raw = json.dumps(body).encode()
    headers = zoom.headers(raw, at=clock.now()) | {"authorization": "Bearer x", "cookie": "a=b", "x-zm-trackingid": "t"}
    assert Client().post(ADDRESS, data=raw, content_type="application/json", headers=headers).status_code == 200
    row = InboundDelivery.objects.get()
    kept = json.dumps(row.payload)
    assert all(secret not in kept for secret in ("pass-code", "zoom.us/secret", "+41"))
    assert set(row.headers) == {"user-agent", "x-zm-request-timestamp", "x-zm-trackingid"}


def test_no_throttle_stands_at_this_door(zoom: FakeZoom, settings: Any) -> None:
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES, "1/hour")  # A84
    for second in range(5):
        assert zoom.deliver(MEETING.joined(ADA, START + timedelta(seconds=second)), at=clock.now()) == 200
    assert InboundDelivery.objects.count() == 5


def test_a_database_that_is_down_asks_zoom_to_try_again(zoom: FakeZoom, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(receiving, "_store", down)
    status, answer = zoom.exchange(MEETING.joined(ADA, START), at=clock.now())
    assert status == 503
    assert answer["error"]["code"] == "SERVICE_UNAVAILABLE"


@pytest.mark.django_db(transaction=True)
def test_deliveries_come_over_a_real_socket(live_server: Any, settings: Any) -> None:
    sender = HttpSender(live_server.url)
    zoom = FakeZoom(secret=settings.ZOOM_WEBHOOK_SECRET, sender=sender)
    assert zoom.deliver(MEETING.joined(ADA, START), at=clock.now()) == 200
    assert zoom.deliver(MEETING.joined(ADA, START), at=clock.now(), signature="v0=1") == 401
    sender.close()
    assert InboundDelivery.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_from_twenty_threads_is_stored_once(zoom: FakeZoom) -> None:
    # B04
    body, barrier, statuses = MEETING.joined(ADA, START), threading.Barrier(20), list[int]()

    def send() -> None:
        barrier.wait()
        statuses.append(zoom.deliver(body, at=clock.now()))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 20
    assert InboundDelivery.objects.count() == 1
