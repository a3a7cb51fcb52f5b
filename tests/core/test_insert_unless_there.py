"""Inserting a row that may be there already."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from lyceum.core.clock import real_now
from lyceum.core.insert_unless_there import insert_unless_there
from lyceum.core.models.periodic import PeriodicRun
from lyceum.integrations.email.models import EmailLog

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def mail(**columns: object) -> EmailLog:
    return EmailLog(kind="tests.plain", recipient_email="Anna@Example.org", queued_at=real_now(), **columns)


def test_a_row_is_inserted_once() -> None:
    first, second = mail(dedupe_key="one", due_at=real_now()), mail(dedupe_key="one", due_at=real_now())
    assert insert_unless_there(first)
    assert not insert_unless_there(second)
    stored = EmailLog.objects.get()
    assert (stored.pk, stored.recipient_email, stored.status, stored.params) == (
        first.pk, "anna@example.org", "pending", {},
    )  # fmt: skip
    first.subject = "Changed"
    first.save()
    assert EmailLog.objects.get().subject == "Changed"


def test_a_taken_primary_key_counts_too() -> None:
    assert insert_unless_there(PeriodicRun(name="tests.upkeep", last_run_at=real_now()))
    assert not insert_unless_there(PeriodicRun(name="tests.upkeep", last_run_at=real_now()))


def test_a_broken_rule_is_no_duplicate() -> None:
    # Pending, and due never.
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_unless_there(mail(dedupe_key="one", due_at=None))
    assert not EmailLog.objects.exists()
