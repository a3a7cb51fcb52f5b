"""Whose things an actor manages, asked of rows and of one row."""

from typing import Any

import pytest

from lyceum.certificates.models import Certificate, CertificateTemplate
from lyceum.core.actors import Actor, Membership
from lyceum.core.ids import new_id
from lyceum.core.ownership import may_manage
from lyceum.events.models import Event
from lyceum.registrations.models import AttendanceRecord, Registration
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.factories.events import EventFactory
from tests.factories.registrations import RegistrationFactory

pytestmark = pytest.mark.django_db
MANAGED: list[Any] = [Event, Registration, AttendanceRecord, Certificate, CertificateTemplate]


def test_an_account_manages_what_it_owns_and_nobody_elses() -> None:
    mine, others = EventFactory(), EventFactory()
    owner = Actor.of(mine.owner)
    assert list(Event.objects.managed_by(owner)) == [mine]
    assert (may_manage(owner, mine.owner_id), may_manage(owner, others.owner_id)) == (True, False)
    place = RegistrationFactory(event=mine)
    RegistrationFactory(event=others)
    assert list(Registration.objects.managed_by(owner)) == [place]


def test_staff_and_the_product_manage_everything() -> None:
    events = {EventFactory().pk, EventFactory().pk}
    for actor in (Actor.of(StaffFactory()), Actor.system()):
        assert set(Event.objects.managed_by(actor).values_list("pk", flat=True)) == events
        assert may_manage(actor, new_id())


def test_staff_own_only_their_own() -> None:
    staff = StaffFactory()
    mine = EventFactory(owner=staff, deleted_at=staff.created_at)
    EventFactory(deleted_at=staff.created_at)
    assert list(Event.all_objects.managed_by(Actor.of(staff)).alive_or_owned_by(Actor.of(staff))) == [mine]


@pytest.mark.parametrize("actor", [Actor.anonymous(), Actor.guest(email="ada@example.org")], ids=["nobody", "guest"])
@pytest.mark.parametrize("model", MANAGED)
def test_nobody_manages_nothing_and_no_query_is_made(actor: Actor, model: Any, django_assert_num_queries: Any) -> None:
    EventFactory()
    with django_assert_num_queries(0):
        assert list(model.objects.managed_by(actor)) == []
    assert not may_manage(actor, new_id())


def test_a_members_team_opens_what_its_account_owns() -> None:
    team, member = OrganizerFactory(), UserFactory()
    event = EventFactory(owner=team)
    EventFactory()
    actor = Actor(kind="user", user_id=member.pk, memberships=(Membership(member.pk), Membership(team.pk)))
    assert list(Event.objects.managed_by(actor)) == [event]
    assert not Registration.objects.own(actor).exists()


@pytest.mark.parametrize("model", MANAGED)
def test_the_condition_needs_no_subquery(model: Any) -> None:
    sql = str(model.objects.managed_by(Actor.of(UserFactory())).query)
    assert sql.count("SELECT") == 1


def test_an_actor_is_made_without_a_query(django_assert_num_queries: Any) -> None:
    user = OrganizerFactory()
    with django_assert_num_queries(0):
        actor = Actor.of(user)
    assert (actor.has_role("organizer"), actor.has_role("instructor"), actor.is_staff) == (True, False, False)
    assert actor.managed_accounts == (user.pk,)
