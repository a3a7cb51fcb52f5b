"""Whether a registration can be cancelled: one rule for the verb, the API and the pages."""

from typing import Any

import pytest
from django.test import Client

from lyceum.core import clock
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.cancellation import can_cancel, cancellation_refusal
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory, in_days

pytestmark = pytest.mark.django_db
GONE = {"status": "cancelled", "cancelled_at": in_days(0)}
QUEUED = {"status": "waitlisted", "waitlist_sequence": 1, "waitlisted_at": in_days(0)}


@pytest.mark.parametrize(
    ("fields", "event_fields", "owner", "organizer"),
    [
        ({}, {}, True, True),
        ({"status": "pending"}, {}, True, True),
        (QUEUED, {}, True, True),
        ({"status": "no_show"}, {}, False, False),
        (GONE, {}, False, False),
        ({"certificate_issued": True}, {}, False, False),
        ({}, {"starts_at": in_days(-0.01)}, False, True),
        ({}, {"status": "live"}, False, True),
        ({}, {"status": "completed"}, False, False),
        ({}, {"status": "cancelled"}, False, False),
    ],
)
def test_who_can_cancel_what(  # A41
    fields: dict[str, Any], event_fields: dict[str, Any], owner: bool, organizer: bool
) -> None:
    row = RegistrationFactory(event=OpenEventFactory(**event_fields), **fields)
    at = clock.now()
    assert can_cancel(row, row.event, at=at) is owner
    assert (cancellation_refusal(row, row.event, by_owner=False, at=at) is None) is organizer


def test_api_and_pages_agree_on_a_certificate_that_was_issued(api_as: Any, client: Client) -> None:  # A41
    user = UserFactory()
    row = RegistrationFactory(user=user, email=user.email, certificate_issued=True)
    url = f"/api/v1/users/me/registrations/{row.pk}/"
    assert api_as(user).get(url).json()["can_cancel"] is False
    refused = api_as(user).post(f"{url}cancel/", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "CANNOT_CANCEL")
    page = mint_guest_link(row, at=clock.now()).removeprefix("http://testserver").split("?")[0]
    assert "cancel/" not in client.get(page).text
    assert Registration.objects.get().status == "confirmed"
