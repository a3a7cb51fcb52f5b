"""What the database refuses is a refusal, and never a 500: over the API, on pages and in the admin."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from lyceum.core import clock
from lyceum.core.broken_constraints import broken_constraint, constraint_of, declare_constraints
from lyceum.core.errors import ChangedMeanwhile
from lyceum.core.models import Fact
from lyceum.events.models import Event, EventSkillTag
from lyceum.integrations.email.models import Suppression
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.availability import Availability
from lyceum.registrations.web.views import event as event_page
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.events import EventFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@transaction.atomic
def suppress_twice(*_args: Any, **_kwargs: Any) -> None:
    for _ in range(2):
        Suppression.objects.create(email="ada@example.org", reason="hard_bounce", since=clock.now())


def same_address() -> None:
    UserFactory(email="ada@example.org")
    # The manager of accounts looks first; the database is asked all the same.
    UserFactory._meta.model.objects.bulk_create([UserFactory.build(email="ada@example.org")])


def two_default_tickets() -> None:
    event = EventFactory()
    for _ in range(2):
        event.ticket_types.create(name="Default", currency="USD", is_default=True)


BROKEN: dict[str, tuple[str, Callable[[], object], str]] = {
    "several columns": ("email_suppression_once", suppress_twice, "CHANGED_MEANWHILE"),
    "a unique column": ("accounts_user.email", same_address, "EMAIL_TAKEN"),
    "a condition": ("ticket_one_default", two_default_tickets, "CHANGED_MEANWHILE"),
    "a check": ("event_capacity_range", lambda: EventFactory(capacity=99_999), "VALIDATION_ERROR"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_the_constraint_is_known_by_its_name(kind: str) -> None:
    name, break_it, code = BROKEN[kind]
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        break_it()
    assert constraint_of(broken.value) == name
    refusal = broken_constraint(broken.value)
    assert refusal is not None
    assert refusal.code == code


@pytest.mark.django_db(transaction=True)
def test_a_row_that_goes_while_another_begins_to_refer_to_it() -> None:
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        EventSkillTag.objects.create(event_id=uuid4(), tag="ethics")
    assert isinstance(broken_constraint(broken.value), ChangedMeanwhile)


def test_a_fault_of_the_code_stays_one() -> None:
    assert broken_constraint(ValueError("no")) is None
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Event.objects.filter(pk=EventFactory().pk).update(title=None)
    assert broken_constraint(broken.value) is None
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Event.objects.filter(pk=EventFactory().pk).update(status="nonsense")
    assert constraint_of(broken.value) == "event_status_known"
    assert broken_constraint(broken.value) is None


def test_a_constraint_is_declared_once_and_with_a_reason() -> None:
    with pytest.raises(TypeError, match="twice"):
        declare_constraints(refused={"event_slug_unique": ChangedMeanwhile})
    with pytest.raises(TypeError, match="reason"):
        declare_constraints(unreachable={"something_else": " "})


@pytest.mark.parametrize("limit", [{"capacity": 1}, {"quantity": 1}])
def test_the_api_refuses_what_a_forgotten_check_let_through(
    api_as: Any, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int]
) -> None:
    event = OpenEventFactory(capacity=limit.get("capacity"), seats_taken=1)
    ticket = event.ticket_types.create(name="Student", currency="USD", quantity=limit.get("quantity"), sold=1)
    row = RegistrationFactory(event=event, ticket_type=ticket, status="no_show")
    url = f"/api/v1/events/{event.pk}/registrations/{row.pk}/no-show/"
    monkeypatch.setattr(Availability, "has_seat", lambda self, ticket_type_id: True)
    client: APIClient = api_as(event.owner)

    refused = client.post(url, {"no_show": False}, headers={"Idempotency-Key": "once"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "EVENT_FULL")
    assert Registration.objects.get(pk=row.pk).status == "no_show"
    assert not Fact.objects.exists()
    # A place that comes free meanwhile is found by the same request, because such an answer isn't kept.
    Event.objects.filter(pk=event.pk).update(seats_taken=0)
    event.ticket_types.update(sold=0)
    again = client.post(url, {"no_show": False}, headers={"Idempotency-Key": "once"})
    assert (again.status_code, again.json()["status"]) == (200, "confirmed")


def test_a_page_refuses_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    event = OpenEventFactory()
    monkeypatch.setattr(event_page, "register", suppress_twice)
    answer = client.post(f"/events/{event.slug}/", {"email": "ada@example.org", "full_name": "Ada"})
    assert answer.status_code == 409
    assert "at the same moment" in answer.content.decode()
    assert not Registration.objects.exists()


def test_the_admin_refuses_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(StaffFactory(is_superuser=True))
    form = {"email": "ada@example.org", "reason": "hard_bounce", "since_0": "2026-01-01", "since_1": "12:00"}
    assert client.post("/admin/email/suppression/add/", form).status_code == 302
    # Two operators at once: the second one's form found nothing wrong.
    monkeypatch.setattr(Suppression, "validate_constraints", lambda *_args, **_kwargs: None)
    answer = client.post("/admin/email/suppression/add/", form)
    assert answer.status_code == 409
    assert "at the same moment" in answer.content.decode()
    assert Suppression.objects.count() == 1
