"""Taking one's data along, deleting an account, and what staff see."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts import ports
from lyceum.accounts.jobs import purge_exports
from lyceum.accounts.models import ApiKey, EmailToken, RecoveryCode, SecondFactor, User, UserSession
from lyceum.accounts.rules.recovery_codes import canonical
from lyceum.accounts.schedule import purge_sign_ins
from lyceum.accounts.services.recovery_codes import issue_codes
from lyceum.core import clock
from lyceum.core.files import storage
from lyceum.core.ids import new_id
from lyceum.core.models import Fact, Job
from lyceum.core.tokens import digest
from lyceum.integrations.email.models import EmailLog
from tests.factories.accounts import (
    PASSWORD,
    TOTP_SECRET,
    ApiKeyFactory,
    OrganizerFactory,
    SecondFactorFactory,
    StaffFactory,
    UserFactory,
    UserSessionFactory,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
As = Callable[..., APIClient]
SignIn = Callable[..., APIClient]
DELETE = "/api/v1/users/me/delete-account/"
EXPORT = "/api/v1/users/me/export-data/"


def test_everything_held_comes_as_a_zip(signed_in: SignIn, drain: Any) -> None:
    user = UserFactory(bio="Analyst")
    client = signed_in(user)
    ApiKeyFactory(user=user, name="Sync")
    UserFactory(email="somebody-else@example.org")
    started = client.post(EXPORT)
    assert started.status_code == 202
    assert started.json()["status"] == "queued"
    assert client.post(EXPORT).json()["uuid"] == started.json()["uuid"]
    drain()
    job = client.get(f"/api/v1/jobs/{started.json()['uuid']}/").json()
    assert job["status"] == "completed"
    content = b"".join(client.get(job["download_url"].removeprefix("http://testserver")).streaming_content)  # type: ignore[attr-defined]
    archive = zipfile.ZipFile(io.BytesIO(content))
    account = json.loads(archive.read("account.json"))
    assert (account[0]["email"], account[0]["bio"]) == (user.email, "Analyst")
    assert json.loads(archive.read("api-keys.json"))[0]["name"] == "Sync"
    assert len(json.loads(archive.read("devices.json"))) == 1
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"somebody-else" not in everything
    assert user.password.encode() not in everything
    assert ApiKey.objects.get().key_hash.encode() not in everything
    assert mail.outbox[-1].subject == "Your data is ready"
    assert client.post(EXPORT).json()["uuid"] != started.json()["uuid"]


def test_nobody_sees_anothers_export(signed_in: SignIn, drain: Any) -> None:
    started = signed_in(UserFactory()).post(EXPORT).json()
    drain()
    assert signed_in(UserFactory()).get(f"/api/v1/jobs/{started['uuid']}/").status_code == 404


def test_an_archive_goes_after_a_week(signed_in: SignIn, drain: Any) -> None:
    signed_in(UserFactory()).post(EXPORT)
    drain()
    job = Job.objects.get()
    assert purge_exports(clock.now() + timedelta(days=6)) == 0
    assert purge_exports(clock.now() + timedelta(days=8)) == 1
    assert not storage.exists(job.file_key)


def test_a_second_factor_is_exported_without_its_secrets_and_goes_with_the_account(api_as: As, drain: Any) -> None:
    factor = SecondFactorFactory()
    codes = issue_codes(factor)
    client = api_as(factor.user)
    client.post(EXPORT)
    drain()
    job = Job.objects.get()
    with zipfile.ZipFile(io.BytesIO(storage.read(job.file_key))) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        assert json.loads(archive.read("second-factor.json"))[0]["confirmed_at"]
        assert len(json.loads(archive.read("recovery-codes.json"))) == 10
    assert factor.secret not in everything
    assert TOTP_SECRET not in everything
    assert not any(digest(canonical(code)) in everything for code in codes)
    assert client.post(DELETE, {"password": PASSWORD}).status_code == 200
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_deleting_anonymises_and_frees_the_address(
    api: APIClient, signed_in: SignIn, drain: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user = UserFactory(email="ada@example.org", phone="+1", bio="Analyst", organizer_bio="x", is_organizer=True)
    client = signed_in(user)
    key = ApiKeyFactory(user=user)
    client.post(EXPORT)
    api.post("/api/v1/auth/password-reset/", {"email": "ada@example.org"})
    drain()
    archive = Job.objects.get().file_key
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(DELETE, {"password": PASSWORD, "reason": "done"})
    assert (answer.status_code, answer.json()) == (200, {"message": "Your account is deleted."})
    assert client.get("/api/v1/auth/me/").status_code == 401
    assert not User.objects.filter(pk=user.pk).exists()
    gone = User.all_objects.get(pk=user.pk)
    assert gone.email == f"deleted-{user.pk}@deleted.invalid"
    assert (gone.full_name, gone.phone, gone.bio, gone.organizer_bio) == ("Deleted User", "", "", "")
    assert (gone.is_active, gone.is_organizer, gone.has_usable_password()) == (False, False, False)
    assert not ApiKey.objects.filter(pk=key.pk).exists()
    assert not EmailToken.objects.exists()
    session = UserSession.objects.get()
    assert (session.end_reason, session.ip_address, session.user_agent) == ("deleted", None, "")
    assert not storage.exists(archive)
    assert Fact.objects.filter(name="accounts.account_deleted", about_id=user.pk).count() == 1
    assert (
        not EmailLog.objects.filter(recipient_email="ada@example.org").exclude(kind="accounts.account_deleted").exists()
    )
    drain()
    assert (mail.outbox[-1].subject, mail.outbox[-1].to) == ("Your account is deleted", ["ada@example.org"])
    body = {"email": "ada@example.org", "password": PASSWORD, "first_name": "Ada", "last_name": "Again"}
    assert api.post("/api/v1/auth/register/", body).status_code == 201
    assert User.objects.get(email="ada@example.org").pk != user.pk


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"password": ""}, 400),
        ({"password": "wrong-password-1"}, 422),
        ({"password": PASSWORD, "confirm": False}, 422),
        ({"password": PASSWORD, "reason": "x" * 1001}, 422),
    ],
)
def test_deleting_needs_the_password(api_as: As, body: dict[str, Any], status: int) -> None:
    user = UserFactory()
    assert api_as(user).post(DELETE, body).status_code == status
    user.refresh_from_db()
    assert user.deleted_at is None
    assert not Fact.objects.exists()


def test_active_content_keeps_the_account(api_as: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_ACTIVE_CONTENT", [lambda user_id: ["An event of yours is live."]])
    user = OrganizerFactory()
    answer = api_as(user).post(DELETE, {"password": PASSWORD})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ACTIVE_CONTENT")
    user.refresh_from_db()
    assert (user.deleted_at, user.is_active) == (None, True)


@pytest.mark.parametrize("path", [DELETE, EXPORT])
def test_leaving_needs_a_sign_in(api: APIClient, path: str) -> None:
    assert api.post(path, {"password": PASSWORD}).status_code == 401


def test_accounts_are_not_deleted_by_accident() -> None:
    user = UserFactory()
    with pytest.raises(TypeError):
        user.delete()
    with pytest.raises(TypeError):
        user.soft_delete(at=clock.real_now())
    with pytest.raises(TypeError):
        User.objects.all().delete()


def test_staff_alone_list_people(api: APIClient, api_as: As) -> None:  # F04
    user = UserFactory()
    assert api.get("/api/v1/users/").status_code == 401
    for client in (api_as(UserFactory()), api_as(OrganizerFactory())):
        assert client.get("/api/v1/users/").status_code == 403
        assert client.get(f"/api/v1/users/{user.pk}/").status_code == 403
    staff = api_as(StaffFactory())
    assert staff.get("/api/v1/users/").json()["count"] == 4
    body = staff.get(f"/api/v1/users/{user.pk}/").json()
    assert body["email"] == user.email
    assert "phone" not in body
    for absent in (new_id(), "x", "%00"):
        assert staff.get(f"/api/v1/users/{absent}/").status_code == 404


def test_the_list_of_people_is_searched_filtered_and_ordered(api_as: As) -> None:
    staff = api_as(StaffFactory(email="z@example.org", last_name="Z"))
    UserFactory(email="a@example.org", last_name="Byron")
    OrganizerFactory(email="b@example.org", last_name="Curie", email_verified_at=None)

    def emails(query: str) -> list[str]:
        return [row["email"] for row in staff.get(f"/api/v1/users/?{query}").json()["results"]]

    assert emails("ordering=email") == ["a@example.org", "b@example.org", "z@example.org"]
    assert emails("search=byron") == ["a@example.org"]
    assert emails("is_organizer=true") == ["b@example.org"]
    assert emails("email_verified=false") == ["b@example.org"]
    assert sorted(emails("email_verified=true")) == ["a@example.org", "z@example.org"]
    assert staff.get("/api/v1/users/?ordering=password").status_code == 422
    assert staff.get("/api/v1/users/?is_staff=perhaps").status_code == 422
    assert staff.get("/api/v1/users/?search=%00").status_code == 422
    assert staff.get("/api/v1/users/?page=2").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_takes_two_queries(api_as: As, django_assert_num_queries: Any, rows: int) -> None:
    staff = StaffFactory()
    UserFactory.create_batch(rows - 1)
    with django_assert_num_queries(2):
        assert len(api_as(staff).get("/api/v1/users/").json()["results"]) == rows


def test_old_sign_ins_are_forgotten() -> None:
    now = clock.real_now()
    old = UserSessionFactory(expires_at=now - timedelta(days=31))
    UserSessionFactory(expires_at=now - timedelta(days=29))
    EmailToken.objects.create(
        user=old.user, purpose="verify_email", token_hash="x", email="a@b.co", expires_at=now - timedelta(days=2)
    )
    assert purge_sign_ins(now) == 2
    assert UserSession.objects.count() == 1
