"""Every route stands in the table, and lets in exactly whom the table says, with exactly the scopes that it says."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.accounts.services.api_keys import SCOPES
from lyceum.core.api.views import ApiMixin
from tests.architecture.routes import ROUTES
from tests.architecture.routing import all_patterns, found_routes, view_of
from tests.factories.accounts import (
    ApiKeyFactory,
    OrganizerFactory,
    StaffFactory,
    UnverifiedUserFactory,
    UserFactory,
)

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

ALL = frozenset(SCOPES)
SAME = str(uuid4())


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
    for method, path, said in stated_routes():
        yield method, path, said.partition(",")[0]


def stated_routes() -> Iterator[tuple[str, str, str]]:
    """Yield the routes of the API with what the table says: the audience, and the scopes behind a comma."""
    for route, said in ROUTES.items():
        method, path = route.split(" ", 1)
        if path.startswith(("/api/v1/", "/api/auth/")):
            yield method, path, said


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


def clients_with_keys() -> Callable[[Iterable[str]], APIClient]:
    """Return what makes a program's client: with a key of somebody who is everything, and these scopes."""
    person = UserFactory(is_staff=True, is_organizer=True, is_instructor=True)
    known: dict[frozenset[str], APIClient] = {}

    def client_with(scopes: Iterable[str]) -> APIClient:
        wanted = frozenset(scopes)
        if wanted not in known:
            secret = f"lyc_{len(known)}_secret"
            ApiKeyFactory(user=person, secret=secret, scopes=sorted(wanted))
            known[wanted] = APIClient(raise_request_exception=False, HTTP_AUTHORIZATION=f"Api-Key {secret}")
        return known[wanted]

    return client_with


@pytest.mark.django_db
def test_a_key_opens_what_its_scopes_name_and_nothing_else():
    """Every route with each scope alone, then with those that the table names, then with all but one of them."""
    client_with, wrong = clients_with_keys(), []
    for method, path, said in stated_routes():
        if "," not in said:
            continue
        needed = frozenset() if said.endswith(", -") else frozenset(said.partition(", ")[2].split(" + "))
        assert needed <= set(SCOPES), path
        for scopes in {frozenset([scope]) for scope in SCOPES} | {needed, frozenset(SCOPES) - needed, ALL}:
            answer = ask(client_with(scopes), method, path, str(uuid4()))
            error = {} if answer.status_code != 403 else answer.json()["error"]
            refused = error.get("code") == "PERMISSION_DENIED" and "scope" in error["details"]
            if refused != (not said.startswith("anyone") and (not needed or not needed <= scopes)):
                wrong.append(f"{method} {path} ({said}) answers {sorted(scopes)} with {answer.status_code}")
            if refused and error["details"]["scope"] not in (needed - scopes or {None}):
                wrong.append(f"{method} {path} ({said}) names {error['details']['scope']} to {sorted(scopes)}")
    assert wrong == []


@pytest.mark.django_db
def test_a_key_of_nothing_opens_nothing():
    client, wrong = clients_with_keys()([]), []
    for method, path, said in stated_routes():
        if "," in said and (ask(client, method, path, str(uuid4())).status_code == 403) == said.startswith("anyone"):
            wrong.append(f"{method} {path}")
    assert wrong == []


@pytest.mark.django_db
def test_no_key_is_refused_where_anybody_may_come():
    """Every open route, pages too, answers a key as it answers nobody, unless its scopes make it its person's."""
    client_with, wrong, asked = clients_with_keys(), [], 0
    nobody = client_of("anonymous")
    for route, said in ROUTES.items():
        method, path = route.split(" ", 1)
        if said.partition(",")[0] not in {"anyone", "signed"}:
            continue
        expected = ask(nobody, method, path, SAME).status_code
        needed = set(said.partition(", ")[2].split(" + "))
        for scopes in (frozenset(), ALL - needed, ALL):
            answer = ask(client_with(scopes), method, path, SAME)
            asked += 1
            if answer.status_code != expected and not needed & scopes:
                wrong.append(f"{route} answers {sorted(scopes)} with {answer.status_code}, nobody with {expected}")
            if answer.status_code == 403 and "scope" in answer.content.decode():
                wrong.append(f"{route} refuses {sorted(scopes)}")
    assert wrong == []
    assert asked > 150


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
