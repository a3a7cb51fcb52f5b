"""The base of every API view, on views made for this test."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import override_settings
from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIClient

from lyceum.core.api.fields import CharField, EmailField
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import InvalidState, Refusal
from lyceum.core.models import IdempotencyKey, PeriodicRun

RAN: list[str] = []


class SoldOut(Refusal):
    code = "TESTS_SOLD_OUT"
    status = 400
    message = "It is sold out."
    transient = True


class In(serializers.Serializer[Any]):
    name = CharField(max_length=10)
    email = EmailField(required=False)


class Out(serializers.Serializer[Any]):
    name = serializers.CharField()


class EchoView(ApiView):
    audience = Audience.ANYONE
    input_serializer_class = In
    output_serializer_class = Out

    def post(self, request: Any) -> Response:
        data = self.read_input()
        RAN.append(data["name"])
        if data["name"] == "state":
            raise InvalidState
        if data["name"] == "full":
            raise SoldOut
        if data["name"] == "boom":
            raise ZeroDivisionError
        return self.answer(data, status=201)

    def get(self, request: Any) -> Response:
        return self.page(PeriodicRun.objects.order_by("name"))


class OrganizersView(EchoView):
    audience = Audience.ORGANIZER


urlpatterns = [
    path("api/v1/echo/", EchoView.as_view()),
    path("api/v1/organizers-only/", OrganizersView.as_view()),
]
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _here() -> Iterator[None]:
    RAN.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


def post(api: APIClient, body: Any, **headers: str) -> Any:
    return api.post("/api/v1/echo/", body, format="json", headers=headers)


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "VALIDATION_ERROR", "name"),
        ({"name": None}, 400, "VALIDATION_ERROR", "name"),
        ({"name": "  "}, 400, "VALIDATION_ERROR", "name"),
        ({"name": "x" * 11}, 422, "VALIDATION_ERROR", "name"),
        ({"name": "x" * 1_000_000}, 422, "VALIDATION_ERROR", "name"),
        ({"name": "a\x00b"}, 422, "VALIDATION_ERROR", "name"),
        ({"name": ["a"]}, 422, "VALIDATION_ERROR", "name"),
        ({"name": "a", "email": "no"}, 422, "VALIDATION_ERROR", "email"),
        ({"name": "a", "email": None}, 422, "VALIDATION_ERROR", "email"),
        ({"email": "no"}, 400, "VALIDATION_ERROR", "email"),
        ([], 400, "VALIDATION_ERROR", "non_field_errors"),
        ("x", 400, "VALIDATION_ERROR", "non_field_errors"),
    ],
)
def test_bad_input_is_refused_in_one_shape(api: APIClient, body: Any, status: int, code: str, field: str) -> None:
    answer = post(api, body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (status, code, status)
    assert field in error["details"]
    assert RAN == []


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": NaN}', b'{"name": "\\ud800"}'])
def test_a_body_that_cant_be_read_is_a_400(api: APIClient, body: bytes) -> None:
    answer = api.generic("POST", "/api/v1/echo/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "PARSE_ERROR")


def test_a_body_without_end_is_a_413(api: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for size, status in ((900, 422), (1001, 413)):
        answer = post(api, {"name": "x" * size})
        assert answer.status_code == status
    assert answer.json()["error"]["code"] == "PAYLOAD_TOO_LARGE"


def test_methods_types_and_formats_are_refused_in_the_same_shape(api: APIClient) -> None:
    assert api.delete("/api/v1/echo/").json()["error"]["code"] == "METHOD_NOT_ALLOWED"
    wrong = api.generic("POST", "/api/v1/echo/", b"a=1", content_type="text/csv")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    odd = api.get("/api/v1/echo/", headers={"Accept": "image/png"})
    assert (odd.status_code, odd.json()["error"]["code"]) == (406, "NOT_ACCEPTABLE")


def test_answers_are_kept_by_nobody(api: APIClient) -> None:
    assert post(api, {"name": "ann"})["Cache-Control"] == "no-store"
    assert post(api, {})["Cache-Control"] == "no-store"


def test_options_names_the_methods(api: APIClient) -> None:
    answer = api.options("/api/v1/echo/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_nobody_is_told_to_sign_in(api: APIClient) -> None:
    answer = api.get("/api/v1/organizers-only/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "NOT_AUTHENTICATED")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_repeat_gets_the_first_answer(api: APIClient) -> None:
    first = post(api, {"name": "ann"}, **{"Idempotency-Key": "k1"})
    again = post(api, {"name": "ann"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert RAN == ["ann"]


def test_the_same_key_for_another_body_is_refused(api: APIClient) -> None:
    post(api, {"name": "ann"}, **{"Idempotency-Key": "k1"})
    answer = post(api, {"name": "bob"}, **{"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert RAN == ["ann"]


def test_a_request_that_is_still_running_is_refused(api: APIClient) -> None:
    post(api, {"name": "ann"}, **{"Idempotency-Key": "k1"})
    IdempotencyKey.objects.update(status=None, answer=None)
    answer = post(api, {"name": "ann"}, **{"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")


def test_lasting_refusals_are_replayed_and_transient_ones_are_not(api: APIClient) -> None:
    for _ in range(2):
        assert post(api, {"name": "state"}, **{"Idempotency-Key": "k1"}).status_code == 409
        assert post(api, {"name": "full"}, **{"Idempotency-Key": "k2"}).status_code == 400
    assert RAN == ["state", "full", "full"]


def test_a_fault_of_ours_is_not_replayed(api: APIClient) -> None:
    api.raise_request_exception = False
    for _ in range(2):
        assert post(api, {"name": "boom"}, **{"Idempotency-Key": "k1"}).status_code == 500
    assert RAN == ["boom", "boom"]
    assert IdempotencyKey.objects.count() == 0


def test_lists_have_the_contracts_shape(api: APIClient) -> None:
    PeriodicRun.objects.bulk_create(
        PeriodicRun(name=f"job {n:03}", last_run_at=datetime(2026, 1, 1, tzinfo=UTC)) for n in range(45)
    )
    body = api.get("/api/v1/echo/?page=3&unknown=1").json()
    assert {name: body[name] for name in body if name not in {"results", "previous"}} == {
        "count": 45,
        "next": None,
        "total_pages": 3,
        "current_page": 3,
        "page_size": 20,
    }
    assert [row["name"] for row in body["results"]] == ["job 040", "job 041", "job 042", "job 043", "job 044"]
    assert api.get("/api/v1/echo/?page_size=1000").json()["page_size"] == 100
    assert api.get("/api/v1/echo/?page=4").status_code == 404
    assert [api.get(f"/api/v1/echo/?page={page}").status_code for page in ("x", "0", "-1", "1.5", "")] == [422] * 5
    assert api.get("/api/v1/echo/?page_size=0").status_code == 422
    assert api.get("/api/v1/echo/?page_size=x").status_code == 422
    assert api.get("/api/v1/echo/?cursor=&page_size=x").status_code == 422
    assert api.get("/api/v1/echo/?cursor=&page_size=1000").json()["page_size"] == 100


def test_throttles_count_in_buckets_of_their_own(api: APIClient) -> None:
    with override_settings(THROTTLES={"anon": "2/hour"}):
        assert [post(api, {"name": "a"}).status_code for _ in range(3)] == [201, 201, 429]
        refused = post(api, {"name": "a"})
        error = refused.json()["error"]
        assert error["code"] == "RATE_LIMIT_EXCEEDED"
        assert 1 <= error["retry_after"] <= 3600
        assert refused["Retry-After"] == str(error["retry_after"])
        elsewhere = api.post("/api/v1/echo/", {"name": "a"}, format="json", REMOTE_ADDR="10.0.0.9")
        assert elsewhere.status_code == 201


def test_every_answer_carries_a_request_id(api: APIClient) -> None:
    assert len(api.get("/api/v1/echo/")["X-Request-Id"]) == 36
    assert api.get("/api/v1/echo/", headers={"X-Request-Id": "abc-12345"})["X-Request-Id"] == "abc-12345"
    assert api.get("/api/v1/echo/", headers={"X-Request-Id": "a b<script>"})["X-Request-Id"] != "a b<script>"
