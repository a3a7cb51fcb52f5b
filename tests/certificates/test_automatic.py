"""Certificates that go out by themselves, and the event's own key."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from lyceum.certificates.models import Certificate, EventCertificateSettings
from lyceum.certificates.services.issue import JOB_KIND, issue_due
from lyceum.certificates.services.revoke import revoke_certificate
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish
from lyceum.core.models import Job
from lyceum.core.work.jobs import run_next_job
from lyceum.events.facts import EventCompleted
from lyceum.events.models import EventSession
from lyceum.registrations.attendance.facts import AttendanceDecided, SessionSettled
from tests.factories.accounts import OrganizerFactory
from tests.factories.certificates import (
    AT,
    make_certificate,
    make_event,
    make_registration,
    make_registrations,
    make_template,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
# Let in by hand, so that what attendance makes of no interval at all doesn't matter here.
BY_HAND = {"attendance__override": True, "attendance__override_reason": "Signed the list."}


def announce(fact: Any) -> None:
    with transaction.atomic():
        publish(fact, actor=Actor.system(), about=fact.event_id, at=AT)


def test_completing_issues_where_asked_for(drain: Any) -> None:
    asked, silent = make_event(auto_issue_certificates=True), make_event()
    template = make_template(asked.owner, is_default=True)
    people = [make_registration(asked, **BY_HAND) for _ in range(3)]
    make_registration(asked, attendance__eligible=False)
    make_registration(silent, **BY_HAND)
    announce(EventCompleted(asked.pk))
    announce(EventCompleted(silent.pk))
    drain()
    rows = Certificate.objects.all()
    assert {row.registration_id for row in rows} == {row.pk for row in people}
    assert {row.template_id for row in rows} == {template.pk}
    assert {row.issued_by_id for row in rows} == {None}
    assert {row.pdf_state for row in rows} == {"ready"}
    announce(EventCompleted(asked.pk))
    drain()
    assert Certificate.objects.count() == 3


def test_nothing_goes_out_before_attendance_is_settled(drain: Any) -> None:  # A92
    event = make_event(auto_issue_certificates=True)
    session = event.sessions.get()
    session.settle_at = datetime(2099, 1, 1, tzinfo=UTC)
    session.save(update_fields=["settle_at"])
    registration = make_registration(event, **BY_HAND)
    announce(AttendanceDecided(registration.pk, event.pk, eligible=True))
    drain()
    assert not Certificate.objects.exists()
    EventSession.objects.update(settle_at=None, settled_at=AT)
    announce(SessionSettled(session.pk, event.pk))
    drain()
    assert Certificate.objects.count() == 1


def test_a_decision_that_turns_later_still_earns_one(drain: Any) -> None:
    event = make_event(auto_issue_certificates=True)
    EventSession.objects.update(settled_at=AT)
    late = make_registration(event, attendance__eligible=False, **BY_HAND)
    announce(AttendanceDecided(late.pk, event.pk, eligible=True))
    announce(AttendanceDecided(late.pk, event.pk, eligible=True))
    announce(AttendanceDecided(late.pk, event.pk, eligible=False))
    drain()
    assert Certificate.objects.get().registration_id == late.pk


@pytest.mark.parametrize(
    "fields", [{"status": "live"}, {"certificates_enabled": False}, {"auto_issue_certificates": False}]
)
def test_not_while_the_event_forbids_it(drain: Any, fields: Any) -> None:
    event = make_event(**{"auto_issue_certificates": True} | fields)
    EventSession.objects.update(settled_at=AT)
    registration = make_registration(event, **BY_HAND)
    announce(AttendanceDecided(registration.pk, event.pk, eligible=True))
    announce(SessionSettled(event.sessions.get().pk, event.pk))
    drain()
    assert not Certificate.objects.exists()


def test_what_was_revoked_stays_so(drain: Any) -> None:
    event = make_event(auto_issue_certificates=True)
    row = make_certificate(make_registration(event, **BY_HAND))
    revoke_certificate(
        certificate_id=row.pk, event_id=event.pk, actor=Actor.of(event.owner), at=AT, reason="x", category="error"
    )
    drain()
    announce(EventCompleted(event.pk))
    announce(AttendanceDecided(row.registration_id, event.pk, eligible=True))
    drain()
    assert list(Certificate.objects.values_list("status", flat=True)) == ["revoked"]


def test_an_inactive_choice_gives_way_by_itself(drain: Any) -> None:
    event = make_event(auto_issue_certificates=True)
    template = make_template(event.owner)
    EventCertificateSettings.objects.create(event=event, template=template)
    template.is_active = False
    template.save(update_fields=["is_active"])
    make_registration(event, **BY_HAND)
    announce(EventCompleted(event.pk))
    drain()
    assert Certificate.objects.get().design == "classic"


def test_an_interrupted_job_goes_on_where_it_was(monkeypatch: Any) -> None:
    event = make_event()
    make_registrations(event, 250)
    job = issue_due(event_id=event.pk, actor=Actor.of(event.owner), at=AT)
    assert job is not None
    assert job.kind == JOB_KIND
    portions: list[int] = []

    def dying(*, done: int | None = None, total: int | None = None) -> None:
        portions.append(done or 0)
        if len(portions) == 2:
            raise SystemExit

    monkeypatch.setattr("lyceum.core.work.jobs._progress", lambda job: dying)
    with pytest.raises(SystemExit):
        run_next_job(AT)
    assert Certificate.objects.count() == 200
    monkeypatch.undo()
    Job.objects.update(lease_until=AT)
    assert run_next_job(AT) == 1
    job.refresh_from_db()
    assert (job.status, job.done) == ("completed", 250)
    assert job.result is not None
    assert (job.result["issued"], len(set(job.result["certificate_uuids"])), job.result["refused"]) == (250, 250, [])
    assert Certificate.objects.count() == 250
    event.refresh_from_db()
    assert event.certificate_count == 250


EVENT = {"title": "Ethics", "starts_at": "2099-03-14T09:00:00Z", "duration_minutes": 90}


def test_the_events_own_template(api_as: Any) -> None:  # C12
    owner = OrganizerFactory()
    client, template = api_as(owner), make_template(owner)
    made = client.post("/api/v1/events/", EVENT | {"certificate_template": str(template.pk)})
    assert made.status_code == 201, made.json()
    assert made.json()["certificate_template"] == str(template.pk)
    path = f"/api/v1/events/{made.json()['uuid']}/"
    foreign = make_template(OrganizerFactory())
    for wrong in (str(foreign.pk), "00000000-0000-0000-0000-000000000000", 1, "x"):
        assert client.patch(path, {"certificate_template": wrong}).status_code == 422
    assert client.get(path).json()["certificate_template"] == str(template.pk)
    copy = client.post(f"{path}duplicate/", {})
    assert copy.json()["certificate_template"] == str(template.pk)
    assert client.patch(path, {"certificate_template": None}).json()["certificate_template"] is None


@pytest.mark.parametrize("status", ["live", "completed", "cancelled"])
def test_the_template_that_an_event_has_can_be_sent_again(api_as: Any, status: str) -> None:
    owner = OrganizerFactory()
    client, template, other = api_as(owner), make_template(owner), make_template(owner)
    event = make_event(owner=owner, status=status)
    EventCertificateSettings.objects.update_or_create(event=event, defaults={"template": template})
    path = f"/api/v1/events/{event.pk}/"
    assert client.patch(path, {"certificate_template": str(template.pk)}).status_code == 200
    assert client.patch(path, {"certificate_template": str(other.pk)}).status_code == 409
