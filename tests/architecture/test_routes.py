"""Every route stands in the table, and lets in exactly whom the table says."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.core.api.views import ApiMixin
from tests.architecture.routes import ROUTES
from tests.architecture.routing import all_patterns, found_routes, view_of
from tests.factories.accounts import OrganizerFactory, StaffFactory, UnverifiedUserFactory, UserFactory

ROLES: dict[str, Callable[[], User] | None] = {
    "anonymous": None,
    "unverified": UnverifiedUserFactory,
    "user": UserFactory,
    "organizer": OrganizerFactory,
    "staff": StaffFactory,
}
# Audience → who is let in; the others get 401 (nobody) or 403 (somebody else).
LET_IN = {
    "anyone": set(ROLES),
    "signed": set(ROLES),
    "user": {"unverified", "user", "organizer", "staff"},
    "verified": {"user", "organizer", "staff"},
    "organizer": {"organizer", "staff"},
    "staff": {"staff"},
}
# Let in, and refused for what the body lacks or the path names, in these words.
REFUSED_LATER = {401: {"AUTHENTICATION_FAILED", "TOKEN_INVALID", "SIGNATURE_INVALID"}, 403: {"EMAIL_NOT_VERIFIED"}}


def test_every_route_stands_in_the_table():
    assert found_routes() == ROUTES


def test_every_api_view_is_one_of_ours():
    strangers = {
        path
        for path, callback in all_patterns()
        if path.startswith("/api/v1/") and not (view_of(callback) and issubclass(view_of(callback), ApiMixin))
    }
    assert strangers == set()


def api_routes() -> Iterator[tuple[str, str, str]]:
    for route, audience in ROUTES.items():
        method, path = route.split(" ", 1)
        if path.startswith(("/api/v1/", "/api/auth/")):
            yield method, path, audience


def ask(client: APIClient, method: str, path: str, word: str) -> Any:
    address = re.sub(r"<str:\w+>", word, path)
    body = None if method == "GET" else {}
    return client.generic(method, address, "" if body is None else "{}", content_type="application/json")


def client_of(role: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    if make := ROLES[role]:
        client.force_authenticate(user=make())
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_the_door_opens_for_its_audience_only(role: str):
    wrong = []
    for method, path, audience in api_routes():
        answer = ask(client_of(role), method, path, str(uuid4()))
        status = answer.status_code
        if role in LET_IN[audience]:
            code = answer.json()["error"]["code"] if status in REFUSED_LATER else ""
            fine = status < 500 and (status not in REFUSED_LATER or code in REFUSED_LATER[status])
        else:
            fine = status == (401 if role == "anonymous" else 403)
        if not fine:
            wrong.append(f"{method} {path} ({audience}) answers {role} with {status}")
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["not-a-uuid", "%00", "💥", "1", "00000000-0000-0000-0000-00000000000g"])
def test_an_identifier_that_is_none_is_never_a_server_error(word: str):
    client, wrong = client_of("staff"), []
    for method, path, _audience in api_routes():
        if "<" not in path:
            continue
        status = ask(client, method, path, word).status_code
        if method == "GET" and status != 404:
            wrong.append(f"{method} {path} answers {status}")
        if status >= 500:
            wrong.append(f"{method} {path} answers {status}")
    assert wrong == []
