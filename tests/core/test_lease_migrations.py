"""What the migrations to leases do with the rows of the release before."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps

from lyceum.core.models import Delivery, Fact, Job
from lyceum.integrations.email.models import EmailLog

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_deliveries_and_jobs_that_are_done_are_not_due() -> None:
    fact = Fact.objects.create(name="tests.old", actor_kind="system", occurred_at=AT)
    for status in ("pending", "done", "dead"):
        Delivery.objects.create(fact=fact, reaction=status, status=status, due_at=AT)
    for status in ("queued", "running", "completed", "failed"):
        Job.objects.create(kind="tests.old", status=status, due_at=AT)
    import_module("lyceum.core.migrations.0003_done_work_is_not_due").clear(apps, None)
    assert dict(Delivery.objects.values_list("status", "due_at")) == {"pending": AT, "done": None, "dead": None}
    assert dict(Job.objects.values_list("status", "due_at")) == {
        "queued": AT, "running": AT, "completed": None, "failed": None,
    }  # fmt: skip


def test_mails_that_have_left_are_not_due() -> None:
    for status in ("pending", "sending", "sent", "failed"):
        EmailLog.objects.create(
            kind="tests.old", recipient_email="ada@example.org", status=status, queued_at=AT, due_at=AT, lease_until=AT
        )
    import_module("lyceum.integrations.email.migrations.0003_done_work_is_not_due").clear(apps, None)
    found = dict(EmailLog.objects.values_list("status", "due_at"))
    assert found == {"pending": AT, "sending": AT, "sent": None, "failed": None}
