"""Somebody who leaves gives back what lies ahead, event by event, and is forgotten in the declared order."""

import pytest

from lyceum.core import clock
from lyceum.core.ids import new_id
from lyceum.core.personal_data import erase_person, erased_address
from lyceum.registrations.models import AttendanceRecord, Registration
from tests.factories.accounts import UserFactory
from tests.factories.events import InvitationFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory
from tests.registrations.steps import join, states

pytestmark = pytest.mark.django_db


def test_seats_of_several_events_go_to_those_who_wait() -> None:
    """On PostgreSQL the watch over the order of locks sees each of these statements."""
    user = UserFactory(email="leaver@example.org")
    events = [OpenEventFactory(capacity=1, waitlist_enabled=True) for _ in range(2)]
    for number, event in enumerate(events):
        join(event, user.email)
        join(event, f"next{number}@example.org")
    over = RegistrationFactory(event=OpenEventFactory(status="completed"), user=user, email=user.email)
    interval = AttendanceRecord.objects.create(
        event=over.event,
        registration=over,
        participant_key=str(new_id()),
        participant_email=user.email,
        joined_at=over.event.starts_at,
    )
    invitation = InvitationFactory(email=user.email)
    erase_person(user.person, at=clock.now())
    for number, event in enumerate(events):
        assert states(event)[f"next{number}@example.org"] == "confirmed"
    interval.refresh_from_db()
    invitation.refresh_from_db()
    over.refresh_from_db()
    assert (interval.participant_email, invitation.email) == ("", erased_address(invitation.pk))
    assert (over.user_id, over.email) == (None, erased_address(over.pk))
    assert not Registration.all_objects.filter(user=user).exists()
