"""Places in the admin: read, cancelled and promoted, at the same cost for one and for three."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.accounts import StaffFactory
from tests.factories.registrations import RegistrationFactory
from tests.registrations.steps import counters, queue, states
from tests.registrations.test_places import full_house

pytestmark = pytest.mark.django_db
LIST = "/admin/registrations/registration/"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(StaffFactory(is_superuser=True))
    return client


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(admin: Client, django_assert_num_queries: Any, count: int) -> None:
    for _ in range(count):
        RegistrationFactory()
    admin.get(LIST)
    with django_assert_num_queries(6):
        assert admin.get(LIST).status_code == 200


@pytest.mark.parametrize(
    "model",
    ["registration", "attendancerecord", "sessionattendance", "attendancemark", "customfieldresponse", "guestlink"],
)
def test_everything_can_be_read_and_nothing_added(admin: Client, model: str) -> None:
    assert admin.get(f"/admin/registrations/{model}/").status_code == 200
    assert admin.get(f"/admin/registrations/{model}/?q=ada").status_code == 200
    assert admin.get(f"/admin/registrations/{model}/add/").status_code == 403


def test_a_row_opens_without_its_code(admin: Client) -> None:
    row = RegistrationFactory()
    page = admin.get(f"{LIST}{row.pk}/change/")
    assert page.status_code == 200
    assert row.check_in_code not in page.content.decode()


def test_the_actions_are_the_verbs(admin: Client) -> None:
    event, places = full_house(waitlist_auto_promote=False)
    full = {"action": "promote_places", "_selected_action": [str(places[1].registration.pk)]}
    assert "Every place at this event is taken." in admin.post(LIST, full, follow=True).content.decode()
    admin.post(LIST, {"action": "cancel_places", "_selected_action": [str(places[0].registration.pk)]})
    assert states(event)["p0@example.org"] == "cancelled"
    admin.post(LIST, full)
    assert (queue(event), counters(event)) == (["p2@example.org", "p3@example.org"], (1, 2, 1))
