"""`/dev/mail/` and `/dev/clock/`: there with DEBUG, absent without."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lyceum.core import clock
from lyceum.integrations.email.ports import MailContent
from lyceum.integrations.email.services.queue import queue_mail
from lyceum.integrations.email.services.send import send_due
from tests.integrations.email.desk import AT, Desk

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.integrations.email.dev_urlconf")]


@pytest.fixture
def development(settings: Any, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.LYCEUM_DATA = tmp_path
    settings.EMAIL_BACKEND = "files"


def post_two_mails(desk: Desk) -> None:
    desk.behave = lambda log: MailContent(
        subject=f"Hello {log.recipient_name} <b>",
        template="trial",
        context={"name": "<script>alert(1)</script>"},
        attachments=[("proof.pdf", b"%PDF-1", "application/pdf")],
    )
    for name in ("anna", "ben"):
        queue_mail(kind="tests.plain", to=f"{name}@example.org", name=name, at=AT)
    assert send_due(AT) == 2


@pytest.mark.usefixtures("development")
def test_mails_are_listed_newest_first(client: Client, desk: Desk) -> None:
    assert "No mail has been sent yet" in client.get("/dev/mail/").text
    post_two_mails(desk)
    answer = client.get("/dev/mail/", headers={"accept": "application/json"}).json()
    assert answer["count"] == 2
    assert [mail["to"] for mail in answer["results"]] == ["ben <ben@example.org>", "anna <anna@example.org>"]
    assert answer["results"][0]["kind"] == "tests.plain"
    assert answer["results"][0]["subject"] == "Hello ben <b>"
    assert answer["results"][0]["date"] == "2026-05-04T09:30:00Z"
    page = client.get("/dev/mail/", {"q": "ANNA hello"}).text
    assert "Hello anna &lt;b&gt;" in page
    assert "ben@example.org" not in page
    assert "No mail fits" in client.get("/dev/mail/", {"q": "nobody<b>"}).text
    only = client.get("/dev/mail/", {"to": "anna@example.org"}, headers={"accept": "application/json"}).json()
    assert len(only["results"]) == 1


@pytest.mark.usefixtures("development")
def test_one_mail_is_shown_with_all_its_parts(client: Client, desk: Desk) -> None:
    post_two_mails(desk)
    url = client.get("/dev/mail/", headers={"accept": "application/json"}).json()["results"][0]["url"]
    mail = client.get(url, headers={"accept": "application/json"}).json()
    assert "Hello <script>alert(1)</script>," in mail["text"]
    assert "&lt;script&gt;alert(1)" in mail["html"]
    assert {"name": "X-Lyceum-Kind", "value": "tests.plain"} in mail["headers"]
    assert [(part["name"], part["size"]) for part in mail["attachments"]] == [("proof.pdf", 6)]
    assert client.get(f"/dev/mail/{mail['id']}/").status_code == 200
    page = client.get(url)
    assert 'sandbox="allow-popups' in page.text
    assert "<script>alert" not in page.text
    attachment = client.get(mail["attachments"][0]["url"])
    assert attachment.content == b"%PDF-1"
    assert attachment["Content-Disposition"] == 'attachment; filename="proof.pdf"'
    assert client.get(f"{url}attachments/7/").status_code == 404
    assert client.get(f"{url}raw/")["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.usefixtures("development")
def test_the_html_of_a_mail_runs_nothing(client: Client, desk: Desk) -> None:
    post_two_mails(desk)
    url = client.get("/dev/mail/", headers={"accept": "application/json"}).json()["results"][0]["url"]
    frame = client.get(f"{url}html/")
    assert frame["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "sandbox allow-popups" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("development")
@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsecrets", ".hidden", "a" * 500, "%00", "😀", "*"])
def test_a_mail_that_is_not_there(client: Client, name: str, tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    for tail in ("", "html/", "raw/", "attachments/0/"):
        assert client.get(f"/dev/mail/{name}/{tail}").status_code == 404


@pytest.mark.usefixtures("development")
@pytest.mark.parametrize("page", ["0", "-1", "x", "99999", "²", "9" * 50])
def test_any_page_can_be_asked_for(client: Client, desk: Desk, page: str) -> None:
    assert client.get("/dev/mail/", {"page": page, "q": "\x00" * 5000}).status_code == 200


def test_without_debug_there_is_nothing(client: Client) -> None:
    assert client.get("/dev/mail/").status_code == 404
    assert client.get("/dev/clock/").status_code == 404
    assert client.post("/dev/clock/", {"advance_seconds": 5}, content_type="application/json").status_code == 404


@pytest.mark.usefixtures("development")
def test_the_clock_moves_forward_and_stays_there() -> None:
    client = Client(enforce_csrf_checks=True)
    before = datetime.fromisoformat(client.get("/dev/clock/").json()["now"])
    assert abs(before - datetime.now(UTC)) < timedelta(seconds=5)
    answer = client.post("/dev/clock/", {"advance_seconds": 3600}, content_type="application/json")
    assert answer.status_code == 200
    moved = datetime.fromisoformat(answer.json()["now"])
    assert timedelta(minutes=59) < moved - before < timedelta(minutes=61)
    assert clock.now() >= moved
    target = (moved + timedelta(days=365)).isoformat()
    later = client.post("/dev/clock/", {"now": target}, content_type="application/json")
    assert datetime.fromisoformat(later.json()["now"]) - datetime.fromisoformat(target) < timedelta(seconds=5)
    assert client.post("/dev/clock/", {"advance_seconds": "1.5"}).status_code == 200
    assert clock.real_now() - before < timedelta(minutes=1)


@pytest.mark.usefixtures("development")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"advance_seconds": -1}, 422),
        ({"now": "2001-01-01T00:00:00Z"}, 422),
        ({"now": "yesterday"}, 422),
        ({"now": 5}, 422),
        ({"now": "9999-12-31T23:59:59Z"}, 422),
        ({"advance_seconds": 1e300}, 422),
        ({"advance_seconds": "x"}, 422),
        ({"advance_seconds": True}, 422),
        ({"advance_seconds": [1]}, 422),
        ({"now": "2090-01-01T00:00:00Z", "advance_seconds": 1}, 422),
        ({}, 400),
        ({"now": None}, 400),
        ([], 400),
        ("{", 400),
    ],
)
def test_the_clock_refuses_what_it_cannot_do(client: Client, body: Any, status: int) -> None:
    before = client.get("/dev/clock/").json()["now"]
    answer = client.post("/dev/clock/", body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["error"]["status"] == status
    after = client.get("/dev/clock/").json()["now"]
    assert datetime.fromisoformat(after) - datetime.fromisoformat(before) < timedelta(seconds=10)


@pytest.mark.usefixtures("development")
def test_other_methods_are_refused(client: Client) -> None:
    assert client.delete("/dev/clock/").status_code == 405
