"""Refusals in the same house."""

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from lyceum.config import urls
from lyceum.core.errors import PermissionDenied
from lyceum.core.web import PageView
from lyceum.pages.web import errors

pytestmark = pytest.mark.django_db


class ForbiddenPage(PageView):
    def get(self, request: HttpRequest) -> HttpResponse:
        raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [*urls.urlpatterns, path("forbidden/", ForbiddenPage.as_view()), path("broken/", broken)]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def house(settings: Any) -> Client:
    settings.ROOT_URLCONF = "tests.pages.test_refusals"
    return Client(raise_request_exception=False)


def test_nothing_here(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert "noindex" in answer.text


def test_not_yours(house: Client) -> None:
    answer = house.get("/forbidden/")
    assert answer.status_code == 403
    assert "isn&#x27;t open to you" in answer.text


def test_our_fault(house: Client) -> None:
    answer = house.get("/broken/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "on purpose" not in answer.text


def test_with_debug_on_unknown_addresses_are_refused_in_the_same_house(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.pages.debug_urls"
    settings.DEBUG = True
    client = Client()
    assert "There is nothing at this address" in client.get("/nowhere/").text
    assert client.get("/api/v1/nowhere/").json()["error"]["code"] == "NOT_FOUND"
    answer = client.get("/verify?certificate_id=x")
    assert (answer.status_code, answer["Location"]) == (301, "/verify/?certificate_id=x")
    assert client.post("/verify").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    for address in ("/api/v1/nowhere/", "/api/v1/auth/login"):
        assert strict.post(address).json()["error"]["code"] == "NOT_FOUND"
    for address in ("/files/changed/", "/metrics"):
        assert "There is nothing at this address" in client.get(address).text


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/", "/api/redoc/"])
def test_the_documentation_is_served(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "default-src 'none'" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/docs/", "/api/docs/?script=", "/api/redoc/"])
def test_the_documentation_takes_nothing_from_another_host(client: Client, path: str) -> None:
    """Neither fonts nor pictures nor a badge of a stranger's server; the browser's tests look at what is asked for."""
    said = client.get(path).text
    assert [host for host in re.findall(r"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})", said) if host != "testserver"] == []
    if "script" in path:
        assert '"validatorUrl": null' in said


def test_too_many(client: Client, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"public_read": "2/hour"}
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/")
    assert int(answer["Retry-After"]) > 0
    assert "Too many requests" in answer.text


def test_a_wrong_method_is_refused(client: Client) -> None:
    assert client.post("/").status_code == 405


def test_programs_get_json(rf: RequestFactory) -> None:
    for status, answer in (
        (404, errors.not_found(rf.get("/api/v1/nowhere/"))),
        (400, errors.bad_request(rf.get("/api/v1/nowhere/"))),
        (403, errors.csrf_failure(rf.get("/api/v1/nowhere/"))),
        (500, errors.server_error(rf.get("/api/v1/nowhere/"))),
    ):
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/json"


def test_a_bad_host_is_refused_as_a_page(client: Client) -> None:
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400
