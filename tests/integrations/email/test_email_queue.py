"""A mail is a row first; duplicates are recognised, secrets never are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, PermissionDenied
from lyceum.core.ids import new_id
from lyceum.core.personal_data import Person, export_rows
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.personal_data import MAILS, erase_mails
from lyceum.integrations.email.services.purge import purge_old_mail
from lyceum.integrations.email.services.queue import queue_mail, resend_mail
from lyceum.integrations.email.services.record_report import record_report
from lyceum.integrations.email.services.send import send_due
from lyceum.integrations.email.services.suppress import suppress
from tests.integrations.email.desk import AT, Desk

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def queue(kind: str = "tests.plain", to: str = "anna@example.org", **more: Any) -> EmailLog | None:
    return queue_mail(kind=kind, to=to, **{"at": AT, **more})


def test_a_mail_waits_as_a_row_until_the_work_is_done(mailoutbox: list[Any], desk: Desk) -> None:  # A25
    row = queue(to=" Anna@Example.ORG ", name="Anna")
    assert row is not None
    assert mailoutbox == []
    row.refresh_from_db()
    assert (row.status, row.attempts, row.recipient_email) == ("pending", 0, "anna@example.org")
    assert send_due(AT) == 1
    row.refresh_from_db()
    assert (row.status, row.attempts, row.sent_at, row.subject) == ("sent", 1, AT, "Hello")
    assert row.provider == "locmem"
    assert len(row.body_sha256) == 64
    assert [message.to for message in mailoutbox] == [["Anna <anna@example.org>"]]
    assert send_due(AT) == 0


def test_a_row_that_is_rolled_back_sends_nothing(mailoutbox: list[Any], desk: Desk) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError
    assert send_due(AT) == 0
    assert mailoutbox == []


def test_an_equal_mail_within_the_window_is_a_duplicate(desk: Desk) -> None:  # B43, H05
    about = new_id()
    assert queue(about_id=about, params={"n": 1}) is not None
    assert queue(about_id=about, params={"n": 1}) is None
    assert queue(about_id=about, params={"n": 2}) is not None
    assert queue(about_id=new_id(), params={"n": 1}) is not None
    assert queue(about_id=about, params={"n": 1}, to="other@example.org") is not None
    assert queue(kind="tests.news", about_id=about, params={"n": 1}) is not None
    assert EmailLog.objects.count() == 5


def test_the_window_ends(desk: Desk) -> None:
    about = new_id()
    queue(about_id=about)
    send_due(AT)
    assert queue(about_id=about, at=AT + timedelta(minutes=59)) is None
    assert queue(about_id=about, at=AT + timedelta(minutes=60)) is not None


@pytest.mark.parametrize("sent", [True, False])
def test_what_was_said_again_after_something_else_is_news(desk: Desk, sent: bool) -> None:
    about = new_id()
    queue(about_id=about)
    queue(about_id=about, params={"cancelled": True}, at=AT + timedelta(minutes=5))
    if sent:
        send_due(AT + timedelta(minutes=5))
    assert queue(about_id=about, at=AT + timedelta(minutes=10)) is not None


def test_a_mail_that_never_arrived_blocks_nothing(desk: Desk) -> None:  # B43
    about = new_id()
    desk.behave = lambda log: None
    queue(about_id=about)
    send_due(AT)
    assert EmailLog.objects.get().status == "skipped"
    assert queue(about_id=about) is not None


def test_secrets_are_never_duplicates(desk: Desk) -> None:  # B43
    user = new_id()
    assert queue(kind="tests.secret", user_id=user) is not None
    assert queue(kind="tests.secret", user_id=user) is not None
    assert set(EmailLog.objects.values_list("dedupe_key", flat=True)) == {None}


def test_a_name_of_its_own_counts_for_ever(desk: Desk) -> None:
    queue(dedupe_key="reminder:1:anna")
    send_due(AT)
    assert queue(dedupe_key="reminder:1:anna", at=AT + timedelta(days=40)) is None
    assert queue(dedupe_key="reminder:2:anna") is not None


def test_a_duplicate_does_not_spoil_the_callers_transaction(desk: Desk) -> None:
    with transaction.atomic():
        queue(dedupe_key="a")
        assert queue(dedupe_key="a") is None
        queue(dedupe_key="b")
    assert EmailLog.objects.count() == 2


def test_a_mail_can_wait_for_its_time(desk: Desk) -> None:
    queue(due_at=AT + timedelta(hours=1))
    assert send_due(AT + timedelta(minutes=59)) == 0
    assert send_due(AT + timedelta(hours=1)) == 1


def test_suppressed_addresses_get_nothing_but_what_they_asked_for(mailoutbox: list[Any], desk: Desk) -> None:  # B41
    suppress(email="Anna@example.org", reason=Suppression.Reason.HARD_BOUNCE, at=AT)
    suppress(email="ben@example.org", reason=Suppression.Reason.UNSUBSCRIBED, at=AT)
    skipped = queue()
    assert skipped is not None
    desk.behave = None
    send_due(AT)
    skipped.refresh_from_db()
    assert (skipped.status, skipped.error_code) == ("skipped", "hard_bounce")
    assert desk.built == []
    assert mailoutbox == []
    queue(kind="tests.news", to="ben@example.org")
    queue(kind="tests.plain", to="ben@example.org")
    send_due(AT)
    assert [message.extra_headers["X-Lyceum-Kind"] for message in mailoutbox] == ["tests.plain"]


def test_tracking_only_moves_forward(desk: Desk) -> None:  # B40
    row = queue()
    assert row is not None
    send_due(AT)
    row.refresh_from_db()
    message_id = row.provider_message_id
    for minute, outcome in enumerate(["clicked", "delivered", "opened", "opened"], start=1):
        assert record_report(provider_message_id=message_id, outcome=outcome, at=AT + timedelta(minutes=minute))
    row.refresh_from_db()
    assert (row.status, row.open_count, row.click_count) == ("clicked", 2, 1)
    assert row.clicked_at == AT + timedelta(minutes=1)
    assert row.delivered_at == AT + timedelta(minutes=2)
    assert row.opened_at == AT + timedelta(minutes=3)
    assert not record_report(provider_message_id="unknown", outcome="opened", at=AT)
    assert not record_report(provider_message_id="", outcome="opened", at=AT)


def test_only_a_hard_bounce_suppresses(desk: Desk) -> None:  # B41
    row = queue()
    assert row is not None
    send_due(AT)
    row.refresh_from_db()
    record_report(provider_message_id=row.provider_message_id, outcome="bounced", bounce_type="soft", at=AT)
    row.refresh_from_db()
    assert row.status == "sent"
    assert not Suppression.objects.exists()
    record_report(provider_message_id=row.provider_message_id, outcome="bounced", bounce_type="hard", at=AT)
    row.refresh_from_db()
    assert row.status == "bounced"
    assert Suppression.objects.get().email == "anna@example.org"


def test_staff_may_send_again_what_is_not_under_way(mailoutbox: list[Any], desk: Desk) -> None:
    row = queue()
    assert row is not None
    with pytest.raises(InvalidState):
        resend_mail(log_id=row.id, actor=Actor.system(), at=AT)
    send_due(AT)
    with pytest.raises(PermissionDenied):
        resend_mail(log_id=row.id, actor=Actor(kind="user", user_id=new_id()), at=AT)
    assert send_due(AT) == 0
    resend_mail(log_id=row.id, actor=Actor(kind="user", user_id=new_id(), roles=frozenset({"staff"})), at=AT)
    send_due(AT)
    assert len(mailoutbox) == 2


def test_a_year_later_it_is_forgotten_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lyceum.core.bulk_delete.BATCH", 2)
    for number in range(5):
        queue(to=f"p{number}@example.org")
    queue(to="young@example.org", at=AT + timedelta(days=10))
    send_due(AT + timedelta(days=10))
    queue(to="waiting@example.org")
    assert purge_old_mail(AT + timedelta(days=365)) == 0
    assert purge_old_mail(AT + timedelta(days=366)) == 5
    assert set(EmailLog.objects.values_list("recipient_email", flat=True)) == {
        "young@example.org",
        "waiting@example.org",
    }


def test_a_person_is_shown_and_forgotten(desk: Desk) -> None:
    user = new_id()
    queue(user_id=user, name="Anna")
    queue(to="ben@example.org", user_id=new_id())
    send_due(AT)
    assert MAILS.file == "mails"
    person = Person(user, frozenset(["anna@example.org"]))
    rows = export_rows(MAILS, person)
    assert [row["recipient_email"] for row in rows] == ["anna@example.org"]
    erase_mails(person, at=AT)
    assert not EmailLog.objects.filter(recipient_email="anna@example.org").exists()
    assert EmailLog.objects.filter(recipient_email="ben@example.org").exists()
    assert EmailLog.objects.get(user_id=user).subject == ""
