"""No write loses anything in silence: what isn't known is refused, and what GET answered can be sent back whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve
from rest_framework import serializers
from rest_framework.test import APIClient

from lyceum.core.api.inputs import Input
from lyceum.core.clock import real_now
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.architecture.inputs import input_classes
from tests.architecture.routes import ROUTES
from tests.architecture.routing import view_of
from tests.factories.accounts import VERIFIED_AT, OrganizerFactory
from tests.factories.certificates import make_certificate, make_event, make_registration, png_bytes
from tests.factories.registrations import OpenEventFactory, RegistrationFactory

API = "/api/v1/"
# What vendors send is theirs: they add fields as they like.
WEBHOOKS = {"EmailWebhookInput", "ZoomWebhookInput"}
# Changed by every write, and by nobody's intention.
MOMENTS = {"updated_at"}


INPUTS: dict[str, Any] = {kind.__name__: kind for kind in input_classes() if kind.__name__ not in WEBHOOKS}


def parts(field: Any) -> Iterator[Any]:
    yield field
    for inner in (*getattr(field, "_declared_fields", {}).values(), getattr(field, "child", None)):
        if inner is not None:
            yield from parts(inner)


def test_every_input_and_every_part_of_one_knows_its_fields():
    assert len(INPUTS) > 45
    kinds = {kind for kind in INPUTS.values() if not issubclass(kind, Input)}
    kinds |= {
        type(part)
        for kind in INPUTS.values()
        for part in parts(kind())
        if isinstance(part, serializers.Serializer) and not isinstance(part, Input)
    }
    assert kinds == set()


@pytest.mark.parametrize("name", sorted(INPUTS))
def test_a_name_that_an_input_does_not_know_is_refused_with_the_nearest(name: str):
    kind = INPUTS[name]
    known = next(iter(kind().fields.keys()), None)
    if known is None:
        return
    given = kind(data={f"{known}_x": 1}, partial=True)
    assert not given.is_valid()
    [message] = given.errors[f"{known}_x"]
    assert message.startswith("There is no such field here. Did you mean `"), message
    assert message.split("`")[1] in kind().fields


def writable() -> list[str]:
    """`METHOD path` of every route that changes what GET shows at the same address."""
    found = []
    for route in ROUTES:
        method, path = route.split(" ", 1)
        if method in {"PUT", "PATCH"} and path.startswith(API) and f"GET {path}" in ROUTES:
            view = view_of(resolve(re.sub(r"<str:\w+>", "01890000-0000-7000-8000-000000000000", path)).func)
            if method.lower() in view.http_method_names:
                found.append(route)
    return found


class World:
    """One organizer with everything that can be filled, filled."""

    def __init__(self) -> None:
        self.owner = OrganizerFactory(organizer_display_name="City Academy")
        self.client = APIClient()
        self.client.force_authenticate(user=self.owner)
        self._fill_account()
        self.template = self._post("templates/", TEMPLATE)["uuid"]
        self.several = self._post("events/", {**EVENT, "certificate_template": self.template})["uuid"]
        self.alone = self._post("events/", {**EVENT, "title": "One part", **ALONE})["uuid"]
        for event in (self.several, self.alone):
            cover = SimpleUploadedFile("cover.png", png_bytes(200, 100), "image/png")
            answer = self.client.post(f"{API}events/{event}/upload-image/", {"image": cover}, format="multipart")
            assert answer.status_code == 200, answer.json()
            self._post(f"events/{event}/ticket-types/", TICKET_TYPE)
            self._post(f"events/{event}/reminders/", {"reminder_type": "custom", "send_hours_before": 72})
            self._post(f"events/{event}/invitations/", {"people": [{"email": "mei@example.org", "full_name": "Mei"}]})
        self._post(f"events/{self.alone}/publish/", {})
        self.waiting = RegistrationFactory(
            event_id=self.alone, status="waitlisted", waitlist_sequence=1, waitlisted_at=VERIFIED_AT
        )
        self.own = RegistrationFactory(event=OpenEventFactory(), user=self.owner)
        self.guest = mint_guest_link(RegistrationFactory(event=OpenEventFactory()), at=real_now()).split("token=")[1]
        completed = make_event(self.owner)
        self.completed = str(completed.pk)
        make_certificate(make_registration(completed))

    def _fill_account(self) -> None:
        avatar = SimpleUploadedFile("me.png", png_bytes(100, 100), "image/png")
        answer = self.client.patch(f"{API}users/profile/", {**PROFILE, "avatar": avatar}, format="multipart")
        assert answer.status_code == 200, answer.json()
        answer = self.client.patch(f"{API}users/me/organizer-profile/", PAGE, format="json")
        assert answer.status_code == 200, answer.json()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(f"{API}{path}", body, format="json")
        assert answer.status_code in (200, 201), answer.json()
        return dict(answer.json())

    def rows_below(self, part: str) -> list[str]:
        """The addresses of what lies below each event."""
        found = []
        for event in (self.several, self.alone, self.completed):
            rows = self.client.get(f"{API}events/{event}/{part}/").json()["results"]
            found += [f"events/{event}/{part}/{row['uuid']}/" for row in rows]
        return found


PROFILE = {
    "first_name": "Amina", "last_name": "Okafor", "professional_title": "Dentist", "credentials": "BSc",
    "organization_name": "Harbour", "bio": "Two\nlines.", "phone": "+46 8 123", "country": "Sweden",
    "timezone": "Europe/Stockholm", "website": "https://a.example.org", "social_github": "https://github.com/a",
    "newsletter_subscribed": True, "notify_marketing": True,
}  # fmt: skip
PAGE = {"organizer_bio": "Since 1998.", "organizer_contact_email": "a@example.org", "is_organizer_profile_public": True}
TEMPLATE = {
    "name": "Academy", "description": "Landscape.", "design": "modern", "is_default": True, "default_color": "#1f2937",
    "field_positions": {"attendee_name": {"x": 400, "y": 300, "font_size": 44, "align": "center"}},
}  # fmt: skip
TICKET_TYPE = {"name": "Students", "description": "With a card.", "price": 12.5, "quantity": 10}
QUESTION = {"label": "How long?", "field_type": "select", "options": ["Short", "Long"], "required": True}
EVENT = {
    "title": "Infection control", "short_description": "In short.", "description": "At\nlength.",
    "event_type": "workshop", "format": "hybrid", "location": "Main hall", "visibility": "unlisted",
    "skill_tags": ["Hygiene", "Steam"], "timezone": "Europe/Stockholm", "capacity": 40, "waitlist_enabled": True,
    "registration_deadline": "2040-06-01T09:00:00Z", "price": 89.99, "currency": "EUR", "cpd_enabled": True,
    "cpd_credit_type": "CME", "cpd_credit_value": "2.50", "cpd_accreditation_note": "By the board.",
    "zoom_enabled": True, "zoom_settings": {"waiting_room": True, "auto_recording": "cloud"},
    "zoom_meeting_id": "845 1234 5678", "zoom_join_url": "https://zoom.example.org/j/84512345678",
    "attendance_requirement": "minimum_sessions", "minimum_sessions_required": 1, "auto_issue_certificates": True,
    "recording_enabled": True, "modules_enabled": True, "passing_score_percent": 65,
    "custom_fields": [
        QUESTION,
        {"label": "Years", "field_type": "number", "min_value": 1, "max_value": "60.5", "default_value": "3"},
    ],
    "sessions": [
        {
            "title": "Morning", "description": "Two\nlines.", "speaker": "Dr. Berg", "room": "Hall 2",
            "starts_at": "2040-06-04T07:00:00Z", "duration_minutes": 90, "zoom_meeting_id": "84587654321",
            "zoom_join_url": "https://zoom.example.org/j/84587654321", "cpd_credit_value_override": 1.25,
            "minimum_attendance_percent": 60,
        },
        {"title": "Afternoon", "starts_at": "2040-06-04T12:00:00Z", "ends_at": "2040-06-04T13:00:00Z"},
    ],
}  # fmt: skip
ALONE = {
    "sessions": [], "starts_at": "2040-06-04T07:00:00Z", "duration_minutes": 90, "visibility": "public",
    "zoom_meeting_id": "84500000001", "zoom_join_url": "https://zoom.example.org/j/84500000001",
}  # fmt: skip

# Path → the addresses of what is to be sent back.
STAGES: dict[str, Callable[[World], list[str]]] = {
    "users/profile/": lambda _: ["users/profile/"],
    "users/me/": lambda _: ["users/me/"],
    "users/me/notifications/": lambda _: ["users/me/notifications/"],
    "users/me/organizer-profile/": lambda _: ["users/me/organizer-profile/"],
    "events/<str:uuid>/": lambda world: [f"events/{one}/" for one in (world.several, world.alone, world.completed)],
    "events/<str:event_uuid>/sessions/<str:uuid>/": lambda world: world.rows_below("sessions"),
    "events/<str:event_uuid>/ticket-types/<str:uuid>/": lambda world: world.rows_below("ticket-types"),
    "events/<str:event_uuid>/custom-fields/<str:uuid>/": lambda world: world.rows_below("custom-fields"),
    "events/<str:event_uuid>/registrations/<str:uuid>/": lambda world: world.rows_below("registrations"),
    "users/me/registrations/<str:uuid>/": lambda world: [f"users/me/registrations/{world.own.pk}/"],
    "public/registrations/<str:token>/": lambda world: [f"public/registrations/{world.guest}/"],
    "templates/<str:uuid>/": lambda world: [f"templates/{world.template}/"],
}


def everything() -> dict[str, dict[Any, dict[str, Any]]]:
    """All rows of all tables, without the moments of writing."""
    return {
        model._meta.label: {
            row["pk"]: {name: value for name, value in row.items() if name not in MOMENTS}
            for row in model._base_manager.values("pk", *[field.attname for field in model._meta.concrete_fields])
        }
        for model in apps.get_models()
    }


def differences(before: Any, after: Any) -> dict[str, Any]:
    return {
        f"{label} {key}": (before[label].get(key), after[label].get(key))
        for label in before
        for key in before[label].keys() | after[label].keys()
        if before[label].get(key) != after[label].get(key)
    }


def as_others_write(value: Any) -> Any:
    """The same in the words of another program: other offsets, numbers as text."""
    if isinstance(value, dict):
        # What a template says of its fields is JSON of its own.
        return {key: inner if key == "field_positions" else as_others_write(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_others_write(inner) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return value.replace("Z", "+00:00")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.mark.django_db
@pytest.mark.slow
def test_sending_back_what_get_answers_changes_nothing(drain: Callable[[], Any], mailoutbox: list[Any]):
    world = World()
    drain()
    wrong, sent = {}, 0
    for route in writable():
        method, path = route.split(" ", 1)
        addresses = STAGES[path.removeprefix(API)](world)
        assert addresses, route
        for address in addresses:
            shown = world.client.get(API + address).json()
            for form, body in {"as it is": shown, "in other words": as_others_write(shown)}.items():
                before, mails = everything(), len(mailoutbox)
                answer = getattr(world.client, method.lower())(API + address, body, format="json")
                drain()
                sent += 1
                found = differences(before, everything())
                if answer.status_code != 200 or found or len(mailoutbox) != mails:
                    wrong[f"{method} {address} {form}"] = answer.json() if answer.status_code != 200 else found
    assert wrong == {}
    assert sent > 50


def test_every_route_that_changes_what_it_shows_has_a_stage():
    assert {route.split(" ", 1)[1].removeprefix(API) for route in writable()} == STAGES.keys()
