"""Several senders at once; row locks exist on PostgreSQL only."""

import threading
from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from django.core.mail.backends.locmem import EmailBackend as LocalMemory
from django.db import connection, transaction

from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.services.queue import queue_mail
from lyceum.integrations.email.services.send import send_due
from lyceum.integrations.email.services.suppress import suppress
from tests.integrations.email.desk import AT, Desk, claim_one
from tests.workers import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WORKERS = 8


def test_each_mail_leaves_once_whoever_sends(desk: Desk) -> None:  # B42
    for number in range(60):
        queue_mail(kind="tests.plain", to=f"p{number}@example.org", at=AT)
    sent: list[str] = []

    def keep(self: Any, messages: list[Any]) -> int:
        sent.extend(message.to[0] for message in messages)
        return len(messages)

    with patch.object(LocalMemory, "send_messages", keep):
        assert sum(at_once(lambda: send_due(AT), WORKERS)) == 60
    assert Counter(sent) == {f"p{number}@example.org": 1 for number in range(60)}
    assert set(EmailLog.objects.values_list("status", "attempts")) == {("sent", 1)}


def test_a_claim_waits_for_nobody(desk: Desk) -> None:
    for number in range(2):
        queue_mail(kind="tests.plain", to=f"p{number}@example.org", at=AT)
    claimed: list[EmailLog | None] = []

    def second() -> None:
        claimed.append(claim_one(AT))
        connection.close()

    with transaction.atomic():
        first = claim_one(AT)
        assert first is not None
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
    assert claimed[0] is not None
    assert claimed[0].pk != first.pk


def test_of_equal_mails_queued_at_once_one_stays(desk: Desk) -> None:  # B43
    def queue() -> bool:
        with transaction.atomic():
            return queue_mail(kind="tests.plain", to="anna@example.org", params={"n": 1}, at=AT) is not None

    assert sorted(at_once(queue, WORKERS)) == [False] * (WORKERS - 1) + [True]
    assert EmailLog.objects.count() == 1


def test_of_equal_mails_after_a_failed_one_one_stays(desk: Desk) -> None:
    queue_mail(kind="tests.plain", to="anna@example.org", dedupe_key="k", at=AT)
    EmailLog.objects.update(status="failed")

    def queue() -> bool:
        with transaction.atomic():
            return queue_mail(kind="tests.plain", to="anna@example.org", dedupe_key="k", at=AT) is not None

    assert sum(at_once(queue, WORKERS)) == 1
    assert EmailLog.objects.count() == 2


def test_an_address_is_suppressed_once() -> None:
    at_once(lambda: suppress(email="anna@example.org", reason="complaint", at=AT), WORKERS)
