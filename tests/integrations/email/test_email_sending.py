"""Mails leave at least once, and three times at most."""

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail.backends.locmem import EmailBackend as LocalMemory

from lyceum.core import clock
from lyceum.core.ids import new_id
from lyceum.core.links import OwnLink
from lyceum.integrations.email.backends.choosing import backend_path
from lyceum.integrations.email.backends.files import mail_folder
from lyceum.integrations.email.checks import email_backend_is_known
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.ports import MailContent, find_kind
from lyceum.integrations.email.services.queue import queue_mail
from lyceum.integrations.email.services.send import MAILS, send_due
from tests.integrations.email.desk import AT, Desk, claim_one
from tests.mailbox import html_of, parsed, secret_link, text_of

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
MINUTE = timedelta(minutes=1)


class Post:
    """A mail server that does as it is told."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, opts: Any) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer_to_data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.received.append(envelope.content)
        return self.answer_to_data


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    handler = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "smtp"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield handler
    controller.stop()


def queue(kind: str = "tests.plain", to: str = "anna@example.org", **more: Any) -> EmailLog:
    row = queue_mail(kind=kind, to=to, **{"at": AT, **more})
    assert row is not None
    return row


def state(row: EmailLog) -> tuple[str, int, str]:
    row.refresh_from_db()
    return row.status, row.attempts, row.error_code


def test_a_mail_goes_over_a_real_socket(post: Post, desk: Desk) -> None:
    desk.behave = lambda log: MailContent(
        subject="Grüße aus Köln 🎓",
        template="trial",
        context={"name": "O'Neill <b>& Søn</b>", "url": OwnLink("https://x.example/r/abc?a=1&b=2")},
        attachments=[
            ("Zoë's proof.pdf", b"%PDF-1.7 \x00\xff", "application/pdf"),
            ("day.ics", b"BEGIN", "text/calendar"),
        ],
    )
    row = queue()
    assert send_due(AT) == 1
    assert state(row) == ("sent", 1, "")
    assert row.provider == "smtp"
    [raw] = post.received
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == "Grüße aus Köln 🎓"
    assert mail["Message-ID"] == f"<{row.id}@localhost>"
    assert mail["Date"].datetime == AT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "O'Neill <b>& Søn</b>" in text_of(raw)
    assert "https://x.example/r/abc?a=1&b=2\n" in text_of(raw).replace("\r\n", "\n")
    assert "O'Neill &lt;b&gt;&amp; Søn&lt;/b&gt;" in html_of(raw)  # H05
    assert 'class="button"' in html_of(raw)
    assert "background-color: #0d5747" in html_of(raw).split('class="button"')[1].split(">")[0]
    attached = [(part.get_filename(), part.get_content_type()) for part in mail.iter_attachments()]
    assert attached == [("Zoë's proof.pdf", "application/pdf"), ("day.ics", "text/calendar")]
    assert "\n\n\n" not in text_of(raw)


def test_a_batch_shares_one_connection(post: Post, desk: Desk) -> None:
    for number in range(3):
        queue(to=f"p{number}@example.org")
    with patch("lyceum.integrations.email.services.send.mail_connection", wraps=_connection) as opened:
        assert send_due(AT) == 3
    assert opened.call_count == 1
    assert len(post.received) == 3


def _connection() -> Any:
    from django.core.mail import get_connection  # noqa: PLC0415 -- the patched name hides the product's own

    return get_connection(backend_path("smtp"))


def test_a_slow_sender_gives_back_what_it_has_not_begun(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [queue(to=f"p{number}@example.org") for number in range(7)]
    seconds = [0.0]

    def slowly(log: EmailLog) -> MailContent | None:
        seconds[0] += 5
        return None

    desk.behave = slowly
    monkeypatch.setattr("lyceum.core.work.batches.monotonic", lambda: seconds[0])
    # Of the second claim, which takes two, it begins one.
    assert send_due(AT) == 2
    assert [state(row) for row in rows] == [("skipped", 1, "not_needed")] * 2 + [("pending", 0, "")] * 5
    assert not EmailLog.objects.filter(lease_until__isnull=False).exists()


def test_what_mails_are_about_is_read_together(mailoutbox: list[Any], desk: Desk) -> None:
    asked: list[set[Any]] = []

    def read(ids: Any) -> dict[Any, str]:
        asked.append(set(ids))
        return {one: f"thing {one}" for one in ids if one != gone}

    gone = new_id()
    desk.behave = lambda log: log.about and MailContent(subject=log.about, template="trial", context={})
    kind = replace(find_kind("tests.plain"), read=read)
    abouts = [new_id(), gone, new_id(), new_id()]
    rows = [queue(to=f"p{number}@example.org", about_id=one) for number, one in enumerate(abouts)]
    with patch("lyceum.integrations.email.services.send.find_kind", lambda name: kind):
        assert send_due(AT) == 4
    # Claimed as one, two and the last; what isn't found is asked for once more before the mail is skipped.
    assert asked == [{abouts[0]}, {gone, abouts[2]}, {gone}, {abouts[3]}]
    assert [state(row)[0] for row in rows] == ["sent", "skipped", "sent", "sent"]
    assert [mail.subject for mail in mailoutbox] == [f"thing {one}"[:140] for one in abouts if one != gone]


def test_a_failing_server_is_tried_three_times_and_not_for_ever(post: Post, desk: Desk) -> None:  # B39
    post.answer_to_data = "451 try later"
    row = queue()
    assert send_due(AT) == 1
    assert state(row) == ("pending", 1, "SMTPDataError")
    assert send_due(AT + MINUTE - timedelta(seconds=1)) == 0
    assert send_due(AT + MINUTE) == 1
    assert state(row) == ("pending", 2, "SMTPDataError")
    assert send_due(AT + MINUTE + timedelta(hours=2)) == 1
    assert state(row) == ("failed", 3, "SMTPDataError")
    assert row.failed_at == AT + MINUTE + timedelta(hours=2)
    assert send_due(AT + timedelta(days=30)) == 0
    assert post.received == []


def test_a_server_that_comes_back_gets_the_mail(post: Post, desk: Desk) -> None:
    post.answer_to_data = "451 try later"
    row = queue()
    send_due(AT)
    post.answer_to_data = "250 OK"
    send_due(AT + MINUTE)
    assert state(row) == ("sent", 2, "")
    assert len(post.received) == 1


def test_no_server_at_all_is_a_failure_like_others(settings: Any, desk: Desk) -> None:
    settings.EMAIL_BACKEND = "smtp"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = 9
    row = queue()
    send_due(AT)
    assert state(row) == ("pending", 1, "ConnectionRefusedError")


def test_an_address_that_does_not_exist_is_not_written_to_again(post: Post, desk: Desk) -> None:  # B41
    post.answer_to_recipient = "550 no such user"
    row = queue()
    send_due(AT)
    assert state(row) == ("bounced", 1, "smtp_550")
    assert row.bounce_type == "hard"
    assert Suppression.objects.get().email == "anna@example.org"
    second = queue(params={"n": 2})
    send_due(AT)
    assert state(second) == ("skipped", 0 + 1, "hard_bounce")


def test_a_full_mailbox_is_tried_again(post: Post, desk: Desk) -> None:
    post.answer_to_recipient = "452 mailbox full"
    row = queue()
    send_due(AT)
    assert state(row) == ("pending", 1, "SMTPRecipientsRefused")
    assert not Suppression.objects.exists()


def test_one_bad_mail_does_not_stop_the_others(mailoutbox: list[Any], desk: Desk) -> None:
    def behave(log: EmailLog) -> MailContent:
        if log.recipient_email.startswith("bad"):
            raise ZeroDivisionError("with anna@example.org in it")
        return MailContent(subject="Hi", template="trial")

    desk.behave = behave
    bad = queue(to="bad@example.org")
    good = queue(to="good@example.org")
    assert send_due(AT) == 2
    assert state(bad) == ("pending", 1, "ZeroDivisionError")
    assert bad.error_message == ""
    assert state(good) == ("sent", 1, "")


def test_what_a_builder_wrote_is_undone_when_the_build_fails(desk: Desk) -> None:
    def behave(log: EmailLog) -> MailContent:
        Suppression.objects.create(email="trace@example.org", reason="complaint", since=AT)
        raise ValueError

    desk.behave = behave
    queue()
    send_due(AT)
    assert not Suppression.objects.exists()


def test_a_kind_that_is_gone_fails_and_is_kept(desk: Desk) -> None:
    row = queue()
    EmailLog.objects.update(kind="tests.gone")
    send_due(AT)
    assert state(row) == ("pending", 1, "LookupError")


def test_a_mail_whose_sender_was_killed_is_sent_when_the_lease_ends(mailoutbox: list[Any], desk: Desk) -> None:
    row = queue()
    with time_machine.travel(AT, tick=False) as traveller:
        assert claim_one(AT) is not None
        assert state(row) == ("sending", 1, "")
        # The product's clock may jump: only real time says that a sender is dead.
        assert send_due(AT + timedelta(days=1)) == 0
        traveller.move_to(AT + MAILS.duration)
        assert send_due(AT) == 1
    assert state(row) == ("sent", 2, "")
    assert len(mailoutbox) == 1


def test_a_mail_that_kills_its_senders_is_given_up(mailoutbox: list[Any], desk: Desk) -> None:  # B39
    row = queue()
    with time_machine.travel(AT, tick=False) as traveller:
        for number in range(3):
            traveller.move_to(AT + number * MAILS.duration)
            assert claim_one(AT) is not None
        traveller.move_to(AT + 3 * MAILS.duration)
        send_due(AT)
    assert state(row) == ("failed", 4, "sender_died")
    assert mailoutbox == []
    assert desk.built == []


def test_a_slow_sender_does_not_overwrite_the_one_that_took_over(mailoutbox: list[Any], desk: Desk) -> None:
    row = queue()

    def overtaken(self: Any, messages: list[Any]) -> int:
        EmailLog.objects.filter(pk=row.pk).update(attempts=2, lease_until=clock.real_now() + MAILS.duration)
        return len(messages)

    with patch.object(LocalMemory, "send_messages", overtaken):
        send_due(AT)
    assert state(row) == ("sending", 2, "")


def test_headers_cannot_be_injected(mailoutbox: list[Any], desk: Desk) -> None:
    evil = "Hi\r\nBcc: victim@example.org\x00\u2028X: 1"
    desk.behave = lambda log: MailContent(subject=evil, template="trial", reply_to="a@b.org", context={"name": evil})
    row = queue(name="Eve\r\nBcc: victim@example.org")
    send_due(AT)
    assert state(row)[0] == "sent"
    [message] = mailoutbox
    mail = parsed(message)
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert mail["Subject"] == "Hi Bcc: victim@example. org X: 1"
    assert message.recipients() == ['"Eve Bcc: victim@example. org" <anna@example.org>']
    assert parsed(message)["To"].addresses[0].addr_spec == "anna@example.org"


@pytest.mark.parametrize("address", ["", "nobody", "a@b.org\nBcc: c@d.org", "a@b.org, c@d.org", "a@\x01b.org", "@"])
def test_an_impossible_address_fails_at_once(mailoutbox: list[Any], desk: Desk, address: str) -> None:
    row = queue(to="x@example.org")
    EmailLog.objects.filter(pk=row.pk).update(recipient_email=address)
    send_due(AT)
    assert state(row) == ("failed", 1, "invalid_address")
    assert mailoutbox == []


def test_a_secret_mail_has_one_link_alone_on_its_line(mailoutbox: list[Any], desk: Desk) -> None:  # B44
    link = OwnLink("https://x.example/verify-email/?token=abc_-123")
    desk.behave = lambda log: MailContent(subject="Verify", template="trial", context={"url": link})
    row = queue(kind="tests.secret")
    send_due(AT)
    assert state(row)[0] == "sent"
    assert row.body_sha256 == ""
    assert secret_link(mailoutbox[0]) == link
    stored = " ".join(str(value) for value in EmailLog.objects.values_list()[0])
    assert "abc_-123" not in stored
    assert b"?token=abc_-123" in mailoutbox[0].message().as_bytes()


@pytest.mark.parametrize("name", ["", "https://x.example/?token=a"])
def test_a_secret_mail_without_its_one_link_does_not_leave(mailoutbox: list[Any], desk: Desk, name: str) -> None:
    context = {"name": OwnLink(name), "url": OwnLink("https://x.example/?token=b") if name else ""}
    desk.behave = lambda log: MailContent(subject="Verify", template="trial", context=context)
    row = queue(kind="tests.secret")
    send_due(AT)
    assert state(row) == ("failed", 1, "secret_link")
    assert mailoutbox == []


def test_optional_mails_say_how_to_stop_them(mailoutbox: list[Any], desk: Desk) -> None:
    queue(kind="tests.news")
    queue(kind="tests.plain")
    send_due(AT)
    news, plain = mailoutbox
    assert news.extra_headers["List-Unsubscribe"].startswith("<http://testserver/mail/unsubscribe/")
    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/mail/unsubscribe/" in text_of(news)
    assert "List-Unsubscribe" not in plain.extra_headers


def test_files_appear_only_when_they_are_complete(settings: Any, desk: Desk) -> None:
    settings.EMAIL_BACKEND = "files"
    first, second = queue(), queue(kind="tests.news")
    seen: list[list[str]] = []
    replace = type(mail_folder()).replace

    def watched(self: Any, target: Any) -> Any:
        seen.append(sorted(path.name for path in mail_folder().glob("*.eml")))
        assert self.name.startswith(".")
        assert self.read_bytes().endswith(b"--\n")
        return replace(self, target)

    with patch("pathlib.PosixPath.replace", watched):
        send_due(AT)
    names = sorted(
        path.name for path in mail_folder().iterdir() if str(first.id) in path.name or str(second.id) in path.name
    )
    assert names == [f"{first.id}-tests.plain.eml", f"{second.id}-tests.news.eml"]
    assert names[0] not in seen[0]
    assert names[1] not in seen[1]
    assert state(first)[0] == "sent"
    assert parsed((mail_folder() / names[0]).read_bytes())["To"] == "anna@example.org"


def test_a_mail_sent_twice_takes_its_own_place(settings: Any, desk: Desk) -> None:
    settings.EMAIL_BACKEND = "files"
    row = queue()
    send_due(AT)
    EmailLog.objects.update(status="pending", due_at=AT)
    send_due(AT)
    assert len(list(mail_folder().glob(f"{row.id}*"))) == 1


def test_the_setting_names_the_back_end() -> None:
    assert backend_path("smtp") == "django.core.mail.backends.smtp.EmailBackend"
    assert backend_path("postmark") == "anymail.backends.postmark.EmailBackend"
    assert backend_path("my.own.Backend") == "my.own.Backend"
    with pytest.raises(ValueError, match="EMAIL_BACKEND is 'pigeon'"):
        backend_path("pigeon")


class _Provider(BaseHTTPRequestHandler):
    """As much of a mail provider's interface as one mail needs."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"token": self.headers["X-Postmark-Server-Token"], "body": body})
        answer = [{"ErrorCode": 0, "Message": "OK", "MessageID": "provider-1", "To": "anna@example.org"}]
        content = json.dumps(answer if isinstance(body, list) else answer[0]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def test_a_provider_is_chosen_by_setting(settings: Any, desk: Desk) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "postmark"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "t",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
    }
    try:
        row = queue()
        send_due(AT)
    finally:
        server.shutdown()
        server.server_close()
    assert state(row) == ("sent", 1, "")
    assert (row.provider, row.provider_message_id) == ("Postmark", "provider-1")
    [asked] = _Provider.asked
    assert asked["token"] == "t"
    assert asked["body"]["To"] == "anna@example.org"


def test_a_back_end_nobody_knows_is_found_at_start(settings: Any) -> None:
    assert email_backend_is_known(None) == []
    settings.EMAIL_BACKEND = "pigeon"
    [error] = email_backend_is_known(None)
    assert error.id == "email.E001"
