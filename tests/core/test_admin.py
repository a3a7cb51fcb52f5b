"""What operators see of the ledger and of long work, and how they try again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from lyceum.core.ids import new_id
from lyceum.core.models import Delivery, Fact, IdempotencyKey, Job, PeriodicRun

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MODELS = ["fact", "delivery", "job", "periodicrun", "idempotencykey"]


@pytest.fixture
def operator(client: Client) -> Client:
    staff = get_user_model().objects.create(email="op@example.org", is_staff=True, is_superuser=True)
    client.force_login(staff)
    return client


def make_rows(number: int) -> Delivery:
    fact = Fact.objects.create(name=f"tests.fact_{number}", actor_kind="system", occurred_at=AT, about_id=new_id())
    Job.objects.create(kind="tests.kind", due_at=AT, status="failed", attempts=5, error="ValueError", finished_at=AT)
    PeriodicRun.objects.create(name=f"tests.run_{number}", last_run_at=AT)
    hashes = {"key_hash": str(number), "path_hash": "p", "body_hash": "b"}
    IdempotencyKey.objects.create(caller="user:1", answer=b"private answer", status=201, expires_at=AT, **hashes)
    return Delivery.objects.create(fact=fact, reaction="tests.react", due_at=AT, status="dead", attempts=12)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("rows", [1, 3])
def test_every_list_takes_the_same_queries_for_any_number(
    operator: Client, model: str, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        make_rows(number)
    address = reverse(f"admin:core_{model}_changelist")
    operator.get(address)
    with django_assert_num_queries(4):
        assert operator.get(address).status_code == 200
    assert operator.get(address, {"q": "tests' \x00"}).status_code == 200


def test_nothing_can_be_changed(operator: Client) -> None:
    delivery = make_rows(1)
    key = IdempotencyKey.objects.get()
    rows = {"fact": delivery.fact_id, "delivery": delivery.pk, "job": Job.objects.get().pk, "idempotencykey": key.pk}
    for model, row in rows.items():
        assert operator.get(reverse(f"admin:core_{model}_change", args=[row])).status_code == 200
        assert operator.post(reverse(f"admin:core_{model}_change", args=[row]), {}).status_code == 403
        assert operator.post(reverse(f"admin:core_{model}_delete", args=[row]), {"post": "yes"}).status_code == 403
    assert "private answer" not in operator.get(reverse("admin:core_idempotencykey_change", args=[key.pk])).text


def test_what_failed_can_be_tried_again_and_what_is_done_cannot(operator: Client) -> None:
    dead, done = make_rows(1), make_rows(2)
    Delivery.objects.filter(pk=done.pk).update(status="done")
    chosen = {"action": "try_again", "_selected_action": [str(dead.pk), str(done.pk)]}
    page = operator.post(reverse("admin:core_delivery_changelist"), chosen, follow=True)
    assert "Reactions that will be tried again now: 1." in page.text
    dead.refresh_from_db()
    done.refresh_from_db()
    assert (dead.status, dead.attempts, done.status) == ("pending", 0, "done")


def test_a_failed_job_can_be_tried_again(operator: Client) -> None:
    make_rows(1)
    job = Job.objects.get()
    chosen = {"action": "try_again", "_selected_action": [str(job.pk)]}
    page = operator.post(reverse("admin:core_job_changelist"), chosen, follow=True)
    assert "Jobs that will be tried again now: 1." in page.text
    job.refresh_from_db()
    assert (job.status, job.attempts, job.error, job.finished_at) == ("queued", 0, "", None)
