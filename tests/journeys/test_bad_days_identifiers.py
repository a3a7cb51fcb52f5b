"""Every identifier wrong, in every place, with every method: 404, and not a row of anybody's is touched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.tenants import (
    BODIES,
    MARKER,
    SAMPLE,
    Tenant,
    content_of,
    fill,
    first_tenant,
    identifiers_in,
    own_identifiers,
    routes,
    send,
    snapshot,
    undone,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Secrets and signatures, which no row is named by; and routes that staff alone may ask.
NOT_FOR_THEM = {"signed", "staff"}
# The one who asks may read what is public of anybody.
PUBLIC = {"/api/v1/organizers/{uuid}/", "/api/v1/public/organizers/{uuid}/calendar.ics"}
# Answers 200 about a certificate whose person keeps their details private.
PROOFS = {"/api/v1/public/certificates/verify/{certificate_id}/", "/verify/{certificate_id}/"}
# Named by a mailed secret or a code, or nothing there to restore, no PDF drawn and no archive gathered yet.
NOTHING_THERE = {
    "/r/{token}/", "/r/{key}/cancel/", "/r/{key}/name/", "/files/{token}/", "/mail/unsubscribe/{token}/",
    "/account/data/{key}/", "/account/certificates/{key}/download/", "/api/v1/users/me/certificates/{uuid}/download/",
    "/api/v1/templates/{uuid}/restore/", "/api/v1/events/{uuid}/restore/",
    "/api/v1/events/{event_uuid}/registrations/check-in/", "/api/v1/events/{event_uuid}/registrations/check-out/",
    # Its registration has to be confirmed at the event of the session.
    "/api/v1/events/{event_uuid}/sessions/{session_uuid}/attendance/{registration_uuid}/override/",
}  # fmt: skip
WRONG: dict[str, Callable[[str], str]] = {
    "no identifier at all": lambda _: "not-a-uuid",
    "nobody's": lambda _: str(uuid4()),
    "without hyphens": lambda own: own.replace("-", ""),
    "in braces": lambda own: f"%7B{own}%7D",
    "36 letters": lambda _: "z" * 36,
    "digits of another script": lambda own: own.replace("1", "%D9%A1"),
    "a quote": lambda own: f"{own}'%20OR%20'1'='1",
    "NUL": lambda _: "%00",
    "not UTF-8": lambda _: "%FF%FE",
    "very long": lambda _: "a" * 5000,
}


def with_parameters() -> Iterator[tuple[str, str]]:
    for method, path, audience in routes(*METHODS):
        if "{" in path and audience not in NOT_FOR_THEM:
            yield method, path


def not_found(answer: Any, path: str) -> bool:
    """Say whether there was nothing; two pages say so in their own way, whatever they are asked for."""
    if path == "/events/{slug}/registered/":
        return bool(answer.status_code == 302)
    return bool(answer.status_code == 404 or (path.endswith("/sign-out/") and answer.status_code == 405))


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_identifier_is_404_in_every_place(kind: str) -> None:
    tenant, wrong = Tenant(), []
    for method, path in with_parameters():
        own = tenant.parameters(path)
        for name in re.findall(r"\{(\w+)\}", path):
            values = {**own, name: WRONG[kind](own.get(name, "1"))}
            if values == own or (name == "certificate_id" and kind == "without hyphens"):
                continue
            answer = undone(
                lambda m=method, p=path, v=values: send(tenant.client, m, p, fill(p, v), place_id=tenant.place_id)
            )
            if not not_found(answer, path):
                wrong.append(f"{method} {path} {name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("form", ["as it is", "upper case"])
def test_somebody_elses_identifier_is_404_and_nothing_changes(form: str) -> None:
    first = first_tenant()
    foreign = own_identifiers()
    second, wrong = Tenant(), []
    for method, path in with_parameters():
        own, theirs = second.parameters(path), first.parameters(path)
        for mixed in ({**own, name: theirs[name]} for name in theirs):
            if path in PUBLIC | PROOFS:
                continue
            values = {name: value.upper() if form == "upper case" else value for name, value in mixed.items()}
            before = snapshot()
            answer, after = undone(
                lambda m=method, p=path, v=values: (
                    send(second.client, m, p, fill(p, v), place_id=second.place_id),
                    snapshot(),
                )
            )
            text = content_of(answer)
            if not not_found(answer, path) or MARKER in text or identifiers_in(text) & foreign:
                wrong.append(f"{method} {path} {values}: {answer.status_code}")
            if before != after:
                wrong.append(f"{method} {path} {values}: rows changed")
    assert wrong == []


def test_ones_own_identifiers_lead_somewhere() -> None:
    """Without this the 404s above would prove nothing."""
    tenant, nowhere = Tenant(), set()
    for method, path in with_parameters():
        address = fill(path, tenant.parameters(path))
        answer = undone(lambda m=method, p=path, a=address: send(tenant.client, m, p, a, place_id=tenant.place_id))
        assert answer.status_code < 500, (method, path)
        if answer.status_code == 404:
            nowhere.add(path)
    assert nowhere <= NOTHING_THERE


def test_no_body_reaches_somebody_elses_row() -> None:
    first = first_tenant()
    theirs, foreign = snapshot(), own_identifiers()
    second, wrong, places = Tenant(), [], set()
    for method, path, operation in BODIES.operations("post", "put", "patch"):
        address = fill(path, second.parameters(path))
        for place, body in BODIES.poisoned(operation, "the identifier", form="uuid"):
            places.add(place)
            for identifier in first.identifiers():
                given = json.loads(json.dumps(body).replace("the identifier", identifier).replace(SAMPLE, identifier))
                answer, now = undone(
                    lambda m=method, a=address, b=given: (getattr(second.client, m)(a, b), snapshot())
                )  # fmt: skip
                kept = {label: {key: now[label].get(key) for key in rows} for label, rows in theirs.items()}
                refers = [row for label, rows in now.items() for key, row in rows.items()
                          if key not in theirs[label] and {str(value) for value in row.values()} & foreign]  # fmt: skip
                text = content_of(answer)
                if answer.status_code >= 500 or MARKER in text or kept != theirs or refers:
                    wrong.append(f"{method} {path} {place}: {answer.status_code} {refers}")
                    break
    assert wrong == []
    assert {"ticket_type", "registration_uuids.0", "template_uuid", "order.0", "session"} <= places, places
