"""Whoever deletes their account is nowhere afterwards: no table, no file, no line of a log.

Who they are is written into every column that can hold it, of every model that says it holds something about people,
in rows that the account made and in rows that only its address connects with it. A new column, or a new model, is
written to as well, or fails here until somebody gives it a row.
"""

from __future__ import annotations

import io
import json
import logging
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection, models
from django.test import Client
from rest_framework.test import APIClient

from lyceum.accounts.models import NotificationPreference, RecoveryCode, User
from lyceum.accounts.rules.topics import Topic
from lyceum.certificates.models import Award, Certificate
from lyceum.core import clock
from lyceum.core.files import storage
from lyceum.core.models import IdempotencyKey
from lyceum.core.observability.logs import logging_config
from lyceum.core.personal_data import HOLDINGS, Held, Person
from lyceum.events.models import MeetingHost
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.services.queue import queue_mail
from lyceum.integrations.email.services.suppress import suppress, suppressed_among
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.registrations.models import AttendanceMark, AttendanceRecord, Registration, SessionAttendance
from tests.architecture.test_personal_data import telling_columns
from tests.factories.accounts import PASSWORD, ApiKeyFactory, OrganizerFactory, SecondFactorFactory, UserFactory
from tests.factories.certificates import make_certificate, make_event, make_registration, make_template
from tests.factories.events import InvitationFactory
from tests.factories.registrations import OpenEventFactory, QuestionFactory, RegistrationFactory
from tests.registrations.steps import join

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
EMAIL, FIRST, LAST = "quaternion@example.org", "Quaternia", "Hamiltonsdottir"
PHONE, IP, MARK = "+353 1 555 0199", "203.0.113.77", "xq7mark"
EVERYWHERE = (EMAIL, FIRST, LAST, PHONE, IP, MARK)
HELD = [held for holding in HOLDINGS.values() for held in holding.held]
# Proofs outlive the account, with the name that is printed on them and nothing else of the person.
PROOFS = "certificates_certificate"
# What the account is deleted with, and what finds the rows in the first place.
LEFT_ALONE = {"accounts.User.password", "accounts.User.email"}


def words(number: int) -> str:
    return f"{MARK}{number} {LAST} {EMAIL} {PHONE} {IP} {FIRST}"


# JSON of a fixed form: the person stands where its writers put people.
FORMS: dict[str, Callable[[str], Any]] = {
    "certificates.Award.wording": lambda said: dict.fromkeys(Award.PERSONAL_WORDING, said),
    "certificates.Certificate.certificate_data": lambda said: {
        "attendee_name": f"{FIRST} {LAST}",
        "attendee_email": EMAIL,
    },
    "registrations.Attendance.explanation": lambda said: [f"Decided by hand. Reason: {said}"],
    "inbound.InboundDelivery.payload": lambda said: {
        "payload": {"object": {"id": 5, "participant": {"user_name": said, "email": EMAIL, "customer_key": said}}}
    },
}


@pytest.fixture
def person(drain: Any) -> User:
    """Somebody who used everything, and whom others wrote to and about before there was an account."""
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    user: User = OrganizerFactory(email=EMAIL, first_name=FIRST, last_name=LAST, phone=PHONE)
    api = APIClient(REMOTE_ADDR=IP, HTTP_USER_AGENT=f"{MARK} Browser")
    api.post("/api/v1/auth/login/", {"email": EMAIL, "password": PASSWORD})
    api.post("/api/v1/auth/password-reset/", {"email": EMAIL})
    ApiKeyFactory(user=user, name=words(0))
    factor = SecondFactorFactory(user=user)
    RecoveryCode.objects.create(factor=factor, code_hash="x")
    NotificationPreference.objects.create(user=user, topic=Topic.NEW_REGISTRATION, wanted=False)
    user.avatar_key = storage.store("avatars", MARK.encode(), content_type="image/png")
    user.save()
    of_the_account(user, api)
    of_the_address()
    client = APIClient()
    client.force_authenticate(user)
    assert client.post("/api/v1/users/me/export-data/").status_code == 202
    drain()
    still_under_way()
    return user


def of_the_account(user: User, api: APIClient) -> None:
    event = make_event()
    place = make_registration(
        event, user=user, email=EMAIL, full_name=user.full_name, notes=MARK, attendance__notes=MARK
    )
    make_certificate(place)
    session = event.sessions.get()
    SessionAttendance.objects.create(registration=place, session=session)
    said = {"event": event, "registration": place, "moment": clock.now()}
    AttendanceMark.objects.create(kind="overridden", answer=True, words=LAST, **said)
    question = QuestionFactory(event=OpenEventFactory())
    guest = {"email": EMAIL, "name": user.full_name, "custom_field_responses": {str(question.pk): MARK}}
    path = f"/api/v1/public/events/{question.event_id}/register/"
    answer = api.post(path, guest, format="json", HTTP_IDEMPOTENCY_KEY="one")
    assert answer.status_code == 201, answer.content
    page = Client(REMOTE_ADDR=IP)
    form = {"email": EMAIL, "full_name": user.full_name}
    assert page.post(f"/events/{OpenEventFactory().slug}/", form).status_code == 302
    mine = make_event(owner=user)
    MeetingHost.objects.create(account_id="a", host_id="h", owner=user, since=clock.now())
    make_template(user)
    make_certificate(make_registration(mine))
    LogEntry.objects.create(
        user=UserFactory(is_staff=True),
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=user.full_name,
        action_flag=CHANGE,
        change_message="[]",
    )


def of_the_address() -> None:
    """What others hold of an address that isn't linked to the account."""
    at = clock.now()
    AttendanceRecord.objects.create(
        event=make_event(), participant_key="p:1", participant_email=EMAIL, participant_name=LAST, joined_at=at
    )
    AttendanceMark.objects.create(
        event=make_event(),
        kind="identified",
        participant_key="p:1",
        participant_email=EMAIL,
        participant_name=LAST,
        moment=at,
    )
    invitation = InvitationFactory(email=EMAIL, full_name=LAST)
    RegistrationFactory(email=EMAIL, full_name=f"{FIRST} {LAST}", status="no_show")
    earned = make_registration(make_event(), email=EMAIL, full_name=f"{FIRST} {LAST}")
    make_certificate(earned)
    suppress(email=EMAIL, reason=Suppression.Reason.UNSUBSCRIBED, at=at)
    queue_mail(kind="events.invitation", to=EMAIL, name=LAST, about_id=invitation.pk, at=at)
    IdempotencyKey.objects.create(
        caller="user:an-organizer",
        key_hash="k",
        path_hash="p",
        body_hash="b",
        status=201,
        answer=json.dumps({"email": EMAIL, "full_name": LAST}).encode(),
        expires_at=at,
    )


def still_under_way() -> None:
    """What waits for its turn at the moment of the deletion."""
    at = clock.now()
    InboundDelivery.objects.create(
        source="zoom",
        external_id="z1",
        event_type="meeting.participant_joined",
        occurred_at=at,
        received_at=at,
        due_at=at,
        payload={"payload": {"object": {"participant": {"email": EMAIL.upper(), "user_name": LAST}}}},
    )
    queue_mail(kind="accounts.verification", to=EMAIL, at=at)


def plant(held: Held, person: Person) -> int:
    """Write who it is into every column of the person's rows that isn't declared as kept; return how many rows."""
    rows = list(held.rows(person))
    columns = [held.model._meta.get_field(name) for name in sorted(telling_columns(held.model) - set(held.kept))]
    for number, row in enumerate(rows):
        values = {}
        for column in columns:
            label = f"{held.model._meta.label}.{column.name}"
            # An address is there already, and what is one of a few words names nobody.
            if label not in LEFT_ALONE and not isinstance(column, models.EmailField) and not column.choices:
                values[column.attname] = planted(column, label, getattr(row, column.attname), number)
        if values:
            held.model._base_manager.filter(pk=row.pk).update(**values)
    return len(rows)


def planted(column: Any, label: str, value: Any, number: int) -> Any:
    said = words(number)
    if label in FORMS:
        return FORMS[label](said)
    if isinstance(column, models.JSONField):
        return [said] if isinstance(value, list) else {**(value or {}), "note": said}
    if isinstance(column, models.GenericIPAddressField):
        return IP
    if isinstance(column, models.BinaryField):
        return said.encode()
    if column.name.endswith("_key") and value:
        return value
    return said[: column.max_length] if column.max_length else said


def everything_stored() -> Iterator[tuple[str, str]]:
    """Yield each row of each table of the database as it lies there, and what browsers' sessions hold."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield table, " ".join(map(as_text, row))
    for session in Session.objects.all():
        yield "django_session", json.dumps(SessionStore().decode(session.session_data))


def as_text(value: Any) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def files_stored() -> Iterator[tuple[str, str]]:
    for path in Path(settings.LYCEUM_DATA).rglob("*"):
        if path.is_file() and "sqlite" not in path.name:
            content = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as bundle:
                    content += b"".join(bundle.read(name) for name in bundle.namelist())
            yield str(path.relative_to(settings.LYCEUM_DATA)), content.decode("utf-8", "replace")


def found_in(stored: Iterator[tuple[str, str]], markers: tuple[str, ...] = EVERYWHERE) -> dict[str, list[str]]:
    """Return where markers stand, and which."""
    found: dict[str, set[str]] = {}
    for place, text in stored:
        said = {marker for marker in markers if marker.lower() in text.lower()}
        if said:
            found.setdefault(place, set()).update(said)
    return {place: sorted(said) for place, said in sorted(found.items())}


def without_proofs(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out the drawn certificates that say the name and nothing else."""
    drawn = "media/certificates/pdf/"
    return {path: said for path, said in found.items() if not path.startswith(drawn) or set(said) - {FIRST, LAST}}


@pytest.fixture
def logged() -> Iterator[Callable[[], str]]:
    form = dict(logging_config(debug=False)["formatters"]["json"])
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(form.pop("()")(**form))
    logging.getLogger().addHandler(handler)
    yield written.getvalue
    logging.getLogger().removeHandler(handler)


def delete_account(user: User) -> None:
    client = APIClient(REMOTE_ADDR=IP)
    client.force_authenticate(user)
    answer = client.post("/api/v1/users/me/delete-account/", {"password": PASSWORD}, HTTP_IDEMPOTENCY_KEY="bye")
    assert answer.status_code == 200, answer.content


def test_nothing_names_them_anywhere(
    person: User, drain: Any, logged: Callable[[], str], django_capture_on_commit_callbacks: Any
) -> None:
    whom = person.person
    counted = {held.model._meta.label: plant(held, whom) for held in HELD}
    assert [label for label, count in counted.items() if not count] == []
    before = found_in(everything_stored())
    assert {held.model._meta.db_table for held in HELD if telling_columns(held.model) - set(held.kept)} <= set(before)
    assert found_in(files_stored())
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        delete_account(person)
    drain()
    assert [(one.subject, one.to) for one in mail.outbox] == [("Your account is deleted", [EMAIL])]

    left = found_in(everything_stored())
    # The name that is printed, on what they earned and on what they issued to others.
    assert left == {PROOFS: sorted([FIRST, LAST])}
    assert without_proofs(found_in(files_stored())) == {}
    assert found_in(iter([("log", logged())])) == {}


def test_what_must_not_be_written_to_stays_known(person: User, drain: Any) -> None:
    delete_account(person)
    drain()
    assert suppressed_among([EMAIL, "other@example.org"]) == {EMAIL}
    assert queue_mail(kind="events.invitation", to=EMAIL, at=clock.now()) is not None
    drain()
    assert EmailLog.objects.latest("queued_at").status == "skipped"


def test_two_people_who_leave_do_not_meet(drain: Any) -> None:
    """Whatever is unique stays so: both were at the same event, and both were suppressed for the same reason."""
    event = OpenEventFactory()
    for number in range(2):
        user = UserFactory(email=f"leaver{number}@example.org")
        join(event, user.email)
        InvitationFactory(event=event, email=user.email)
        suppress(email=user.email, reason=Suppression.Reason.HARD_BOUNCE, at=clock.now())
        delete_account(user)
    again = UserFactory(email="leaver0@example.org")
    Suppression.objects.create(email=again.email, reason=Suppression.Reason.HARD_BOUNCE, since=clock.now())
    delete_account(again)
    drain()
    assert found_in(everything_stored(), ("leaver0@", "leaver1@")) == {}


def test_an_address_that_was_never_proven_touches_nobody_elses_rows(drain: Any) -> None:
    """Anybody can type an address: what its real owner did as a guest stays theirs."""
    guest = RegistrationFactory(email=EMAIL, full_name=LAST)
    invitation = InvitationFactory(email=EMAIL)
    queue_mail(kind="registrations.confirmation", to=EMAIL, about_id=guest.pk, at=clock.now())
    suppress(email=EMAIL, reason=Suppression.Reason.UNSUBSCRIBED, at=clock.now())
    pretender = UserFactory(email=EMAIL, first_name="Not", last_name="Theirs", email_verified_at=None)
    delete_account(pretender)
    drain()
    guest.refresh_from_db()
    invitation.refresh_from_db()
    assert (guest.email, guest.full_name, guest.status, invitation.email) == (EMAIL, LAST, "confirmed", EMAIL)
    assert [row.status for row in EmailLog.objects.filter(recipient_email=EMAIL)] == ["sent"]
    assert Suppression.objects.get().email == EMAIL
    assert not EmailLog.objects.filter(kind="accounts.account_deleted", recipient_email=EMAIL).exists()
    assert found_in(everything_stored(), ("Theirs",)) == {}


@pytest.mark.parametrize("other", ["ali@uni.example", "li@uni.example.org", "x.li@uni.example", "li@uni.examples"])
def test_a_longer_address_is_somebody_elses(other: str) -> None:
    leaver: User = UserFactory(email="li@uni.example")
    staff = UserFactory(is_staff=True)
    kept = LogEntry.objects.create(
        user=staff, content_type=ContentType.objects.get_for_model(User), object_id="1", object_repr=f"<{other}>",
        action_flag=CHANGE, change_message="[]",
    )  # fmt: skip
    answer = IdempotencyKey.objects.create(
        caller="user:x", key_hash="a", path_hash="b", body_hash="c", status=200,
        answer=f'{{"email":"{other}"}}'.encode(), expires_at=clock.real_now(),
    )  # fmt: skip
    at = clock.now()
    delivery = InboundDelivery.objects.create(
        source="zoom", external_id="1", event_type="x", occurred_at=at, received_at=at,
        payload={"payload": {"object": {"participant": {"email": other, "user_name": "Somebody"}}}},
    )  # fmt: skip
    delete_account(leaver)
    delivery.refresh_from_db()
    kept.refresh_from_db()
    assert delivery.payload["payload"]["object"]["participant"] == {"email": other, "user_name": "Somebody"}
    assert kept.object_repr == f"<{other}>"
    assert IdempotencyKey.objects.filter(pk=answer.pk).exists()


def test_a_reissue_mails_nobody(person: User, drain: Any, api_as: Callable[[Any], APIClient]) -> None:
    place = Registration.all_objects.filter(user=person, certificates__isnull=False).first()
    assert place is not None
    organizer = api_as(place.event.owner)
    delete_account(person)
    drain()
    mail.outbox.clear()
    proof = Certificate.objects.get(registration=place)
    path = f"/api/v1/events/{place.event_id}/certificates/"
    assert organizer.post(f"{path}{proof.pk}/revoke/", {"category": "error", "reason": "x"}).status_code == 200
    answer = organizer.post(f"{path}issue/", {"registration_uuids": [str(place.pk)]}, format="json").json()
    assert [row["code"] for row in answer["refused"]] == ["NAME_MISSING"]
    drain()
    assert mail.outbox == []
    assert (
        not EmailLog.objects.filter(recipient_email__contains="invalid", status="sent")
        .exclude(kind="accounts.account_deleted")
        .filter(queued_at__gt=person.created_at, sent_at__isnull=True)
        .exists()
    )
