"""`Idempotency-Key` under load, with files, after a crash."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.test import APIClient

from lyceum.core import clock
from lyceum.core.api.fields import CharField
from lyceum.core.api.idempotency import ABANDONED, KEPT
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.http.rendering import JSONParser
from lyceum.core.models import Fact, IdempotencyKey
from lyceum.core.schedule import purge_expired

pytestmark = pytest.mark.both_databases

PLACE = "/api/v1/rows/"


class In(serializers.Serializer[Any]):
    name = CharField(max_length=20)
    file = serializers.FileField(required=False)


class RowsView(ApiView):
    audience = Audience.ANYONE
    input_serializer_class = In
    parser_classes = (JSONParser, MultiPartParser)
    max_upload_bytes = {"post": 10 * 1024 * 1024}

    def post(self, request: Any) -> Response:
        data = self.read_input()
        size = len(data["file"].read()) if data.get("file") else 0
        row = Fact.objects.create(name=f"tests.{data['name']}", actor_kind="system", occurred_at=datetime.now(UTC))
        return Response({"id": str(row.pk), "size": size}, status=201)


urlpatterns = [path("api/v1/rows/", RowsView.as_view())]


@pytest.fixture(autouse=True)
def _here() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


def post(client: APIClient, name: str, key: str = "k") -> Any:
    return client.post(PLACE, {"name": name}, format="json", headers={"Idempotency-Key": key})


def upload(client: APIClient, content: bytes, key: str = "k") -> Any:
    body = {"name": "file", "file": SimpleUploadedFile("a.pdf", content)}
    return client.post(PLACE, body, format="multipart", headers={"Idempotency-Key": key})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_requests_at_the_same_moment_one_does_the_work() -> None:
    barrier = threading.Barrier(8)

    def ask() -> tuple[int, bytes]:
        try:
            barrier.wait(10)
            answer = post(APIClient(), "once")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = [future.result(30) for future in [pool.submit(ask) for _ in range(8)]]
    assert Fact.objects.filter(name="tests.once").count() == 1
    made = {content for status, content in answers if status == 201}
    assert len(made) == 1
    assert {status for status, _ in answers} <= {201, 409}


@pytest.mark.django_db
def test_a_file_sent_again_is_the_same_request_whatever_its_boundary(api: APIClient) -> None:
    first = upload(api, b"%PDF-1 one")
    # A program that tries again makes a new boundary between the parts.
    body = (
        b'--otherline\r\nContent-Disposition: form-data; name="name"\r\n\r\nfile\r\n'
        b'--otherline\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF-1 one\r\n--otherline--\r\n"
    )
    content_type = "multipart/form-data; boundary=otherline"
    again = api.post(PLACE, body, content_type=content_type, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert first.json()["size"] == 10
    assert Fact.objects.filter(name="tests.file").count() == 1
    assert upload(api, b"%PDF-1 two").json()["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.django_db
def test_a_large_file_can_carry_a_key(api: APIClient) -> None:
    content = b"%PDF-1" + b"x" * (8 * 1024 * 1024)
    assert upload(api, content).json()["size"] == len(content)
    assert upload(api, content)["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
@pytest.mark.parametrize("moved", [timedelta(0), timedelta(days=400), timedelta(days=-400)])
def test_a_request_whose_process_died_can_be_made_again(
    api: APIClient, monkeypatch: pytest.MonkeyPatch, moved: timedelta
) -> None:
    """The product's clock, which development moves, has no say in how long a request takes."""
    monkeypatch.setattr(clock, "now", lambda: clock.real_now() + moved)
    post(api, "row")
    old = clock.real_now() - ABANDONED + KEPT
    IdempotencyKey.objects.update(status=None, answer=None, expires_at=old + timedelta(seconds=5))
    assert post(api, "row").status_code == 409
    IdempotencyKey.objects.update(expires_at=old)
    assert post(api, "row").status_code == 201
    assert Fact.objects.filter(name="tests.row").count() == 2


@pytest.mark.django_db
def test_after_a_day_the_key_is_free_and_forgotten(api: APIClient) -> None:
    post(api, "row")
    purge_expired(clock.now())
    assert IdempotencyKey.objects.count() == 1
    IdempotencyKey.objects.update(expires_at=clock.real_now())
    assert post(api, "other").status_code == 201
    IdempotencyKey.objects.update(expires_at=clock.real_now())
    assert purge_expired(clock.now()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 256, " "])
def test_a_key_has_a_sensible_length(api: APIClient, key: str) -> None:
    assert post(api, "row", key).status_code in {201, 422}


@pytest.mark.django_db
def test_a_refused_body_is_refused_again(api: APIClient) -> None:
    assert post(api, "x" * 21).status_code == 422
    assert post(api, "x" * 21)["Idempotent-Replayed"] == "true"
    assert Fact.objects.count() == 0
