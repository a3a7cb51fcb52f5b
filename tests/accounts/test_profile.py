"""One's own profile, preferences, picture, roles and the organizer's page."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from lyceum.accounts import ports
from lyceum.accounts.models import User
from lyceum.accounts.rules.topics import Topic
from lyceum.accounts.services.preferences import set_switches, switches_of, wants
from lyceum.core.files import storage
from lyceum.core.ids import new_id
from lyceum.core.models import Fact
from tests.factories.accounts import (
    InstructorFactory,
    OrganizerFactory,
    StaffFactory,
    UnverifiedUserFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
As = Callable[..., APIClient]
OWN = ["/api/v1/users/me/", "/api/v1/users/profile/", "/api/v1/auth/me/"]
WRITES = [("patch", "/api/v1/users/me/"), ("patch", "/api/v1/users/profile/"), ("put", "/api/v1/users/profile/")]


@pytest.mark.parametrize("path", OWN)
def test_own_account(api_as: As, path: str) -> None:
    user = UserFactory(first_name="Ada", last_name="Lovelace", credentials="PhD", country="UK")
    body = api_as(user).get(path).json()
    assert body["id"] == body["uuid"] == str(user.pk)
    assert (body["full_name"], body["display_name"]) == ("Ada Lovelace", "Ada Lovelace, PhD")
    assert (body["user_type"], body["account_type"], body["email_verified"]) == ("attendee", "attendee", True)
    assert body["profile"] == {
        "bio": "",
        "profile_picture": None,
        "phone": "",
        "country": "UK",
        "timezone": "UTC",
        "website": "",
        "social_linkedin": "",
        "social_twitter": "",
        "social_github": "",
        "newsletter_subscribed": False,
        "total_hours_learned": 0.0,
        "courses_completed": 0,
        "certificates_earned": 0,
        "current_streak_days": 0,
        "total_events_attended": 0,
        "total_events_organized": 0,
        "last_activity": None,
    }
    assert "password" not in body


@pytest.mark.parametrize("path", OWN)
def test_own_account_needs_a_sign_in(api: APIClient, path: str) -> None:
    assert api.get(path).status_code == 401


def test_statistics_come_through_the_port(api_as: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_STATISTICS", [lambda user_id: {"certificates_earned": 7}])
    assert api_as(UserFactory()).get(OWN[0]).json()["profile"]["certificates_earned"] == 7


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_profile_is_changed(api_as: As, method: str, path: str) -> None:
    user = UserFactory()
    changes = {
        "first_name": "Grace",
        "last_name": "Hopper",
        "bio": "Rear admiral",
        "phone": "+1 (234) 567-890",
        "country": "USA",
        "timezone": "America/New_York",
        "social_linkedin": "https://linkedin.com/in/grace",
        "newsletter_subscribed": True,
        "notify_marketing": True,
    }
    answer = getattr(api_as(user), method)(path, changes)
    assert answer.status_code == 200
    user.refresh_from_db()
    switches = switches_of(user.pk)
    assert {name: switches[name] if name in switches else getattr(user, name) for name in changes} == changes
    assert user.full_name == "Grace Hopper"
    assert answer.json()["profile"]["phone"] == "+1 (234) 567-890"


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_rights_can_not_be_written(api_as: As, method: str, path: str) -> None:  # F05
    user = UnverifiedUserFactory()
    rights = {
        "first_name": "A", "last_name": "B", "user_type": "admin", "is_staff": True, "is_superuser": True,
        "is_organizer": True, "is_instructor": True, "is_active": False, "email": "other@example.org",
        "email_verified": True, "email_verified_at": "2020-01-01T00:00:00Z", "password": "x" * 20,
        "is_organizer_profile_public": False, "deleted_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    unknown = {"is_superuser", "is_active", "password", "email_verified_at", "deleted_at"}
    refused = getattr(api_as(user), method)(path, rights)
    assert (refused.status_code, set(refused.json()["error"]["details"])) == (422, unknown)
    shown = {name: value for name, value in rights.items() if name not in unknown}
    assert getattr(api_as(user), method)(path, shown).status_code == 200
    fresh = User.objects.get(pk=user.pk)
    assert (fresh.is_staff, fresh.is_organizer, fresh.is_instructor, fresh.email_verified) == (False,) * 4
    assert (fresh.email, fresh.password, fresh.is_active) == (user.email, user.password, True)
    assert fresh.is_organizer_profile_public


def test_of_a_name_and_its_parts_the_one_that_differs_holds(api_as: As) -> None:
    key, path = UserFactory(first_name="Ada", last_name="Byron").pk, "/api/v1/users/profile/"

    def ask(method: str, changes: dict[str, Any]) -> Any:
        # The row of the one who signs in is read anew for each request, as it is in earnest.
        client = api_as(User.objects.get(pk=key))
        return getattr(client, method)(path, {**client.get(path).json(), **changes})

    for changes, name in (
        ({"full_name": "Grace Hopper"}, "Grace Hopper"),
        ({"first_name": "Ada", "last_name": "Lovelace"}, "Ada Lovelace"),
        ({"last_name": "King", "full_name": "Ada King"}, "Ada King"),
    ):
        assert ask("put", changes).json()["full_name"] == name
    refused = ask("patch", {"first_name": "Grace", "full_name": "Mary Ward"})
    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, ["full_name"])
    assert User.objects.get(pk=key).full_name == "Ada King"


def test_one_full_name_is_split(api_as: As) -> None:
    user = UserFactory()
    api_as(user).patch(OWN[0], {"full_name": "Ada King Lovelace"})
    user.refresh_from_db()
    assert (user.first_name, user.last_name, user.full_name) == ("Ada King", "Lovelace", "Ada King Lovelace")
    api_as(user).patch(OWN[0], {"full_name": "Plato"})
    user.refresh_from_db()
    assert (user.first_name, user.last_name, user.full_name) == ("Plato", "", "Plato")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://example.org"),
        ("social_twitter", "not a link"),
        ("phone", "call me"),
        ("bio", "x" * 2001),
        ("country", "x" * 1_000_000),
        ("first_name", "a\x00b"),
        ("notify_marketing", "perhaps"),
        ("avatar", "a string"),
        ("last_name", "x" * 151),
        ("full_name", "x" * 200 + " y"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(api_as: As, field: str, value: Any) -> None:
    user = UserFactory()
    answer = api_as(user).patch(OWN[0], {"bio": "new", field: value})
    assert answer.status_code == 422, answer.content
    assert list(answer.json()["error"]["details"]) == ["first_name" if field == "full_name" else field]
    user.refresh_from_db()
    assert user.bio == ""


def test_names_that_are_too_long_together(api_as: As) -> None:
    answer = api_as(UserFactory()).patch(OWN[0], {"first_name": "x" * 150, "last_name": "y" * 150})
    assert answer.status_code == 422


@pytest.mark.parametrize("missing", ["first_name", "last_name"])
def test_put_needs_the_names(api_as: As, missing: str) -> None:
    body = {"first_name": "A", "last_name": "B"}
    del body[missing]
    assert api_as(UserFactory()).put("/api/v1/users/profile/", body).status_code == 400


def test_preferences(api_as: As) -> None:
    user = UserFactory()
    path = "/api/v1/users/me/notifications/"
    assert api_as(user).get(path).json() == {
        "notify_event_reminders": True,
        "notify_certificate_issued": True,
        "notify_marketing": False,
        "notify_new_registration": True,
        "notify_event_summary": True,
    }
    assert api_as(user).patch(path, {"notify_event_reminders": False}).json()["notify_event_reminders"] is False
    assert not wants(user.pk, Topic.EVENT_REMINDERS)
    assert api_as(user).patch(path, {"notify_event_reminders": None}).status_code == 422


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    image = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    content = io.BytesIO()
    image.save(content, kind, exif=exif)
    return SimpleUploadedFile("me.jpg", content.getvalue())


@pytest.mark.parametrize("name", ["avatar", "profile_picture"])
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_picture_loses_what_is_hidden_in_it(api_as: As, method: str, path: str, name: str) -> None:
    user = UserFactory()
    set_switches(user.pk, {"notify_event_reminders": True})
    body = {name: picture(), "first_name": "A", "last_name": "B"}
    answer = getattr(api_as(user), method)(path, body, format="multipart")
    assert answer.status_code == 200
    user.refresh_from_db()
    assert b"SECRET-CAMERA" not in storage.read(user.avatar_key)
    assert wants(user.pk, Topic.EVENT_REMINDERS), "a form leaves boxes out; that is no answer"
    link = answer.json()["profile"]["profile_picture"]
    assert link.startswith("http://testserver/files/")
    shown = APIClient().get(link.removeprefix("http://testserver"))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")


def test_a_new_picture_replaces_the_old_and_null_removes_it(
    api_as: As, django_capture_on_commit_callbacks: Any
) -> None:
    user = UserFactory()
    client = api_as(user)
    client.patch(OWN[0], {"avatar": picture()}, format="multipart")
    user.refresh_from_db()
    first = user.avatar_key
    with django_capture_on_commit_callbacks(execute=True):
        client.patch(OWN[0], {"avatar": picture("PNG")}, format="multipart")
    user.refresh_from_db()
    assert user.avatar_key != first
    assert not storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.patch(OWN[0], {"avatar": None}).json()["profile"]["profile_picture"] is None


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"GIF89a", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"x" * 6_000_000],
)
def test_what_is_no_picture_is_refused_and_changes_nothing(api_as: As, content: bytes) -> None:
    user = UserFactory()
    body = {"avatar": SimpleUploadedFile("a.png", content, "image/png"), "bio": "new"}
    answer = api_as(user).patch(OWN[0], body, format="multipart")
    assert answer.status_code == (413 if len(content) > 5_500_000 else answer.status_code)
    assert answer.status_code in {400, 413, 422}
    user.refresh_from_db()
    assert (user.avatar_key, user.bio) == ("", "")


def test_becoming_an_organizer(api_as: As) -> None:
    user = UserFactory()
    body = {"organization_name": "Royal Society", "bio": "Since 1660", "website": "https://royalsociety.org"}
    answer = api_as(user).post("/api/v1/users/me/upgrade/", body)
    assert answer.status_code == 200
    assert answer.json()["user"]["user_type"] == "organizer"
    user.refresh_from_db()
    assert (user.is_organizer, user.is_instructor, user.is_staff) == (True, False, False)
    assert (user.organization_name, user.organizer_bio) == ("Royal Society", "Since 1660")
    assert user.upgraded_to_organizer_at is not None
    assert Fact.objects.filter(name="accounts.role_taken", about_id=user.pk).count() == 1
    again = api_as(user).post("/api/v1/users/me/upgrade/", {})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_ORGANIZER")


def test_becoming_an_instructor(api_as: As) -> None:
    user = UserFactory()
    assert api_as(user).post("/api/v1/users/me/upgrade/", {"role": "instructor"}).status_code == 200
    user.refresh_from_db()
    assert (user.is_organizer, user.is_instructor) == (False, True)
    again = api_as(user).post("/api/v1/users/me/upgrade/", {"role": "instructor"})
    assert again.json()["error"]["code"] == "ALREADY_INSTRUCTOR"


def test_an_unproven_address_can_not_upgrade(api_as: As) -> None:  # C09
    user = UnverifiedUserFactory()
    answer = api_as(user).post("/api/v1/users/me/upgrade/", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "EMAIL_NOT_VERIFIED")
    user.refresh_from_db()
    assert not user.is_organizer


@pytest.mark.parametrize("role", ["admin", "staff", "", "a\x00b", 1])
def test_no_other_role_is_given(api_as: As, role: Any) -> None:  # F05
    user = UserFactory()
    assert api_as(user).post("/api/v1/users/me/upgrade/", {"role": role}).status_code in {400, 422}
    user.refresh_from_db()
    assert user.user_type == "attendee"


@pytest.mark.parametrize(("role", "factory"), [("organizer", OrganizerFactory), ("instructor", InstructorFactory)])
def test_giving_a_role_back(api_as: As, role: str, factory: Any) -> None:
    user = factory()
    assert api_as(user).post("/api/v1/users/me/downgrade/", {"role": role}).status_code == 200
    user.refresh_from_db()
    assert (user.is_organizer, user.is_instructor) == (False, False)
    assert api_as(user).post("/api/v1/users/me/downgrade/", {"role": role}).status_code == 409


def test_active_content_keeps_the_role(api_as: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_ACTIVE_CONTENT", [lambda user_id: ["The event “Anatomy” is published."]])
    user = OrganizerFactory()
    answer = api_as(user).post("/api/v1/users/me/downgrade/", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ACTIVE_CONTENT")
    assert answer.json()["error"]["details"] == {"content": ["The event “Anatomy” is published."]}
    user.refresh_from_db()
    assert user.is_organizer


def test_the_organizers_page(api: APIClient, api_as: As) -> None:  # E52
    user = OrganizerFactory(phone="+1 234", bio="private", email="secret@example.org")
    own = "/api/v1/users/me/organizer-profile/"
    changes = {
        "organizer_display_name": "Anatomy Circle",
        "organizer_website": "https://anatomy.example",
        "organizer_contact_email": "office@anatomy.example",
        "organizer_bio": "We cut",
        "organizer_logo_url": "",
        "organizer_social_linkedin": "",
        "organizer_social_twitter": "",
        "is_organizer_profile_public": True,
    }
    assert api_as(user).patch(own, changes).json() == changes
    user.refresh_from_db()
    assert api_as(user).get(own).json() == changes
    public = api.get(f"/api/v1/organizers/{user.pk}/")
    assert public.json() == {
        "id": str(user.pk),
        "uuid": str(user.pk),
        "display_name": "Anatomy Circle",
        "organizer_logo_url": "",
        "organizer_website": "https://anatomy.example",
        "organizer_contact_email": "office@anatomy.example",
        "organizer_bio": "We cut",
        "organizer_social_linkedin": "",
        "organizer_social_twitter": "",
    }
    api_as(user).patch(own, {"is_organizer_profile_public": False})
    assert api.get(f"/api/v1/organizers/{user.pk}/").status_code == 404


def test_only_organizers_have_a_page(api: APIClient, api_as: As) -> None:
    own = "/api/v1/users/me/organizer-profile/"
    assert api.get(own).status_code == 401
    assert api_as(UserFactory()).get(own).status_code == 403
    assert api_as(UserFactory()).patch(own, {}).status_code == 403
    assert api_as(StaffFactory()).get(own).status_code == 200
    for absent in (UserFactory().pk, OrganizerFactory(is_active=False).pk, new_id(), "x", "%00"):
        assert api.get(f"/api/v1/organizers/{absent}/").status_code == 404


def test_the_public_page_takes_one_query(api: APIClient, django_assert_num_queries: Any) -> None:
    user = OrganizerFactory()
    with django_assert_num_queries(1):
        api.get(f"/api/v1/organizers/{user.pk}/")


def test_a_public_name_is_never_the_address() -> None:
    assert User(email="secret@example.org").public_organizer_name == "An organizer"


def test_onboarding(api_as: As) -> None:
    user = UserFactory()
    path = "/api/v1/users/me/onboarding/complete/"
    assert api_as(user).post(path).json()["onboarding_completed"] is True
    user.refresh_from_db()
    first = user.onboarding_completed_at
    api_as(user).post(path)
    user.refresh_from_db()
    assert first is not None
    assert user.onboarding_completed_at == first


@pytest.mark.parametrize(
    ("factory", "role", "creates"),
    [(UserFactory, "attendee", False), (OrganizerFactory, "organizer", True), (StaffFactory, "admin", True)],
)
def test_manifest(api_as: As, factory: Any, role: str, creates: bool) -> None:
    body = api_as(factory()).get("/api/v1/auth/manifest/").json()
    assert (body["role"], body["is_admin"], body["features"]["create_events"]) == (role, role == "admin", creates)
    assert "events" in body["routes"]
