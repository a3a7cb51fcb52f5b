"""Two organizers who each own one of everything, and a word that only the first one's rows contain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from lyceum.accounts.models import UserSession
from lyceum.certificates.models import Certificate
from lyceum.events.models import Event, EventStatusHistory
from lyceum.integrations.email.models import EmailLog
from lyceum.registrations.models import Registration
from tests.architecture.routes import ROUTES
from tests.factories.accounts import UserFactory
from tests.factories.certificates import png_bytes, upload
from tests.factories.registrations import RegistrationFactory
from tests.journeys.bodies import Bodies
from tests.schema.stage import NOW, real_parameters, set_stage

MARKER = "Zanzibarbara"
BODIES = Bodies(SchemaGenerator().get_schema(request=None, public=True))
# Texts that are looked up by, and of which a row has its own.
_NOT_FOR_PEOPLE = {"email", "slug", "token", "key", "hash", "kind", "name_key", "timezone", "currency", "code"}
# Stands in bodies for a registration of one's own.
SAMPLE = "01890000-0000-7000-8000-000000000000"
# What a POST takes beyond what its schema calls required.
_MORE: dict[str, dict[str, Any]] = {
    "/api/v1/events/{event_uuid}/sessions/": {"duration_minutes": 60},
    "/api/v1/events/{event_uuid}/registrations/": {"registrations": [{"email": "new@example.org"}]},
    "/api/v1/events/{event_uuid}/registrations/{uuid}/": {"attended": True},
    "/api/v1/events/{event_uuid}/registrations/bulk-attendance/": {
        "updates": [{"registration_uuid": SAMPLE, "attended": True}]
    },
    "/api/v1/events/{event_uuid}/registrations/{uuid}/override-attendance/": {"eligible": True, "reason": "Was there"},
    "/api/v1/events/{event_uuid}/sessions/{session_uuid}/attendance/{registration_uuid}/override/": {
        "attended": True,
        "reason": "Was there",
    },
    "/api/v1/events/{event_uuid}/invitations/": {"emails": ["new@example.org"]},
    "/api/v1/events/{event_uuid}/reminders/": {"reminder_type": "custom", "send_hours_before": 5},
    "/api/v1/events/{uuid}/": {"title": "Changed"},
    "/api/v1/templates/": {"design": "modern"},
    "/api/v1/templates/{uuid}/": {"name": "Changed"},
}  # fmt: skip


class Tenant:
    """An organizer, and the path parameters that name their rows."""

    def __init__(self) -> None:
        self.owner, self.rows = set_stage()
        place = Registration.objects.get(user=self.owner, event__status="published")
        certificate = Certificate.objects.get(registration__user=self.owner)
        self.place_id = str(place.pk)
        session = UserSession.objects.get(user=self.owner)
        pages: list[tuple[str, dict[str, str]]] = [
            (r"^/events/", {"slug": place.event.slug}),
            (r"^/account/registrations/", {"key": str(place.pk)}),
            (r"^/account/certificates/", {"key": str(certificate.pk)}),
            (r"^/account/devices/", {"key": str(session.pk)}),
            (r"^/verify/", {"certificate_id": certificate.certificate_id}),
        ]
        self.rows = [*((re.compile(pattern), given) for pattern, given in pages), *self.rows]
        self.client = client_of(self.owner)
        _add_what_only_lists_show(self, place)

    def parameters(self, path: str) -> dict[str, str]:
        return real_parameters(path, self.rows)

    def identifiers(self) -> list[str]:
        """Return every identifier that the stage knows of."""
        return sorted({value for _, given in self.rows for value in given.values() if len(value) == 36})


def first_tenant() -> Tenant:
    """Make somebody whose rows all say the word, and nothing of whom is public but their profile."""
    tenant = Tenant()
    Event.objects.update(visibility="private")
    Registration.objects.update(allow_public_verification=False)
    plant(MARKER)
    return tenant


def plant(word: str) -> None:
    """Write the word before every text of every row."""
    for model in own_models():
        _plant(model, word)


def _add_what_only_lists_show(tenant: Tenant, place: Registration) -> None:
    RegistrationFactory(event=place.event, status="waitlisted", waitlist_sequence=1, waitlisted_at=NOW)
    Event.objects.filter(pk=place.event_id).update(waitlist_count=1, waitlist_sequence=1)
    EventStatusHistory.objects.create(event=place.event, to_status="published", reason="Ready", changed_at=NOW)
    EmailLog.objects.create(
        kind="events.cancelled", recipient_email=place.email, recipient_name="Ada", subject="News",
        event_id=place.event_id, about_id=place.pk, user_id=tenant.owner.pk, queued_at=NOW, status="sent",
    )  # fmt: skip


def attendee() -> APIClient:
    return client_of(UserFactory())


def client_of(user: Any) -> APIClient:
    """Return a client signed in with both faces, or with neither."""
    client = APIClient(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
        client.force_authenticate(user=user)
    return client


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("lyceum.")]


def routes(*methods: str) -> Iterator[tuple[str, str, str]]:
    """Give method, path with {parameters}, and audience of every route in the table."""
    for route, said in ROUTES.items():
        method, path = route.split(" ", 1)
        if method in methods:
            yield method, re.sub(r"<str:(\w+)>", r"{\1}", path), said.partition(",")[0]


def fill(path: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def send(client: APIClient, method: str, path: str, address: str, *, place_id: str = SAMPLE) -> Any:
    """Send what the operation wants at least, and read the whole answer."""
    if method == "POST" and path.endswith("/upload-image/"):
        answer: Any = client.post(address, {"image": upload(png_bytes(400, 300))}, format="multipart")
    elif method in ("POST", "PUT", "PATCH") and path.startswith("/api/"):
        operation = BODIES.schema["paths"].get(path, {}).get(method.lower(), {})
        body = json.dumps({**BODIES.least(operation), **_MORE.get(path, {})}).replace(SAMPLE, place_id)
        answer = client.generic(method, address, body, content_type="application/json")
    else:
        answer = client.generic(method, address)
    if answer.streaming:
        answer.content_read = b"".join(answer)
    return answer


def content_of(answer: Any) -> str:
    raw = answer.content_read if answer.streaming else answer.content
    return str(raw.decode("utf-8", "replace"))


def snapshot() -> dict[str, dict[Any, Any]]:
    """Return every row there is, but what a request leaves behind by merely being one."""
    return {
        model._meta.label: {row["id"]: row for row in model._base_manager.values()}
        for model in own_models()
        if model._meta.object_name not in {"UserSession", "IdempotencyKey"}
    }


def own_identifiers() -> set[str]:
    """Return the identifier of every row there is."""
    return {str(pk) for rows in snapshot().values() for pk in rows}


def identifiers_in(text: str) -> set[str]:
    return set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text.lower()))


def undone(send_it: Any) -> Any:
    """Return what the call returns, and leave no trace of it."""
    with transaction.atomic():
        answer = send_it()
        transaction.set_rollback(True)
    return answer


def _plant(model: type[models.Model], given: str) -> None:
    fields: list[Any] = [field for field in model._meta.concrete_fields if _is_prose(field)]
    for row in model._base_manager.all():
        for field in fields:
            word = f"{given.lower()}-" if "email" in field.name else f"{given} "
            setattr(row, field.name, f"{word}{getattr(row, field.name)}"[: field.max_length])
        if fields:
            model._base_manager.bulk_update([row], [field.name for field in fields])


def _is_prose(field: Any) -> bool:
    if not isinstance(field, models.CharField | models.TextField) or field.choices:
        return False
    is_email = field.name == "email"
    if (field.unique and not is_email) or (field.max_length or 1000) < 2 * len(MARKER):
        return False
    return is_email or not set(field.name.split("_")) & _NOT_FOR_PEOPLE
