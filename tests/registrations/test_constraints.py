"""What the database refuses, whatever the code does."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from lyceum.core import clock
from lyceum.events.models import Event, TicketType
from lyceum.registrations.models import Attendance, CustomFieldResponse, Registration
from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory, QuestionFactory, RegistrationFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.mark.parametrize(
    "values",
    [
        {"status": "lost"},
        {"source": "self"},
        {"email": ""},
        {"status": "waitlisted"},
        {"waitlist_sequence": 1},
        {"status": "cancelled"},
        {"cancelled_at": clock.real_now()},
    ],
)
def test_a_row_that_must_not_exist(values: dict[str, Any]) -> None:
    row = RegistrationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.all_objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize("values", [{"override": True}, {"percent": 101}, {"percent_by_hand": 101}])
def test_an_attendance_that_must_not_exist(values: dict[str, Any]) -> None:
    row = RegistrationFactory(attendance__percent=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(registration=row).update(**values)


def test_a_registration_has_one_attendance() -> None:
    row = RegistrationFactory(attendance__percent=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(registration=row, event=row.event)


def test_an_address_has_one_row_at_an_event_deleted_or_not() -> None:  # A18 C28
    row = RegistrationFactory(email="ada@example.org")
    row.soft_delete(at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationFactory(event=row.event, email="ADA@example.org")


def test_an_account_has_one_row_at_an_event() -> None:  # C31
    user = UserFactory()
    row = RegistrationFactory(user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationFactory(event=row.event, user=user)


def test_two_people_have_two_numbers_in_a_queue() -> None:  # A40
    waiting = {"status": "waitlisted", "waitlisted_at": clock.real_now(), "waitlist_sequence": 7}
    row = RegistrationFactory(**waiting)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationFactory(event=row.event, **waiting)


def test_no_seat_and_no_ticket_too_many() -> None:  # A37 F02
    event = OpenEventFactory(capacity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(seats_taken=2)
    ticket = event.ticket_types.create(name="Student", currency="USD", quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketType.objects.filter(pk=ticket.pk).update(sold=F("sold") + 2)


def test_a_question_has_one_answer() -> None:
    row = RegistrationFactory()
    question = QuestionFactory(event=row.event)
    CustomFieldResponse.objects.create(registration=row, field=question, value="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomFieldResponse.objects.create(registration=row, field=question, value="b")
