"""No body is larger or deeper than its route allows, and every input says how much of everything it takes."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client
from django.urls import resolve
from rest_framework import serializers
from rest_framework.fields import _UnvalidatedField
from rest_framework.test import APIClient

from lyceum.core.api import fields as own
from lyceum.core.api.views import ApiMixin
from lyceum.core.http.bodies import BESIDE_FILES, MEGABYTE, PLAIN_BYTES, limit_of
from lyceum.core.web import PageForm
from lyceum.events.models import EventCustomField
from lyceum.events.models.choices import FieldType
from lyceum.registrations.web.forms import RegisterForm
from tests.architecture.inputs import input_classes
from tests.architecture.routes import ROUTES
from tests.architecture.routing import all_patterns, methods_of, view_of
from tests.architecture.sources import ROOT
from tests.architecture.test_routes import client_of
from tests.factories.accounts import PASSWORD

NO_ID = "01890000-0000-7000-8000-000000000000"
MULTIPART = "multipart/form-data; boundary=x"


class Untouchable(io.RawIOBase):
    """A body that fails whoever reads it."""

    def read(self, *_: Any) -> bytes:
        pytest.fail("The body was read.")


def nested(levels: int) -> str:
    return '{"a":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"


def routes() -> Iterator[tuple[str, str]]:
    for route in ROUTES:
        method, path = route.split(" ", 1)
        yield method, re.sub(r"<str:\w+>", NO_ID, path)


def announced(method: str, path: str, content_type: str, length: int) -> Any:
    """Ask with a body that is announced, and that nobody may read."""
    extra: Any = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": content_type}
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    return client.generic(method, path, **extra)


@pytest.mark.django_db
def test_no_route_reads_json_that_is_too_large():
    answers = {
        f"{method} {path}": announced(method, path, "application/json", PLAIN_BYTES + 1) for method, path in routes()
    }
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 413} == {}
    for route, answer in answers.items():
        if "/api/v1/" in route:
            assert answer.json()["error"]["code"] == "PAYLOAD_TOO_LARGE"
        elif "/api/" not in route and "z/" not in route:
            assert "This is too large" in answer.content.decode(), route


@pytest.mark.django_db
def test_no_route_reads_an_upload_that_is_too_large_or_that_it_does_not_take():
    wrong, taken = {}, {}
    for method, path in routes():
        callback = resolve(path).func
        limit = limit_of(callback, method, MULTIPART)
        answer = announced(method, path, MULTIPART, max(limit.bytes, PLAIN_BYTES) + 1)
        if limit.refusal is None and limit.bytes > PLAIN_BYTES:
            taken[f"{method} {path}"] = limit.bytes - BESIDE_FILES
        api = path.startswith(("/api/v1/", "/api/auth/"))
        expected = 415 if api and limit.refusal else 413
        if answer.status_code != expected:
            wrong[f"{method} {path}"] = answer.status_code
    assert wrong == {}
    assert taken == {
        f"POST /api/v1/events/{NO_ID}/upload-image/": 5 * MEGABYTE,
        "POST /api/v1/templates/": 12 * MEGABYTE,
        f"PATCH /api/v1/templates/{NO_ID}/": 12 * MEGABYTE,
        "PUT /api/v1/users/profile/": 5 * MEGABYTE,
        "PATCH /api/v1/users/profile/": 5 * MEGABYTE,
        "PUT /api/v1/users/me/": 5 * MEGABYTE,
        "PATCH /api/v1/users/me/": 5 * MEGABYTE,
    }


@pytest.mark.django_db
def test_no_route_breaks_on_what_lies_too_deep():
    client, wrong, refused = client_of("organizer"), [], 0
    for method, path in routes():
        if method == "GET":
            continue
        for levels in (33, 990, 50_000):
            status = client.generic(method, path, nested(levels), content_type="application/json").status_code
            refused += status == 413
            if status >= 500 or status < 300:
                wrong.append(f"{method} {path} at {levels}: {status}")
    # Their form is a browser's, or a body says nothing there.
    assert [line for line in wrong if not re.search(r"/(onboarding|terminate-all|favicon|export-data)", line)] == []
    assert refused > 60


@pytest.mark.django_db
@pytest.mark.parametrize("levels", [33, 990, 5_000])
def test_thirty_two_levels_are_read_and_one_more_is_too_large(levels: int, api: APIClient):
    address = "/api/v1/auth/login/"
    assert api.generic("POST", address, nested(32), content_type="application/json").status_code == 400
    answer = api.generic("POST", address, nested(levels), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert "32 levels" in answer.json()["error"]["message"]


@pytest.mark.django_db
def test_a_file_that_nobody_asked_for_is_never_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", lambda *_, **__: pytest.fail("It was written to disk."))
    parts = f'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n{"a" * 1_000_000}\r\n--x--\r\n'
    for method, path in routes():
        if method == "POST" and not path.startswith("/api/"):
            answer = Client(raise_request_exception=False).generic("POST", path, parts, content_type=MULTIPART)
            assert answer.status_code < 500


NUMBERS = [
    "1e400", "-1e400", "1" * 5000, "1e-400", "NaN", "Infinity", "-0", '"1e400"', '"NaN"', '"sNaN"', '"Infinity"',
    '"' + "1" * 5000 + '"', '"1e5000"', "1" * 400, '"1e-5000"', '"\\ud800"', '{"a": 1e400}', "1e308",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("value", NUMBERS)
def test_no_number_breaks_an_input(value: str):
    client = client_of("organizer")
    event = f'{{"title":"x","starts_at":"2040-01-01T09:00:00Z","duration_minutes":60,"%s":{value}}}'
    for name in (
        "price",
        "capacity",
        "duration_minutes",
        "cpd_credit_value",
        "minimum_attendance_percent",
        "starts_at",
    ):
        answer = client.generic("POST", "/api/v1/events/", event % name, content_type="application/json")
        assert answer.status_code in (201, 400, 422), (name, answer.content)
        query = client.get("/api/v1/events/", {name: value, "page": value, "page_size": value, "cursor": value})
        assert query.status_code < 500


def inputs() -> list[type[serializers.Serializer[Any]]]:
    """Every serializer of the files that say what routes read, and of the views that name one."""
    found: set[Any] = set(input_classes())
    for _, callback in all_patterns():
        view = view_of(callback)
        if view is not None and issubclass(view, ApiMixin):
            found |= {one for one in (view.input_serializer_class, *view.input_serializers.values()) if one}
    return sorted(found, key=lambda one: one.__name__)


def parts(field: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The field itself and everything within it."""
    yield name, field
    for key, inner in getattr(field, "fields", {}).items() if isinstance(field, serializers.Serializer) else ():
        yield from parts(inner, f"{name}.{key}")
    if getattr(field, "child", None) is not None:
        yield from parts(field.child, f"{name}[]")


def unbounded(field: Any) -> bool:
    """Whether a field takes any number of something."""
    if isinstance(field, serializers.MultipleChoiceField):
        return True
    if isinstance(field, serializers.ListField):
        return not isinstance(field, own.ListField) or not field.max_length
    if isinstance(field, serializers.DictField):
        return not isinstance(field, own.DictField) or not field.max_length
    if isinstance(field, serializers.JSONField):
        return not isinstance(field, own.JSONField) or not field.max_length
    if isinstance(field, (serializers.ListSerializer, serializers.CharField)):
        return not field.max_length
    if isinstance(field, serializers.IntegerField):
        return field.max_value is None
    if isinstance(field, serializers.DecimalField):
        return field.max_digits is None
    plain = (
        # What the entries of a DictField are is bounded by the body, and judged by the verb.
        _UnvalidatedField,
        serializers.BaseSerializer, serializers.BooleanField, serializers.ChoiceField, serializers.DateTimeField,
        serializers.UUIDField, serializers.FileField,
    )  # fmt: skip
    return not isinstance(field, plain) and not getattr(field, "max_length", None)


def test_every_part_of_every_input_has_a_stated_maximum():
    found = [name for kind in inputs() for name, field in parts(kind(), kind.__name__) if unbounded(field)]
    assert found == []
    assert len(inputs()) > 35


def page_forms(kind: type[PageForm] = PageForm) -> Iterator[type[PageForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from page_forms(one)


def made(kind: type[PageForm]) -> PageForm:
    if kind is not RegisterForm:
        return kind()
    questions = [EventCustomField(label="?", field_type=one, options=["a", "b"]) for one in FieldType.values]
    return kind(signed_in=False, questions=questions, tickets=[], certificates=True)


def test_every_field_of_every_form_has_a_stated_maximum():
    found = [
        f"{kind.__name__}.{name}"
        for kind in page_forms()
        for name, field in made(kind).fields.items()
        if isinstance(field, forms.FileField)
        or (isinstance(field, forms.CharField) and not field.max_length)
        or (type(field) is forms.Field)
    ]
    assert found == []
    assert len(list(page_forms())) >= 8


def test_a_longer_list_is_refused_before_its_entries_are_looked_at():
    class Child(serializers.CharField):
        def run_validation(self, data: Any = None) -> Any:
            pytest.fail("An entry was looked at.")

    for field, value in (
        (own.ListField(child=Child(max_length=5), max_length=2), ["a"] * 3),
        (own.DictField(child=Child(max_length=5), max_length=2), dict.fromkeys("abc", "a")),
        (own.JSONField(max_length=2), ["a"] * 3),
    ):
        with pytest.raises(serializers.ValidationError):
            field.run_validation(value)


def test_the_proxy_in_front_lets_the_largest_upload_through_and_no_more():
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    largest = max(limit_of(callback, method, MULTIPART).bytes for _, callback in all_patterns()
                  for method in methods_of(callback))  # fmt: skip
    sizes = [int(size) * 1024 for size in re.findall(r"client_max_body_size (\d+)k;", nginx)]
    assert sizes == [largest, settings.WEBHOOK_MAX_BYTES]
    assert f"`{largest // MEGABYTE} MB`" in Path(ROOT / "docs" / "operations.md").read_text()


def test_a_password_of_a_megabyte_is_refused_unhashed(api: APIClient, db: None):
    body = {"email": "a@example.org", "password": PASSWORD * 50_000}
    assert api.post("/api/v1/auth/login/", body, format="json").status_code in (413, 422)
