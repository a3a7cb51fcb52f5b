"""Every route of accounts by role, and the schema that tells of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from lyceum.accounts.api.urls import alias_urlpatterns, urlpatterns
from lyceum.core.ids import new_id
from tests.factories.accounts import OrganizerFactory, StaffFactory, UnverifiedUserFactory, UserFactory

pytestmark = pytest.mark.django_db
ROLES: dict[str, Callable[[], Any] | None] = {
    "nobody": None,
    "unverified": UnverifiedUserFactory,
    "attendee": UserFactory,
    "organizer": OrganizerFactory,
    "staff": StaffFactory,
}
# What an empty request gets: 401 nobody, 403 the wrong role, else the input is judged.
ANYONE = {"nobody": 400, "unverified": 400, "attendee": 400, "organizer": 400, "staff": 400}
USER = {"nobody": 401, "unverified": 200, "attendee": 200, "organizer": 200, "staff": 200}
NOT_ON = {"nobody": 401, "unverified": 409, "attendee": 409, "organizer": 409, "staff": 409}
INPUT = {"nobody": 401, "unverified": 400, "attendee": 400, "organizer": 400, "staff": 400}
ABSENT = {"nobody": 401, "unverified": 404, "attendee": 404, "organizer": 404, "staff": 404}
STAFF = {"nobody": 401, "unverified": 403, "attendee": 403, "organizer": 403}
PAGE = {"nobody": 401, "unverified": 403, "attendee": 403, "organizer": 200, "staff": 200}
ID = str(new_id())
AUDIENCES: dict[tuple[str, str], dict[str, int]] = {
    ("post", "auth/register/"): ANYONE,
    ("post", "auth/login/"): ANYONE,
    ("post", "auth/token/"): ANYONE,
    ("post", "auth/token/refresh/"): ANYONE,
    ("post", "auth/refresh/"): ANYONE,
    ("post", "auth/verify-email/"): ANYONE,
    ("post", "auth/resend-verification/"): ANYONE,
    ("post", "auth/password-reset/"): ANYONE,
    ("post", "auth/password-reset/confirm/"): ANYONE,
    ("post", "auth/reauthenticate/"): INPUT,
    ("post", "auth/logout/"): USER,
    ("get", "auth/me/"): USER,
    ("get", "auth/manifest/"): USER,
    ("post", "auth/password-change/"): INPUT,
    ("put", "users/change-password/"): INPUT,
    ("get", "users/profile/"): USER,
    ("put", "users/profile/"): INPUT,
    ("patch", "users/profile/"): USER,
    ("get", "users/me/"): USER,
    ("patch", "users/me/"): USER,
    ("get", "users/me/notifications/"): USER,
    ("patch", "users/me/notifications/"): USER,
    ("get", "users/me/organizer-profile/"): PAGE,
    ("patch", "users/me/organizer-profile/"): PAGE,
    ("post", "users/me/upgrade/"): USER | {"unverified": 403, "organizer": 409},
    ("post", "users/me/downgrade/"): ABSENT | {"unverified": 403, "attendee": 409, "organizer": 200, "staff": 409},
    ("post", "users/me/onboarding/complete/"): USER,
    ("get", "users/me/sessions/"): USER,
    ("post", "users/me/sessions/terminate-all/"): USER,
    ("get", "users/me/sessions/<str:uuid>/"): ABSENT,
    ("delete", "users/me/sessions/<str:uuid>/"): ABSENT,
    ("get", "users/me/second-factor/"): USER,
    ("post", "users/me/second-factor/"): USER | dict.fromkeys(set(ROLES) - {"nobody"}, 201) | {"unverified": 403},
    ("delete", "users/me/second-factor/"): NOT_ON,
    ("post", "users/me/second-factor/confirm/"): INPUT | {"unverified": 403},
    ("post", "users/me/second-factor/recovery-codes/"): NOT_ON,
    ("get", "users/me/api-keys/"): USER,
    ("post", "users/me/api-keys/"): INPUT | {"unverified": 403},
    ("get", "users/me/api-keys/<str:uuid>/"): ABSENT,
    ("delete", "users/me/api-keys/<str:uuid>/"): ABSENT,
    ("post", "users/me/export-data/"): {name: 401 if name == "nobody" else 202 for name in ROLES},
    ("post", "users/me/delete-account/"): INPUT,
    ("get", "users/"): STAFF | {"staff": 200},
    ("get", "users/<str:uuid>/"): STAFF | {"staff": 404},
    ("get", "organizers/<str:uuid>/"): dict.fromkeys(ROLES, 404),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), AUDIENCES)
def test_audience(api_as: Callable[[Any], APIClient], role: str, method: str, path: str) -> None:
    factory = ROLES[role]
    client = api_as(factory()) if factory else APIClient()
    answer = getattr(client, method)(f"/api/v1/{path.replace('<str:uuid>', ID)}", {})
    assert answer.status_code == AUDIENCES[method, path][role], answer.content
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) >= {"code", "message", "status", "details"}


def test_every_route_stands_in_the_table() -> None:
    assert {str(route.pattern) for route in urlpatterns} == {path for _, path in AUDIENCES}
    assert {str(route.pattern) for route in alias_urlpatterns} == {"auth/token/", "auth/token/refresh/"}
    assert get_resolver().resolve("/api/auth/token/")


@pytest.mark.parametrize(("method", "path"), AUDIENCES)
def test_other_methods_are_refused(api_as: Callable[[Any], APIClient], method: str, path: str) -> None:
    allowed = {verb for verb, route in AUDIENCES if route == path}
    client = api_as(StaffFactory())
    for verb in {"get", "post", "put", "patch", "delete"} - allowed:
        answer = getattr(client, verb)(f"/api/v1/{path.replace('<str:uuid>', ID)}", {})
        assert answer.status_code == 405, (verb, answer.content)
