"""Issuing over HTTP: who gets one, who doesn't and why, on which template."""

from decimal import Decimal
from typing import Any

import pytest

from lyceum.certificates.models import Certificate, CertificateStatusHistory, EventCertificateSettings
from lyceum.certificates.services.recount import recount_certificates
from lyceum.certificates.services.revoke import revoke_certificate
from lyceum.core.actors import Actor
from lyceum.core.files import storage
from lyceum.core.ids import new_id
from lyceum.core.models import Fact
from lyceum.events.models import EventSession
from lyceum.registrations.models import SessionAttendance
from tests.certificates.drawn import text_of
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.factories.certificates import (
    AT,
    STARTS,
    make_certificate,
    make_event,
    make_registration,
    make_registrations,
    make_template,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def url(event: Any, rest: str = "") -> str:
    return f"/api/v1/events/{event.pk}/certificates/{rest}"


@pytest.fixture
def event() -> Any:
    return make_event()


@pytest.fixture
def client(api_as: Any, event: Any) -> Any:
    return api_as(event.owner)


def issue(client: Any, event: Any, **body: Any) -> Any:
    return client.post(url(event, "issue/"), body)


def test_to_all_who_earned_one(client: Any, event: Any) -> None:
    good = make_registration(event)
    for problem in (
        {"attendance__eligible": False},
        {"status": "waitlisted", "waitlist_sequence": 1, "waitlisted_at": STARTS},
        {"status": "cancelled", "cancelled_at": STARTS},
        {"status": "no_show"},  # F12
        {"attendance__override": False, "attendance__override_reason": "Left the camera on."},  # C29
    ):
        make_registration(event, **problem)
    answer = issue(client, event)
    assert answer.status_code == 200
    row = Certificate.objects.get()
    assert answer.json() == {"issued": 1, "certificate_uuids": [str(row.pk)], "refused": []}
    assert row.registration_id == good.pk
    good.refresh_from_db()
    event.refresh_from_db()
    assert (good.certificate_issued, event.certificate_count) == (True, 1)
    assert good.certificate_issued_at == row.issued_at
    assert CertificateStatusHistory.objects.get().to_status == "issued"
    assert Fact.objects.get(name="certificates.certificate_issued").about_id == row.pk
    # Twice is once.  # A55 F12
    assert issue(client, event).json() == {"issued": 0, "certificate_uuids": [], "refused": []}


def test_an_override_lets_somebody_in(client: Any, event: Any) -> None:
    make_registration(
        event, attendance__eligible=False, attendance__override=True, attendance__override_reason="Seen there."
    )
    assert issue(client, event).json()["issued"] == 1


def test_an_empty_list_is_nobody(client: Any, event: Any) -> None:  # A52
    make_registration(event)
    assert issue(client, event, registration_uuids=[]).json() == {"issued": 0, "certificate_uuids": [], "refused": []}
    assert not Certificate.objects.exists()


def test_those_named_are_judged_one_by_one(client: Any, event: Any) -> None:  # A53
    good, other = make_registration(event), make_registration(make_event())
    cases = {
        "NOT_ELIGIBLE": make_registration(event, attendance__eligible=False),
        "NOT_CONFIRMED": make_registration(event, status="cancelled", cancelled_at=STARTS),
        "NAME_NOT_PRINTABLE": make_registration(event, full_name="李小龍"),
    }
    held = make_registration(event)
    make_certificate(held)
    unknown = new_id()
    named = [good.pk, *(row.pk for row in cases.values()), held.pk, other.pk, unknown, good.pk]
    body = issue(client, event, registration_uuids=[str(one) for one in named]).json()
    assert body["issued"] == 1
    found = {row["registration_uuid"]: row["code"] for row in body["refused"]}
    assert found == {
        **{str(row.pk): code for code, row in cases.items()},
        str(held.pk): "ALREADY_ISSUED",
        str(other.pk): "NOT_FOUND",
        str(unknown): "NOT_FOUND",
    }
    assert all(row["reason"] for row in body["refused"])
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "published"}, "EVENT_NOT_COMPLETED"),
        ({"status": "live"}, "EVENT_NOT_COMPLETED"),
        ({"status": "cancelled", "cancelled_at": AT}, "EVENT_NOT_COMPLETED"),
        ({"certificates_enabled": False}, "CERTIFICATES_DISABLED"),
        ({"title": "東京"}, "EVENT_NOT_PRINTABLE"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_the_events_state_is_a_reason(api_as: Any, fields: Any, code: str, named: bool) -> None:  # A62
    event = make_event(**fields)
    registration = make_registration(event)
    body = {"registration_uuids": [str(registration.pk)]} if named else {}
    answer = issue(api_as(event.owner), event, **body)
    assert answer.status_code == 200
    assert [(row["registration_uuid"], row["code"]) for row in answer.json()["refused"]] == [
        (str(registration.pk), code)
    ]
    assert not Certificate.objects.exists()


def test_a_closed_event_still_issues(api_as: Any) -> None:
    event = make_event(status="closed")
    make_registration(event)
    assert issue(api_as(event.owner), event).json()["issued"] == 1


def test_the_template_is_the_calls_the_events_the_default_or_the_built_in(client: Any, event: Any) -> None:
    people = [make_registration(event) for _ in range(4)]

    def next_on(**body: Any) -> Any:
        person = people.pop()
        answer = issue(client, event, registration_uuids=[str(person.pk)], **body)
        assert answer.status_code == 200, answer.json()
        return Certificate.objects.get(registration=person)

    first = next_on()
    assert (first.template_id, first.design) == (None, "classic")
    default = make_template(event.owner, is_default=True)
    assert next_on().template_id == default.pk
    chosen = make_template(event.owner)
    EventCertificateSettings.objects.create(event=event, template=chosen)
    assert next_on().template_id == chosen.pk
    named = make_template(event.owner)
    assert next_on(template_uuid=str(named.pk)).template_id == named.pk
    named.refresh_from_db()
    assert (named.usage_count, named.last_used_at is not None) == (1, True)


def test_a_deleted_or_inactive_template_is_refused(client: Any, event: Any) -> None:
    make_registration(event)
    template = make_template(event.owner)
    template.is_active = False
    template.save(update_fields=["is_active"])
    answer = issue(client, event, template_uuid=str(template.pk))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "NO_TEMPLATE")
    deleted = make_template(event.owner)
    deleted.soft_delete(at=AT)
    answer = issue(client, event, template_uuid=str(deleted.pk))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "NO_TEMPLATE")
    assert not Certificate.objects.exists()


def test_a_strangers_template_is_not_there(client: Any, event: Any) -> None:  # C12
    make_registration(event)
    foreign = make_template(OrganizerFactory())
    for wrong in (str(foreign.pk), str(new_id())):
        assert issue(client, event, template_uuid=wrong).status_code == 422
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"registration_uuids": "all"},
        {"registration_uuids": ["x"]},
        {"registration_uuids": [1]},
        {"registration_uuids": {"a": 1}},
        {"template_uuid": "1"},
        {"send_notification": "perhaps"},
        {"registration_uuids": ["00000000-0000-0000-0000-000000000000"] * 10_001},
    ],
)
def test_bad_bodies(client: Any, event: Any, body: Any) -> None:
    make_registration(event)
    assert issue(client, event, **body).status_code == 422
    assert not Certificate.objects.exists()


def test_the_snapshot_uses_the_events_own_day(client: Any, event: Any) -> None:  # A61
    make_registration(event, attendance__percent=100)
    issue(client, event)
    row = Certificate.objects.get()
    assert row.event_date.isoformat() == "2026-03-14"
    assert row.certificate_data["event_date"] == "2026-03-14"
    assert row.certificate_data["cpd_credits"] == "2.5"
    assert row.cpd_credits == Decimal("2.50")


def test_an_event_without_credits_prints_none_of_them(api_as: Any, drain: Any) -> None:  # A61
    event = make_event(cpd_enabled=False, cpd_credit_type="", cpd_credit_value=None)
    make_registration(event)
    issue(api_as(event.owner), event)
    drain()
    row = Certificate.objects.get()
    assert (row.cpd_credits, row.cpd_type) == (None, "")
    assert "None" not in pdf_text(row)


def test_part_of_the_sessions_earns_part_of_the_credits(client: Any, event: Any) -> None:  # C37
    event.sessions.update(is_implicit=False)
    second = EventSession.objects.create(
        event=event, title="Two", session_number=2, starts_at=event.starts_at, ends_at=event.ends_at,
        duration_minutes=45, cpd_credit_value_override=Decimal("1.25"),
    )  # fmt: skip
    first = event.sessions.get(session_number=1)
    part, whole, by_hand = (make_registration(event) for _ in range(3))
    SessionAttendance.objects.create(registration=part, session=second, attended=True)
    for session in (first, second):
        SessionAttendance.objects.create(registration=whole, session=session, attended=True)
    issue(client, event)
    earned = {row.registration_id: row.cpd_credits for row in Certificate.objects.all()}
    # The first session's share of 2.5 by length is 90 of 135 minutes.
    assert earned[part.pk] == Decimal("1.25")
    assert earned[whole.pk] == Decimal("2.92")
    assert earned[by_hand.pk] == Decimal("2.92")


def test_a_name_from_the_account_and_a_hostile_one(client: Any, event: Any, drain: Any) -> None:
    person = UserFactory(first_name="Grace", last_name="Hopper")
    make_registration(event, user=person, email=person.email, full_name="")
    make_registration(event, full_name='#let x = "boom"; $a$ *b* _c_ @d <e> \\ //')
    issue(client, event)
    drain()
    texts = " ".join(pdf_text(row) for row in Certificate.objects.all())
    assert "Grace Hopper" in texts
    assert '#let x = "boom"' in texts


def test_more_than_fifty_become_a_job(client: Any, event: Any, drain: Any) -> None:
    make_registrations(event, 60)
    make_registration(event, full_name="李小龍")
    answer = issue(client, event, send_notification=False)
    assert answer.status_code == 202
    job = answer.json()
    assert (job["kind"], job["status"], job["total"]) == ("certificates.issue", "queued", 61)
    assert not Certificate.objects.exists()
    drain()
    done = client.get(f"/api/v1/jobs/{job['uuid']}/").json()
    assert (done["status"], done["done"], done["result"]["issued"]) == ("completed", 61, 60)
    assert [row["code"] for row in done["result"]["refused"]] == ["NAME_NOT_PRINTABLE"]
    assert len(set(done["result"]["certificate_uuids"])) == 60
    assert Certificate.objects.filter(pdf_state="ready").count() == 60


def test_fifty_one_named_become_a_job_that_reports_each(client: Any, event: Any, drain: Any) -> None:
    people = make_registrations(event, 51)
    make_certificate(people[0])
    answer = issue(client, event, registration_uuids=[str(row.pk) for row in people])
    assert answer.status_code == 202
    drain()
    result = client.get(f"/api/v1/jobs/{answer.json()['uuid']}/").json()["result"]
    assert result["issued"] == 50
    assert result["refused"] == [
        {
            "registration_uuid": str(people[0].pk),
            "code": "ALREADY_ISSUED",
            "reason": "This person has a certificate already.",
        }
    ]


@pytest.mark.parametrize("count", [1, 20])
def test_issuing_takes_the_same_queries(
    client: Any, event: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    make_registrations(event, count)
    with django_assert_max_num_queries(26):
        assert issue(client, event).json()["issued"] == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(client: Any, event: Any, count: int, django_assert_num_queries: Any) -> None:
    make_registrations(event, count)
    issue(client, event)
    with django_assert_num_queries(3):
        assert client.get(url(event)).json()["count"] == count


def test_list_filters(client: Any, event: Any) -> None:
    row = make_certificate(make_registration(event, full_name="Ada Lovelace"))
    make_certificate(make_registration(event, full_name="Grace Hopper"))
    assert client.get(url(event) + "?search=ada").json()["count"] == 1
    assert client.get(url(event) + f"?search={row.certificate_id}").json()["count"] == 1
    assert client.get(url(event) + "?status=issued&cpd_type=CME").json()["count"] == 2
    assert client.get(url(event) + "?status=revoked").json()["count"] == 0
    assert client.get(url(event) + "?issued_after=2026-03-21T00:00:00Z").json()["count"] == 0
    assert client.get(url(event) + "?issued_before=2026-03-21T00:00:00Z").json()["count"] == 2
    for bad in ("status=nope", "issued_after=yesterday", "ordering=pdf_key"):
        assert client.get(url(event) + "?" + bad).status_code == 422


def test_a_snapshot_with_missing_keys_is_still_listed(client: Any, event: Any) -> None:  # A51
    row = make_certificate(make_registration(event))
    Certificate.objects.filter(pk=row.pk).update(certificate_data={})
    assert client.get(url(event)).json()["results"][0]["attendee_name"] == ""
    assert client.get(url(event, f"{row.pk}/")).status_code == 200


def test_nothing_deletes_or_edits(client: Any, event: Any) -> None:  # A56
    row = make_certificate(make_registration(event))
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(url(event, f"{row.pk}/"), {"status": "revoked"}).status_code == 405
    assert client.post(url(event), {}).status_code == 405
    row.refresh_from_db()
    assert row.status == "issued"


def test_the_summary(client: Any, event: Any) -> None:
    issued, revoked = make_registration(event), make_registration(event)
    make_registration(event)
    make_registration(event, attendance__eligible=False)
    make_registration(event, status="cancelled", cancelled_at=STARTS)
    make_certificate(issued)
    gone = make_certificate(revoked)
    client.post(url(event, f"{gone.pk}/revoke/"), {"reason": "Wrong person"})
    assert client.get(url(event, "summary/")).json() == {
        "total_attended": 4, "eligible": 3, "issued": 1, "pending": 2, "revoked": 1,
    }  # fmt: skip


def test_the_export(client: Any, event: Any) -> None:
    make_certificate(make_registration(event, full_name="=HYPERLINK(1)"))
    answer = client.get(url(event, "export/"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert b"".join(client.get(url(event, "export/") + "?export_format=xlsx").streaming_content)[:2] == b"PK"
    assert client.get(url(event, "export/") + "?export_format=pdf").status_code == 422


def routes(event: Any, pk: Any) -> list[tuple[str, str]]:
    return [
        ("get", url(event)), ("post", url(event, "issue/")), ("get", url(event, "summary/")),
        ("get", url(event, "export/")),
        ("get", url(event, f"{pk}/")), ("post", url(event, f"{pk}/revoke/")),
    ]  # fmt: skip


def test_strangers_find_nothing(api: Any, api_as: Any, event: Any) -> None:
    registration = make_registration(event)
    row = make_certificate(registration)
    make_registration(event)
    for method, path in routes(event, row.pk):
        body = {"reason": "x"} if path.endswith("revoke/") else {}
        assert getattr(api, method)(path, body).status_code == 401, path
        assert getattr(api_as(UserFactory()), method)(path, body).status_code == 403, path
        assert getattr(api_as(OrganizerFactory()), method)(path, body).status_code == 404, path
    elsewhere = make_event(event.owner)
    assert api_as(event.owner).get(url(elsewhere, f"{row.pk}/")).status_code == 404
    assert api_as(event.owner).post(url(elsewhere, f"{row.pk}/revoke/"), body).status_code == 404
    row.refresh_from_db()
    assert (row.status, Certificate.objects.count()) == ("issued", 1)
    assert api_as(StaffFactory()).get(url(event)).json()["count"] == 1


@pytest.mark.parametrize("wrong", ["x", "00000000-0000-0000-0000-000000000000"])
def test_wrong_ids_are_404(client: Any, event: Any, wrong: str) -> None:
    assert client.get(f"/api/v1/events/{wrong}/certificates/").status_code == 404
    assert client.post(f"/api/v1/events/{wrong}/certificates/issue/", {}).status_code == 404
    assert client.get(url(event, f"{wrong}/")).status_code == 404
    assert client.post(url(event, f"{wrong}/revoke/"), {"reason": "x"}).status_code == 404


def test_a_repeated_order_is_answered_again(client: Any, event: Any) -> None:  # A55
    make_registration(event)
    first = client.post(url(event, "issue/"), {}, headers={"Idempotency-Key": "k1"})
    again = client.post(url(event, "issue/"), {}, headers={"Idempotency-Key": "k1"})
    assert first.json() == again.json()
    assert first.json()["issued"] == 1
    assert Certificate.objects.count() == 1


def pdf_text(row: Certificate) -> str:
    row.refresh_from_db()
    return text_of(storage.read(row.pdf_key))


@pytest.mark.parametrize("status", ["published", "completed", "closed", "cancelled"])
def test_a_counter_that_drifted_is_put_right(status: str, django_assert_num_queries: Any) -> None:  # H15
    event = make_event()
    make_certificate(make_registration(event))
    revoked = make_certificate(make_registration(event))
    revoke_certificate(
        certificate_id=revoked.pk, actor=Actor.of(event.owner), at=AT, category="error", reason="Not there."
    )
    with django_assert_num_queries(2):
        assert recount_certificates(AT) == 0
    event.refresh_from_db()
    assert event.certificate_count == 1
    type(event).objects.filter(pk=event.pk).update(certificate_count=5, status=status)
    assert (recount_certificates(AT), recount_certificates(AT)) == (1, 0)
    event.refresh_from_db()
    assert event.certificate_count == 1
