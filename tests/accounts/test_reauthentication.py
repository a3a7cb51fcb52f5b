"""What could cost somebody the account is open only soon after typing the password."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from lyceum.accounts.models import ApiKey, RecoveryCode, SecondFactor, UserSession
from lyceum.core import clock
from lyceum.core.models import Job
from tests.factories.accounts import PASSWORD, ApiKeyFactory, SecondFactorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
KEYS = "/api/v1/users/me/api-keys/"
EXPORT = "/api/v1/users/me/export-data/"
SECOND = "/api/v1/users/me/second-factor/"
AGAIN = "/api/v1/auth/reauthenticate/"
KEY = {"name": "Sync", "scopes": ["profile:read"]}


@pytest.fixture(autouse=True)
def _quarter_of_an_hour(settings: Any) -> None:
    settings.REAUTHENTICATION_MINUTES = 15


@pytest.fixture
def later() -> Callable[[float], None]:
    """Make every sign-in this many minutes old: `later(16)`."""

    def pass_minutes(minutes: float) -> None:
        UserSession.objects.update(authenticated_at=clock.real_now() - timedelta(minutes=minutes))

    return pass_minutes


def test_a_fresh_sign_in_makes_a_key(signed_in: SignIn, later: Callable[[float], None]) -> None:
    client = signed_in(UserFactory())
    later(14.5)
    assert client.post(KEYS, KEY).status_code == 201


def test_an_old_sign_in_makes_none(signed_in: SignIn, later: Callable[[float], None]) -> None:
    client = signed_in(UserFactory())
    later(15)
    refused = client.post(KEYS, KEY)
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "REAUTHENTICATION_REQUIRED"
    assert refused.json()["error"]["details"] == {"minutes": 15}
    assert not ApiKey.objects.exists()


def test_refreshing_tokens_is_no_proof(signed_in: SignIn, later: Callable[[float], None]) -> None:
    client = signed_in(UserFactory())
    later(16)
    fresh = APIClient().post("/api/v1/auth/refresh/", {"refresh": client.tokens["refresh_token"]}).json()  # type: ignore[attr-defined]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {fresh['access']}")
    assert client.post(KEYS, KEY).status_code == 403


def test_the_password_in_the_body_is_enough(signed_in: SignIn, later: Callable[[float], None]) -> None:
    client = signed_in(UserFactory())
    later(16)
    wrong = client.post(KEYS, KEY | {"password": "not-the-password"})
    assert (wrong.status_code, list(wrong.json()["error"]["details"])) == (422, ["password"])
    assert not ApiKey.objects.exists()
    assert client.post(KEYS, KEY | {"password": PASSWORD}).status_code == 201
    # It counts for this request alone.
    assert client.post(KEYS, KEY).status_code == 403


def test_confirming_renews_this_session_alone(signed_in: SignIn, later: Callable[[float], None]) -> None:
    user = UserFactory()
    client, elsewhere = signed_in(user), signed_in(user)
    later(16)
    assert client.post(AGAIN, {"password": "not-the-password"}).status_code == 422
    assert client.post(KEYS, KEY).status_code == 403
    assert client.post(AGAIN, {"password": PASSWORD}).status_code == 200
    assert client.post(KEYS, KEY).status_code == 201
    assert elsewhere.post(KEYS, KEY).status_code == 403


def test_guessing_the_password_is_limited(signed_in: SignIn, later: Callable[[float], None], settings: Any) -> None:
    client = signed_in(UserFactory())
    later(16)
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "3/hour"}
    wrong = {"password": "wrong-guess-1"}
    tries = [(AGAIN, wrong), (KEYS, KEY | wrong), (AGAIN, wrong)]
    statuses = [client.post(path, body).status_code for path, body in tries]
    assert statuses == [422, 422, 422]
    assert client.post(KEYS, KEY | {"password": PASSWORD}).status_code == 429
    assert not ApiKey.objects.exists()


def test_changing_the_password_is_a_proof(signed_in: SignIn, later: Callable[[float], None]) -> None:
    client = signed_in(UserFactory())
    later(16)
    body = {"current_password": PASSWORD, "new_password": "another-long-passphrase"}
    assert client.post("/api/v1/auth/password-change/", body).status_code == 200
    assert client.post(KEYS, KEY).status_code == 201


def test_sessions_from_before_such_moments_were_kept_are_old(signed_in: SignIn) -> None:
    client = signed_in(UserFactory())
    UserSession.objects.update(authenticated_at=None)
    assert client.post(KEYS, KEY).status_code == 403


def test_off_asks_nobody(signed_in: SignIn, later: Callable[[float], None], settings: Any) -> None:
    settings.REAUTHENTICATION_MINUTES = None
    client = signed_in(UserFactory())
    later(10_000)
    assert client.post(KEYS, KEY).status_code == 201


@pytest.mark.parametrize("verb", ["start", "turn off", "new codes"])
def test_the_second_factor_wants_a_fresh_sign_in(signed_in: SignIn, later: Callable[[float], None], verb: str) -> None:
    user = UserFactory()
    client = signed_in(user)
    if verb != "start":
        SecondFactorFactory(user=user)
    method, path = {
        "start": ("post", SECOND),
        "turn off": ("delete", SECOND),
        "new codes": ("post", f"{SECOND}recovery-codes/"),
    }[verb]
    later(16)
    refused = getattr(client, method)(path, {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "REAUTHENTICATION_REQUIRED")
    assert getattr(client, method)(path, {"password": "not-the-password"}).status_code == 422
    assert RecoveryCode.objects.count() == 0
    assert SecondFactor.objects.count() == (0 if verb == "start" else 1)
    assert getattr(client, method)(path, {"password": PASSWORD}).status_code in {201, 204}


def archive_of(client: APIClient, drain: Any) -> str:
    started = client.post(EXPORT)
    assert started.status_code == 202
    drain()
    return f"/api/v1/jobs/{started.json()['uuid']}/"


def test_the_archive_of_ones_data_wants_a_fresh_sign_in(
    signed_in: SignIn, drain: Any, later: Callable[[float], None]
) -> None:
    user = UserFactory()
    client = signed_in(user)
    job = archive_of(client, drain)
    link = client.get(job).json()["download_url"]
    path = link.removeprefix("http://testserver")
    assert client.get(path).status_code == 200
    later(16)
    refused = client.get(job)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "REAUTHENTICATION_REQUIRED")
    client.post(AGAIN, {"password": PASSWORD})
    assert client.get(job).json()["download_url"]
    with time_machine.travel(clock.real_now() + timedelta(minutes=6), tick=False):
        assert APIClient().get(path).status_code == 404


def test_the_archive_is_its_persons_alone(signed_in: SignIn, drain: Any) -> None:
    user = UserFactory()
    job = archive_of(signed_in(user), drain)
    ApiKeyFactory(user=user, secret="lyc_jobs", scopes=["jobs:read"])
    key = APIClient()
    key.credentials(HTTP_AUTHORIZATION="Api-Key lyc_jobs")
    for caller in (signed_in(StaffFactory(is_superuser=True)), key, signed_in(UserFactory())):
        assert caller.get(job).status_code == 404
    staff = signed_in(StaffFactory())
    assert staff.get(archive_of(staff, drain)).json()["download_url"]


def test_other_jobs_stay_visible_to_staff_and_keys(signed_in: SignIn) -> None:
    user = UserFactory()
    job = Job.objects.create(kind="certificates.issue", owner_id=user.pk, due_at=clock.now())
    ApiKeyFactory(user=user, secret="lyc_jobs", scopes=["jobs:read"])
    key = APIClient()
    key.credentials(HTTP_AUTHORIZATION="Api-Key lyc_jobs")
    for caller in (signed_in(StaffFactory()), key):
        assert caller.get(f"/api/v1/jobs/{job.pk}/").status_code == 200


def sign_in(user: Any) -> Client:
    browser = Client()
    assert browser.post("/sign-in/", {"email": user.email, "password": PASSWORD}).status_code == 302
    return browser


def test_the_mail_leads_to_a_page_that_asks_for_the_password(
    signed_in: SignIn, drain: Any, later: Callable[[float], None]
) -> None:
    user = UserFactory()
    job = archive_of(signed_in(user), drain).split("/")[-2]
    page = f"/account/data/{job}/"
    body = str(mail.outbox[-1].body)
    assert f"http://testserver{page}" in body
    assert "/files/" not in body
    assert Client().get(page).headers["Location"] == f"/sign-in/?next=%2Faccount%2Fdata%2F{job}%2F"
    browser = sign_in(user)
    assert "/files/" in browser.get(page).text
    later(16)
    confirm = browser.get(page).headers["Location"]
    assert confirm == f"/account/confirm/?next=%2Faccount%2Fdata%2F{job}%2F"
    assert browser.get(confirm).status_code == 200
    refused = browser.post(confirm, {"password": "not-the-password"})
    assert refused.status_code == 422
    assert "current password" in refused.text
    assert browser.get(page).status_code == 302
    passed = browser.post(confirm, {"password": PASSWORD})
    assert passed.headers["Location"] == page
    assert "/files/" in browser.get(page).text
    for stranger in (UserFactory(), StaffFactory(is_superuser=True)):
        assert sign_in(stranger).get(page).status_code == 404


def test_the_page_of_no_archive(drain: Any) -> None:
    browser = sign_in(UserFactory())
    for key in ("x", "019a0000-0000-7000-8000-000000000000", "%00"):
        assert browser.get(f"/account/data/{key}/").status_code == 404
