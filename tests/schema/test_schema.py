"""Whatever a client sends, the answer is one that the schema names, and never a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lyceum.accounts.services.sessions import open_session
from lyceum.core import clock
from tests.schema.stage import real_parameters, set_stage

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

api = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
api.app = get_wsgi_application()

usual: dict[str, Any] = {
    "deadline": None, "derandomize": True, "database": None, "suppress_health_check": list(hypothesis.HealthCheck)
}  # fmt: skip
# The explicit phase walks each parameter's edges, about 140 requests to an operation.
thorough = hypothesis.settings(max_examples=8, phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate], **usual)
few = hypothesis.settings(max_examples=3, phases=[hypothesis.Phase.generate], **usual)


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """Keep the test's transaction open between requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@api.parametrize()
@few
@pytest.mark.django_db
def test_an_anonymous_caller_is_answered_as_the_schema_says(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)


@pytest.fixture
def stage(db: None) -> tuple[dict[str, str], Any]:
    """A signed-in organizer's headers, and the rows that there are."""
    owner, rows = set_stage()
    signed_in = open_session(user=owner, address="127.0.0.1", user_agent="schemathesis", at=clock.real_now())
    return {"Authorization": f"Bearer {signed_in.access}"}, rows


@api.parametrize()
@thorough
def test_an_organizer_is_answered_as_the_schema_says(case: Any, stage: tuple[dict[str, str], Any]) -> None:
    headers, rows = stage
    case.path_parameters = {**(case.path_parameters or {}), **real_parameters(case.path, rows)}
    case.call_and_validate(checks=CHECKS, headers=headers)


@pytest.mark.django_db
def test_the_schema_is_served() -> None:
    answer = APIClient().get(reverse("schema"), headers={"Accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    assert "/api/v1/public/events/{event_uuid}/register/" in answer.json()["paths"]
