"""What the mail provider reports."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lyceum.core import clock
from lyceum.core.work.due_work import drain
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services.replay import replay_deliveries

pytestmark = pytest.mark.django_db
URL = "/api/v1/webhooks/email/"
AT = datetime(2026, 5, 1, tzinfo=UTC)
SIGNED = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"lyceum:a long secret").decode()}


@pytest.fixture
def postmark(settings: Any) -> EmailLog:
    settings.EMAIL_BACKEND = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "lyceum:a long secret", "POSTMARK_SERVER_TOKEN": "x"}
    return EmailLog.objects.create(
        kind="registrations.confirmation", recipient_email="ada@example.org", status="sent", queued_at=AT,
        due_at=AT, provider_message_id="883953f4-6105-42a2-a16a-77a8eac79483",
    )  # fmt: skip


def told(kind: str, **more: Any) -> str:
    said = {"RecordType": kind, "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "Email": "ada@example.org"}
    return json.dumps({**said, "DeliveredAt": "2026-05-01T10:00:00Z", "ReceivedAt": "2026-05-01T11:00:00Z", **more})


def post(client: Any, body: Any, **headers: str) -> Any:
    """Send a report, and do the work that it leaves."""
    answer = client.post(URL, body, content_type="application/json", **headers)
    drain()
    return answer


def test_a_report_moves_the_mail_forward_only(client: Any, postmark: EmailLog) -> None:  # B40
    assert post(client, told("Open"), **SIGNED).status_code == 200
    answer = post(client, told("Delivery"), **SIGNED)
    assert (answer.status_code, answer.json()) == (200, {"status": "received"})
    postmark.refresh_from_db()
    assert (postmark.status, postmark.open_count) == ("opened", 1)
    assert postmark.delivered_at is not None


def test_a_hard_bounce_stops_mail_and_a_soft_one_does_not(client: Any, postmark: EmailLog) -> None:  # B41
    soft = told("Bounce", Type="SoftBounce", TypeCode=4096, BouncedAt="2026-05-01T10:00:00Z", ID=1)
    assert post(client, soft, **SIGNED).status_code == 200
    assert not Suppression.objects.exists()
    hard = told("Bounce", Type="HardBounce", TypeCode=1, BouncedAt="2026-05-01T10:00:00Z", ID=1)
    assert post(client, hard, **SIGNED).status_code == 200
    assert Suppression.objects.get().email == "ada@example.org"


@pytest.mark.parametrize("header", ["", "Basic x", "Basic " + base64.b64encode(b"a:b").decode(), "Bearer x"])
def test_nobody_else_reports(client: Any, postmark: EmailLog, header: str) -> None:
    answer = post(client, told("Delivery"), HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SIGNATURE_INVALID")
    postmark.refresh_from_db()
    assert postmark.status == "sent"


@pytest.mark.parametrize("body", ["", "[]", '"x"', "null", "{", '{"RecordType": 5}', b"\xff", '{"RecordType":"Open"}'])
def test_a_signed_body_that_says_nothing_breaks_nothing(client: Any, postmark: EmailLog, body: Any) -> None:
    assert post(client, body, **SIGNED).status_code in (200, 400)


def test_without_a_secret_it_is_closed(client: Any, settings: Any) -> None:
    assert post(client, told("Delivery")).status_code == 401
    settings.EMAIL_BACKEND, settings.ANYMAIL = "postmark", {}
    assert post(client, told("Delivery"), **SIGNED).status_code == 503
    settings.EMAIL_BACKEND = "mailgun"
    assert post(client, told("Delivery"), **SIGNED).status_code == 503
    assert client.get(URL).status_code == 405


def test_a_huge_one_is_refused(client: Any, postmark: EmailLog, settings: Any) -> None:
    assert post(client, "x" * (settings.WEBHOOK_MAX_BYTES + 1), **SIGNED).status_code == 413


@pytest.mark.parametrize(
    "provider",
    [
        "brevo",
        "mailersend",
        "mailgun",
        "mailjet",
        "mandrill",
        "postal",
        "resend",
        "sendgrid",
        "sparkpost",
        "unisender_go",
    ],
)
@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
def test_every_provider_is_read(client: Any, settings: Any, provider: str) -> None:
    settings.EMAIL_BACKEND = provider
    keys = ("MAILERSEND_SIGNING_SECRET", "MAILGUN_WEBHOOK_SIGNING_KEY", "MANDRILL_WEBHOOK_KEY", "UNISENDER_GO_API_KEY")
    settings.ANYMAIL = {"WEBHOOK_SECRET": "lyceum:a long secret", **dict.fromkeys(keys, "k")}
    assert post(client, "{}").status_code in (401, 503)
    assert post(client, "[]", **SIGNED).status_code in (200, 400, 401, 503)


def test_a_report_is_stored_once_and_names_nobody(client: Any, postmark: EmailLog) -> None:
    for _ in range(3):  # A provider that got no answer in time sends the same again.
        assert post(client, told("Open"), **SIGNED).status_code == 200
    row = InboundDelivery.objects.get()
    assert (row.source, row.event_type, row.status) == ("email", "opened", "completed")
    assert row.subject == "883953f4-6105-42a2-a16a-77a8eac79483"
    assert row.occurred_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert "ada" not in str(row.payload)
    postmark.refresh_from_db()
    assert postmark.open_count == 1


def test_the_answer_does_not_wait_for_the_work(client: Any, postmark: EmailLog) -> None:
    assert client.post(URL, told("Delivery"), content_type="application/json", **SIGNED).status_code == 200
    postmark.refresh_from_db()
    assert postmark.status == "sent"
    assert InboundDelivery.objects.get().status == "pending"


def test_another_opening_is_another_report(client: Any, postmark: EmailLog) -> None:
    post(client, told("Open"), **SIGNED)
    post(client, told("Open", ReceivedAt="2026-05-01T12:00:00Z"), **SIGNED)
    postmark.refresh_from_db()
    assert postmark.open_count == 2


def test_a_report_about_an_unknown_mail_waits_for_an_operator(client: Any, postmark: EmailLog) -> None:
    EmailLog.objects.update(provider_message_id="")
    post(client, told("Delivery"), **SIGNED)
    row = InboundDelivery.objects.get()
    assert (row.status, row.error_message) == ("skipped", "No mail here has this id.")
    EmailLog.objects.update(provider_message_id="883953f4-6105-42a2-a16a-77a8eac79483")
    assert replay_deliveries(ids=[row.pk], at=clock.now()) == 1
    drain()
    postmark.refresh_from_db()
    assert postmark.status == "delivered"


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
def test_many_reports_in_one_request(client: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "sendgrid"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "lyceum:a long secret", "SENDGRID_API_KEY": "x"}
    events = [
        {"event": "open", "anymail_id": f"m-{number}", "sg_event_id": f"e-{number}", "timestamp": 1777629600}
        for number in range(3)
    ]
    assert post(client, json.dumps([*events, events[0]]), **SIGNED).status_code == 200
    assert sorted(InboundDelivery.objects.values_list("subject", flat=True)) == ["m-0", "m-1", "m-2"]
