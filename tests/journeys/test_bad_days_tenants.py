"""Every list and every row asked for by the wrong person: nobody sees a word of somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from lyceum.accounts.models import User
from tests.journeys.tenants import (
    MARKER,
    Tenant,
    attendee,
    client_of,
    content_of,
    fill,
    first_tenant,
    identifiers_in,
    own_identifiers,
    routes,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# A profile is public, so it may say its name to anybody; a mailed secret is a key, not a name.
PUBLIC = {"/api/v1/organizers/{uuid}/", "/api/v1/public/organizers/{uuid}/calendar.ics"}
# What names no row, even to its owner: forms, figures, links, what is for staff, and what a private event keeps back.
WITHOUT_ROWS = {
    "/", "/favicon.ico", "/healthz/", "/metrics", "/readyz/", "/api/docs/", "/api/redoc/", "/api/schema/",
    "/sign-in/", "/sign-out/", "/sign-up/", "/verify-email/", "/forgot-password/", "/reset-password/",
    "/account/password/", "/account/confirm/", "/account/data/{key}/", "/sign-in/code/", "/account/second-factor/",
    "/account/second-factor/confirm/", "/account/second-factor/codes/", "/account/second-factor/turn-off/",
    "/api/v1/users/me/second-factor/", "/account/devices/sign-out-others/", "/account/devices/{key}/sign-out/",
    "/account/certificates/{key}/download/", "/events/{slug}/registered/",
    "/r/{token}/", "/r/{key}/cancel/", "/r/{key}/name/",
    "/files/{token}/", "/mail/unsubscribe/{token}/", "/verify/", "/verify/{certificate_id}/",
    "/api/v1/auth/manifest/", "/api/v1/users/", "/api/v1/users/{uuid}/", "/api/v1/users/me/notifications/",
    "/api/v1/users/me/certificates/{uuid}/download/", "/api/v1/users/me/registrations/{uuid}/waitlist-position/",
    "/api/v1/events/{event_uuid}/certificates/summary/", "/api/v1/events/{event_uuid}/registrations/summary/",
    "/api/v1/events/{event_uuid}/statistics/", "/api/v1/templates/{uuid}/preview/",
    "/api/v1/public/events/", "/api/v1/public/certificates/verify/{certificate_id}/",
}  # fmt: skip
LISTS_OF_ALL = "?include_deleted=true"


def says(client: Any, path: str, address: str) -> str:
    """Return all that a route tells, with and without what was deleted."""
    answers = [send(client, "GET", path, address + query) for query in ("", LISTS_OF_ALL)]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == [], path
    return "".join(content_of(answer).lower() for answer in answers)


def readable() -> list[str]:
    return [path for _, path, audience in routes("GET") if audience != "signed" and path not in PUBLIC]


@pytest.mark.parametrize("who", ["anonymous", "attendee", "other organizer"])
def test_nobody_reads_somebody_elses(who: str) -> None:
    first = first_tenant()
    foreign = own_identifiers()
    second = Tenant()
    client = {"anonymous": client_of(None), "attendee": attendee(), "other organizer": second.client}[who]
    told = []
    for path in readable():
        # By the first one's identifiers, and by their own.
        for tenant in (first, second):
            text = says(client, path, fill(path, tenant.parameters(path)))
            if MARKER.lower() in text or identifiers_in(text) & foreign:
                told.append((path, tenant is first))
    assert told == []


def test_the_owner_reads_all_of_it() -> None:
    first = first_tenant()
    client = client_of(User.objects.get(pk=first.owner.pk))
    silent = set()
    for path in readable():
        text = says(client, path, fill(path, first.parameters(path)))
        if MARKER.lower() not in text and not identifiers_in(text) & own_identifiers():
            silent.add(path)
    # A route that is silent here would prove nothing above.
    assert silent <= WITHOUT_ROWS
