"""Every text of every operation, as the schema lists them, with what no form would send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from lyceum.events.models import EventCustomField
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.journeys.bodies import Bodies
from tests.schema.stage import real_parameters, set_stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BODIES = Bodies(SchemaGenerator().get_schema(request=None, public=True))
# As they stand in JSON: escapes, so that half a pair reaches the parser too.
TEXTS = {
    "nul": json.dumps("a\x00b"),
    "emoji": json.dumps("👩🏽‍⚕️🎓"),
    # The overrides U+202D and U+202E are refused on one line; these come along with names of those who write so.
    "right-to-left": json.dumps("\u202babc\u200f\u2066"),
    "half a pair": '"\\ud800"',
    "a megabyte": json.dumps("x" * 1_000_000),
}
NOT_FOR_KEEPING = {"nul", "half a pair", "a megabyte"}
IN_ADDRESSES = {
    "nul": "%00",
    "emoji": "%F0%9F%8E%93",
    "right-to-left": "%E2%80%AEabc%E2%80%8F",
    "half a pair": "%ED%A0%80",
    "not UTF-8": "%FF%FE",
    "a megabyte": "x" * 1_000_000,
}
MARK = "the text goes here"
# What an operation takes beyond what its schema calls required, so that the text is what decides.
MORE: dict[str, dict[str, Any]] = {
    "/api/v1/auth/register/": {"password": PASSWORD, "first_name": "Ada", "last_name": "King"},
    "/api/v1/auth/password-change/": {"current_password": PASSWORD, "new_password": "another-long-passphrase"},
    "/api/v1/users/change-password/": {"current_password": PASSWORD, "new_password": "another-long-passphrase"},
    "/api/v1/users/me/delete-account/": {"password": PASSWORD},
    "/api/v1/events/": {"duration_minutes": 60},
    "/api/v1/events/{event_uuid}/sessions/": {"duration_minutes": 60},
    "/api/v1/public/events/{event_uuid}/register/": {"email": "new@example.org", "name": "New Person"},
    "/api/v1/templates/": {"design": "modern"},
}
BULK = "/api/v1/events/{event_uuid}/registrations/"
# Bodies whose inner shape the schema leaves open.
OPEN_BODIES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("post", BULK, "row's email", {"registrations": [{"email": MARK}]}),
    ("post", BULK, "row's name", {"registrations": [{"email": "new@example.org", "name": MARK}]}),
    ("post", BULK, "row's key", {"registrations": [{"email": "new@example.org", MARK: "x"}]}),
    *(
        ("patch", "/api/v1/templates/{uuid}/", f"position's {name}", {"field_positions": {"text": place}})
        for name, place in {
            "text": {"x": 1, "y": 1, "text": MARK}, "font": {"x": 1, "y": 1, "font": MARK}, "x": {"x": MARK, "y": 1}
        }.items()
    ),
    ("patch", "/api/v1/templates/{uuid}/", "position's key", {"field_positions": {MARK: {"x": 1, "y": 1}}}),
]  # fmt: skip
FOR_GUESTS = ("/api/v1/public/", "/api/v1/auth/register/")


class Stage:
    """Somebody who owns one of everything, and asks for it. Nothing they do stays."""

    def __init__(self) -> None:
        owner, self.rows = set_stage()
        self.clients = {"owner": client_of(owner), "staff": client_of(StaffFactory()), "guest": client_of(None)}
        question = EventCustomField.objects.get()
        answers = {"email": "new@example.org", "name": "New Person", "custom_field_responses": {str(question.pk): MARK}}
        self.answers = ("post", "/api/v1/public/events/{event_uuid}/register/", "answer", json.dumps(answers))

    def ask(self, method: str, path: str, body: str | None = None, query: str = "") -> Any:
        for name, value in real_parameters(path, self.rows).items():
            path = path.replace(f"{{{name}}}", value)
        who = "guest" if path.startswith(FOR_GUESTS) else "owner"
        who = "staff" if path.startswith("/api/v1/users/") and "/me/" not in path else who
        with transaction.atomic():
            answer = self.clients[who].generic(
                method.upper(), path + query, body or "", content_type="application/json" if body else ""
            )
            if answer.streaming:
                b"".join(answer)
            transaction.set_rollback(True)
        return answer


def client_of(user: Any) -> APIClient:
    client = APIClient(raise_request_exception=False)
    if user:
        client.force_authenticate(user=user)
    return client


@pytest.fixture
def stage() -> Stage:
    return Stage()


def what_is_wrong(answer: Any) -> str:
    """Say how an answer breaks the API's promise: a fault of the code, or a refusal in another shape."""
    if answer.status_code >= 500:
        return f"answers {answer.status_code}"
    if answer.status_code >= 400:
        error = answer.json().get("error", {})
        if set(error) - {"retry_after"} != {"code", "message", "status", "details"}:
            return f"refuses with {answer.content[:100]!r}"
        if error["status"] != answer.status_code:
            return f"says {error['status']} with {answer.status_code}"
    return ""


def requests(*methods: str) -> Iterator[tuple[str, str, str, str]]:
    """Give method, path, the text's place and the body with a mark in it."""
    for method, path, operation in BODIES.operations(*methods):
        for place, body in BODIES.poisoned(operation, MARK):
            more = {name: value for name, value in MORE.get(path, {}).items() if MARK not in str(body.get(name))}
            yield method, path, place, json.dumps({**body, **more})
    for method, path, place, body in OPEN_BODIES:
        if method in methods:
            yield method, path, place, json.dumps(body)


@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_of_any_body_breaks_a_route(stage: Stage, kind: str) -> None:
    wrong, taken = [], []
    for method, path, place, body in [*requests("post", "put", "patch"), stage.answers]:
        answer = stage.ask(method, path, body.replace(json.dumps(MARK), TEXTS[kind]))
        if problem := what_is_wrong(answer):
            wrong.append(f"{method} {path} {place}: {problem}")
        elif answer.status_code < 300:
            taken.append(f"{method} {path} {place}")
            known = (MARK, None, json.loads(TEXTS[kind]))
            if answer.content and place != "full_name" and answer.json().get(place, MARK) not in known:
                wrong.append(f"{method} {path} {place}: comes back as {answer.json()[place]!r}")
    assert wrong == []
    if kind in NOT_FOR_KEEPING:
        # Keys that nobody knows are left out, whatever they are.
        assert set(taken) <= {f"post {BULK} row's key"}
    else:
        # They got past the first check, and mean the field that they are in.
        assert len(taken) > 80
        assert {"patch /api/v1/events/{uuid}/ title", f"post {BULK} row's name"} <= set(taken)


@pytest.mark.parametrize("kind", IN_ADDRESSES)
def test_no_text_of_any_query_breaks_a_route(stage: Stage, kind: str) -> None:
    wrong = []
    for method, path, operation in BODIES.operations("get"):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                answer = stage.ask(method, path, query=f"?{parameter['name']}={IN_ADDRESSES[kind]}")
                if problem := what_is_wrong(answer):
                    wrong.append(f"{path} {parameter['name']}: {problem}")
    assert wrong == []
