"""The inbox serves any vendor: another source goes the same way as Zoom and the mail provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lyceum.core.errors import Refusal
from lyceum.integrations.inbound import ports
from lyceum.integrations.inbound.errors import SignatureInvalid
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import ImmediateAnswer, NewDelivery, Outcome, SignedRequest
from lyceum.integrations.inbound.services.forget_address import forget_addresses
from lyceum.integrations.inbound.services.process import process_backlog, process_due_deliveries
from lyceum.integrations.inbound.services.receive import receive

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@dataclass
class Request:
    body: bytes = b"evt_1 evt_2"
    headers: Mapping[str, str] = ()  # type: ignore[assignment]


class Bank:
    """A vendor whose requests hold several messages, one behind the other."""

    name = "bank"

    def verify(self, request: SignedRequest, *, at: datetime) -> None:
        if request.body.startswith(b"forged"):
            raise SignatureInvalid

    def read(self, request: SignedRequest, *, at: datetime) -> Sequence[NewDelivery] | ImmediateAnswer:
        if request.body == b"ping":
            return ImmediateAnswer({"pong": "yes"})
        return [
            NewDelivery(key, "paid", at, {"payer": {"email": "Ada@example.org"}, "id": key}, subject="order-1")
            for key in request.body.decode().split()
        ]

    def interpret(self, payload: Mapping[str, Any], *, received_at: datetime) -> str:
        return str(payload["id"])

    def redact(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": payload["id"]}


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    found = Bank()
    monkeypatch.setitem(ports._SOURCES, "bank", found)
    return found


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def handle(delivery: str, *, at: datetime) -> Outcome:
        found.append(delivery)
        return Outcome(skipped="No such order.", may_come_later=True) if delivery == "evt_9" else Outcome()

    monkeypatch.setitem(ports._HANDLERS, ("bank", "paid"), handle)
    return found


def test_each_message_of_a_request_is_stored_and_done_once(bank: Bank, seen: list[str]) -> None:
    assert receive(source=bank, request=Request(), at=AT) == {"status": "received"}
    assert receive(source=bank, request=Request(b"evt_2 evt_3 evt_3"), at=AT) == {"status": "received"}
    assert process_due_deliveries(AT) == 3
    assert sorted(seen) == ["evt_1", "evt_2", "evt_3"]
    assert set(InboundDelivery.objects.values_list("source", "status")) == {("bank", "completed")}
    assert "example.org" not in str(list(InboundDelivery.objects.values_list("payload", flat=True)))


def test_what_is_not_signed_is_not_read(bank: Bank, seen: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        receive(source=bank, request=Request(b"forged"), at=AT)
    assert refused.value.status == 401
    assert not InboundDelivery.objects.exists()


def test_a_check_of_the_address_is_answered_and_not_stored(bank: Bank) -> None:
    assert receive(source=bank, request=Request(b"ping"), at=AT) == {"pong": "yes"}
    assert not InboundDelivery.objects.exists()


def test_a_request_that_says_nothing_is_answered(bank: Bank) -> None:
    assert receive(source=bank, request=Request(b""), at=AT) == {"status": "received"}
    assert not InboundDelivery.objects.exists()


def test_the_same_key_of_two_vendors_is_two_deliveries(bank: Bank, seen: list[str]) -> None:
    InboundDelivery.objects.create(
        source="zoom", external_id="evt_1", event_type="meeting.started", occurred_at=AT, received_at=AT
    )
    receive(source=bank, request=Request(b"evt_1"), at=AT)
    assert sorted(InboundDelivery.objects.values_list("source", flat=True)) == ["bank", "zoom"]


def test_without_a_handler_nothing_personal_is_kept(bank: Bank) -> None:
    receive(source=bank, request=Request(b"evt_1"), at=AT)
    row = InboundDelivery.objects.get()
    assert (row.status, row.due_at, row.payload) == ("skipped", None, {"id": "evt_1"})


def test_an_address_is_forgotten_in_every_source(bank: Bank, seen: list[str]) -> None:
    receive(source=bank, request=Request(b"evt_9"), at=AT)
    process_due_deliveries(AT)
    zoom = InboundDelivery.objects.create(
        source="zoom", external_id="z", event_type="meeting.participant_joined", occurred_at=AT, received_at=AT,
        payload={"payload": {"object": {"id": 5, "participant": {"email": "ada@example.org", "user_id": "7"}}}},
    )  # fmt: skip
    assert forget_addresses(["ada@example.org"], at=AT) == 2
    assert "example.org" not in str(list(InboundDelivery.objects.values_list("payload", flat=True)))
    zoom.refresh_from_db()
    assert zoom.payload == {"payload": {"object": {"id": 5, "participant": {"user_id": "7"}}}}
    assert forget_addresses(["ada@example.org"], at=AT) == 0


def test_a_backlog_is_one_sources_own(bank: Bank, seen: list[str]) -> None:
    receive(source=bank, request=Request(b"evt_1"), at=AT)
    InboundDelivery.objects.update(due_at=AT + timedelta(hours=1))
    assert process_backlog(source="zoom", subjects=["order-1"], at=AT) is True
    assert seen == []
    assert process_backlog(source="bank", subjects=["order-1"], at=AT) is True
    assert seen == ["evt_1"]


def test_a_source_and_a_handler_are_registered_once(bank: Bank, seen: list[str]) -> None:
    with pytest.raises(TypeError):
        ports.register_source(Bank())
    with pytest.raises(TypeError):
        ports.register_handler("bank", "paid", lambda delivery, *, at: Outcome())
    with pytest.raises(LookupError):
        ports.find_source("post")
