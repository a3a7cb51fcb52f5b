"""Error reports to Sentry, when SENTRY_DSN is set, without personal data."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.types import Event, Hint

from lyceum.core.observability.redaction import redact

# What a request or a person is known by never leaves; what went wrong does.
_DROPPED = ("user", "server_name")
_REQUEST_KEPT = ("method",)


def start_reporting(*, dsn: str, environment: str) -> None:
    """Send what goes wrong from now on, scrubbed."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
        before_send=scrub,
        before_breadcrumb=_scrub_breadcrumb,
        integrations=[DjangoIntegration(), CeleryIntegration()],
    )


def scrub(event: Event, _hint: Hint) -> Event:
    """Return the report without its person, its address, its body, and without private values anywhere else."""
    cleaned: dict[str, Any] = redact({key: value for key, value in event.items() if key not in _DROPPED}, depth=20)
    request = cleaned.get("request")
    if isinstance(request, dict):
        cleaned["request"] = {key: request[key] for key in _REQUEST_KEPT if key in request}
    return cleaned  # type: ignore[return-value]


def _scrub_breadcrumb(crumb: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = redact(crumb, depth=20)
    return cleaned
