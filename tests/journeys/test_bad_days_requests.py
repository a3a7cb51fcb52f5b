"""Requests that no program of ours makes: values of the wrong kind, numbers without end, headers out of nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.journeys.tenants import BODIES, Tenant, attendee, client_of, content_of, fill, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

VALUES: list[Any] = [None, [], {"a": 1}, [[None]], 10**30, -1.5]
BODIES_OF_ANOTHER_KIND = [
    "",
    " ",
    "[]",
    "null",
    "1",
    '"x"',
    "{",
    '{"a":1e999}',
    "[" * 100_000,
    '{"a":' * 50_000,
    "\x00",
]
PAGES = ["0", "-1", "1" * 30, "1e3", "1.5", "٣", "", "NaN", "0x1", "%00", "last"]
HEADERS: dict[str, dict[str, str]] = {
    "an answer in no known form": {"accept": "application/x-nothing"},
    "an answer in a broken form": {"accept": ";;;,/"},
    "a language of a megabyte": {"accept-language": "de," * 300_000},
    "a host with a quote": {"host": "test'server"},
    "a sign-in that is no word": {"authorization": "Bearer \u00e9\u00ff"},
    "a sign-in of a megabyte": {"authorization": "Bearer " + "a" * 1_000_000},
    "a token of three dots": {"authorization": "Bearer ..."},
    "an unsigned token": {"authorization": "Bearer eyJhbGciOiJub25lIn0.eyJ1c2VyX3V1aWQiOiJ4In0."},
    "an empty key": {"authorization": "Api-Key"},
    "a key of strange letters": {"authorization": "Api-Key \u0001\u00ff"},
    "an address that is none": {"x-forwarded-for": "'; DROP TABLE x, unknown, ::1%eth0"},
    "a request id with a line break": {"x-request-id": "a\tb" * 50},
    "a time that never was": {"if-modified-since": "yesterday", "if-none-match": '"' * 50},
    "a range": {"range": "bytes=9-0,5-"},
    "a cookie of nonsense": {"cookie": "sessionid=\u00ff\u0001; csrftoken=;=;;"},
    "a key for repeats that is long": {"idempotency-key": "k" * 5000},
}


def send_raw(client: APIClient, method: str, address: str, body: str, content_type: str = "application/json") -> Any:
    answer = client.generic(method.upper(), address, body, content_type=content_type)
    if answer.streaming:
        answer.content_read = b"".join(answer)
    return answer


def test_no_value_of_another_kind_breaks_a_route() -> None:
    tenant, guest, wrong, count = Tenant(), client_of(None), [], 0
    for method, path, operation in BODIES.operations("post", "put", "patch"):
        client = guest if path.startswith(("/api/v1/public/", "/api/v1/auth/register/")) else tenant.client
        address = fill(path, tenant.parameters(path))
        for value in VALUES:
            for place, body in BODIES.poisoned(operation, value, form="any"):
                count += 1
                given = json.dumps(body)
                answer = undone(lambda c=client, m=method, a=address, b=given: send_raw(c, m, a, b))
                if answer.status_code >= 500:
                    wrong.append(f"{method} {path} {place} = {value!r:.20}: {answer.status_code}")
    assert wrong == []
    assert count > 1000


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "multipart/form-data",
     "application/x-www-form-urlencoded", "application/xml", "text/plain; charset=nothing", ""],
)  # fmt: skip
def test_no_body_of_another_kind_breaks_a_route(content_type: str) -> None:
    tenant, wrong = Tenant(), []
    for method, path, _ in BODIES.operations("post", "put", "patch"):
        address = fill(path, tenant.parameters(path))
        for body in BODIES_OF_ANOTHER_KIND:
            answer = undone(
                lambda m=method, a=address, b=body: send_raw(tenant.client, m, a, b, content_type)
            )  # fmt: skip
            if answer.status_code >= 500:
                wrong.append(f"{method} {path} {body:.12}: {answer.status_code}")
            elif answer.status_code >= 400:
                assert answer.json()["error"]["status"] == answer.status_code
    assert wrong == []


@pytest.mark.parametrize("parameter", ["page", "page_size", "cursor", "ordering", "export_format"])
def test_no_page_breaks_a_list(parameter: str) -> None:
    tenant, wrong = Tenant(), []
    for _, path, operation in BODIES.operations("get"):
        known = {one["name"] for one in operation.get("parameters", [])}
        if parameter not in known:
            continue
        for value in PAGES:
            address = fill(path, tenant.parameters(path)) + f"?{parameter}={value}"
            answer = send_raw(tenant.client, "GET", address, "")
            if answer.status_code >= 500:
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("kind", HEADERS)
def test_no_header_breaks_a_route(kind: str) -> None:
    wrong = []
    for client in (APIClient(raise_request_exception=False), attendee()):
        for method, path in (
            ("GET", "/api/v1/public/events/"), ("GET", "/api/v1/auth/me/"), ("POST", "/api/v1/auth/login/"),
            ("GET", "/"), ("GET", "/sign-in/"), ("POST", "/sign-in/"), ("GET", "/account/"), ("GET", "/readyz/"),
            ("GET", "/files/x/"), ("POST", "/api/v1/webhooks/zoom/"), ("OPTIONS", "/api/v1/events/"),
        ):  # fmt: skip
            answer = client.generic(method, path, "{}", content_type="application/json", headers=HEADERS[kind])
            if answer.status_code >= 500 and not (path == "/readyz/" and answer.status_code == 503):
                wrong.append(f"{method} {path}: {answer.status_code} {content_of(answer)[:80]}")
    assert wrong == []
