"""What happens at once, and what a kill -9 leaves: on PostgreSQL, where locks are real."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections

from lyceum.certificates.errors import AlreadyRevoked, TemplateInUse
from lyceum.certificates.models import Certificate, CertificateStatusHistory, CertificateTemplate
from lyceum.certificates.services import issue_batch, revoke
from lyceum.certificates.services.issue import issue_certificates, issue_due
from lyceum.certificates.services.revoke import revoke_certificate
from lyceum.certificates.services.templates import create_template, delete_template, set_default_template
from lyceum.certificates.services.update_template import update_template
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models import Job
from lyceum.core.work.jobs import run_next_job
from lyceum.registrations.errors import CannotCancel
from lyceum.registrations.models import Registration
from lyceum.registrations.services.cancel import cancel_registration
from tests.database_address import database_address
from tests.factories.accounts import OrganizerFactory
from tests.factories.certificates import (
    AT,
    make_certificate,
    make_event,
    make_registration,
    make_registrations,
    make_template,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, released together; give answers and errors back in order."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[index] = call()
        except Exception as error:  # noqa: BLE001 -- the test looks at whatever it was
            answers[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, call)) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_double_click_issues_once() -> None:  # A55
    event = make_event()
    people = make_registrations(event, 30)
    actor = Actor.of(event.owner)
    ids = [row.pk for row in people]

    def order() -> Any:
        return issue_certificates(event_id=event.pk, actor=actor, at=AT, registration_ids=ids)

    answers = at_once(*[order] * 6)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert sum(len(one.certificate_ids) for one in answers) == 30
    assert sum(len(one.refused) for one in answers) == 150
    assert Certificate.objects.count() == CertificateStatusHistory.objects.count() == 30
    event.refresh_from_db()
    assert event.certificate_count == 30


def test_orders_for_all_and_for_some_meet() -> None:
    event = make_event()
    people = make_registrations(event, 40)
    template = make_template(event.owner)
    actor = Actor.of(event.owner)

    def some() -> Any:
        ids = [row.pk for row in reversed(people)]
        return issue_certificates(event_id=event.pk, actor=actor, at=AT, registration_ids=ids, template_id=template.pk)

    def everybody() -> Any:
        return issue_certificates(event_id=event.pk, actor=actor, at=AT, template_id=template.pk)

    answers = at_once(some, everybody, some, everybody)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert Certificate.objects.count() == 40
    template.refresh_from_db()
    assert template.usage_count == 40


def pause_after(monkeypatch: Any, module: Any, name: str) -> Callable[[], bool]:
    """Make the function pause before it returns, while another transaction comes to its locks; return what waits."""
    reached, real = threading.Event(), getattr(module, name)

    def slowly(*arguments: Any, **named: Any) -> Any:
        answer = real(*arguments, **named)
        reached.set()
        threading.Event().wait(0.7)
        return answer

    monkeypatch.setattr(module, name, slowly)
    return lambda: reached.wait(10)


def test_issuing_meets_a_cancellation(monkeypatch: Any) -> None:
    event = make_event()
    registration = make_registration(event)
    actor = Actor.of(event.owner)
    reached = pause_after(monkeypatch, issue_batch, "_certificates_of")

    def cancel() -> Any:
        reached()
        return cancel_registration(registration_id=registration.pk, actor=actor, at=AT)

    answers = at_once(
        lambda: issue_certificates(event_id=event.pk, actor=actor, at=AT, registration_ids=[registration.pk]), cancel
    )
    # Both take the event's lock before the registration's, so that they come one after the other.
    assert len(answers[0].certificate_ids) == 1, answers
    assert isinstance(answers[1], CannotCancel), answers
    assert "certificate was issued" in answers[1].text
    registration.refresh_from_db()
    assert (registration.status, registration.certificate_issued) == ("confirmed", True)


def test_issuing_meets_a_revocation(monkeypatch: Any) -> None:  # A58
    event = make_event()
    registration = make_registration(event)
    row = make_certificate(registration)
    actor = Actor.of(event.owner)
    reached = pause_after(monkeypatch, revoke, "_lock")

    def reissue() -> Any:
        reached()
        return issue_certificates(event_id=event.pk, actor=actor, at=AT, registration_ids=[registration.pk])

    answers = at_once(
        lambda: revoke_certificate(
            certificate_id=row.pk, event_id=event.pk, actor=actor, at=AT, reason="x", category="error"
        ),
        reissue,
    )
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert len(answers[1].certificate_ids) == 1, answers[1].refused
    assert sorted(Certificate.objects.values_list("status", flat=True)) == ["issued", "revoked"]
    event.refresh_from_db()
    registration.refresh_from_db()
    assert (event.certificate_count, registration.certificate_issued) == (1, True)


def test_two_revocations_and_a_reissue() -> None:
    event = make_event()
    registration = make_registration(event)
    row = make_certificate(registration)
    actor = Actor.of(event.owner)

    def revoke() -> Any:
        return revoke_certificate(
            certificate_id=row.pk, event_id=event.pk, actor=actor, at=AT, reason="x", category="error"
        )

    def reissue() -> Any:
        return issue_certificates(event_id=event.pk, actor=actor, at=AT, registration_ids=[registration.pk])

    answers = at_once(revoke, revoke, revoke)
    assert sum(isinstance(one, AlreadyRevoked) for one in answers) == 2
    answers = at_once(reissue, reissue, reissue)
    assert sorted(len(one.certificate_ids) for one in answers) == [0, 0, 1]
    assert Certificate.objects.issued().count() == 1
    event.refresh_from_db()
    assert event.certificate_count == 1
    assert Registration.objects.get().certificate_issued is True


def test_parallel_edits_of_a_used_template_number_on() -> None:  # A50 A63
    event = make_event()
    template = make_template(event.owner, is_default=True)
    make_certificate(make_registration(event), template_id=template.pk)
    actor = Actor.of(event.owner)

    def edit(color: str) -> Callable[[], Any]:
        return lambda: update_template(template_id=template.pk, actor=actor, at=AT, changes={"default_color": color})

    answers = at_once(*[edit(f"#00000{number}") for number in range(5)])
    assert not [one for one in answers if isinstance(one, Exception)]
    rows = CertificateTemplate.objects.filter(family_id=template.family_id)
    assert sorted(rows.values_list("version", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert rows.filter(is_latest_version=True).count() == rows.filter(is_default=True).count() == 1


def test_defaults_chosen_at_once_leave_one() -> None:  # A48
    owner = OrganizerFactory()
    actor = Actor.of(owner)
    templates = [make_template(owner) for _ in range(4)]

    def choose(template: CertificateTemplate) -> Callable[[], Any]:
        return lambda: set_default_template(template_id=template.pk, actor=actor, at=AT)

    def create() -> Any:
        return create_template(actor=actor, at=AT, name="New", design="classic", is_default=True)

    for _ in range(6):
        # The one that is the default is chosen again while others take it over: two rows, locked from both ends.
        current = CertificateTemplate.objects.filter(is_default=True)[:1]
        answers = at_once(*[choose(one) for one in [*templates, *current, *current]], create, create)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert CertificateTemplate.objects.filter(is_default=True).count() == 1


def test_nobody_edits_in_place_what_is_being_printed_on() -> None:
    event = make_event()
    for round_ in range(5):
        template = make_template(event.owner)
        registration = make_registration(event)
        actor = Actor.of(event.owner)
        answers = at_once(
            lambda template=template, registration=registration, actor=actor: issue_certificates(
                event_id=event.pk, actor=actor, at=AT, registration_ids=[registration.pk], template_id=template.pk
            ),
            lambda template=template, actor=actor: update_template(
                template_id=template.pk, actor=actor, at=AT, changes={"default_color": "#123456"}
            ),
        )
        assert not [one for one in answers if isinstance(one, Exception)], (round_, answers)
        used = Certificate.objects.get(registration=registration).template
        assert used is not None
        edited = answers[1]
        # Either the edit came first, in place, or it made a version of its own.
        assert (edited.pk == used.pk) == (used.default_color == "#123456")
        assert used.usage_count == 1


def test_nobody_removes_what_is_being_printed_on(monkeypatch: Any) -> None:
    event = make_event()
    template = make_template(event.owner)
    registration = make_registration(event)
    actor = Actor.of(event.owner)
    writing, removed = threading.Event(), threading.Event()
    real = issue_batch.issue_for_awards

    def slowly(**arguments: Any) -> Any:
        writing.set()
        removed.wait(1)
        return real(**arguments)

    def remove() -> None:
        writing.wait(10)
        delete_template(template_id=template.pk, actor=actor, at=AT)
        removed.set()

    monkeypatch.setattr(issue_batch, "issue_for_awards", slowly)
    ids = [registration.pk]
    answers = at_once(
        lambda: issue_certificates(
            event_id=event.pk, actor=actor, at=AT, registration_ids=ids, template_id=template.pk
        ),
        remove,
    )
    assert len(answers[0].certificate_ids) == 1
    assert isinstance(answers[1], TemplateInUse)
    template.refresh_from_db()
    assert (template.deleted_at, template.usage_count) == (None, 1)


def die(what: str, after: int) -> None:
    script = Path(__file__).with_name("dying_worker.py")
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "LYCEUM_ENV": "test",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "LYCEUM_DATA": str(settings.LYCEUM_DATA),
    }
    done = subprocess.run([sys.executable, str(script), what, str(after)], env=environment, check=False, timeout=100)
    assert done.returncode == -signal.SIGKILL


def test_a_worker_killed_while_issuing_is_followed_up_exactly_once() -> None:
    event = make_event()
    make_registrations(event, 450)
    job = issue_due(event_id=event.pk, actor=Actor.of(event.owner), at=AT)
    assert job is not None
    die("issue", 3)
    # Two portions were committed, the third died with its worker.
    assert Certificate.objects.count() == 200
    assert run_next_job(clock.now()) == 0
    Job.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
    assert run_next_job(clock.now()) == 1
    job.refresh_from_db()
    assert job.status == "completed"
    assert job.result is not None
    assert (job.result["issued"], job.result["refused"], job.done) == (450, [], 450)
    assert Certificate.objects.count() == CertificateStatusHistory.objects.count() == 450
    event.refresh_from_db()
    assert event.certificate_count == 450


def test_a_worker_killed_while_drawing_is_followed_up(drain: Any) -> None:
    event = make_event()
    make_registrations(event, 130)
    issue_due(event_id=event.pk, actor=Actor.of(event.owner), at=AT)
    run_next_job(clock.now())
    die("render", 40)
    assert Certificate.objects.awaiting_pdf().count() == 130
    Certificate.objects.update(pdf_lease_until=None)
    drain()
    assert Certificate.objects.filter(pdf_state="ready").exclude(pdf_key="").count() == 130
    assert len(mail.outbox) == 130
    assert len({message.to[0] for message in mail.outbox}) == 130
