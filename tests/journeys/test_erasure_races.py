"""Work that is under way while somebody deletes their account doesn't write them back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from lyceum.accounts import mails as account_mails
from lyceum.accounts.models import EmailToken, User
from lyceum.accounts.services.leave import delete_account, request_export
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.files import storage
from lyceum.core.models import Job
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.services import send as sending
from lyceum.integrations.email.services.queue import queue_mail
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services import process as processing
from lyceum.integrations.inbound.services.process import process_due_deliveries
from lyceum.registrations.attendance.services import rebuild_intervals as rebuilding
from lyceum.registrations.attendance.services.rebuild_intervals import rebuild_intervals
from lyceum.registrations.models import AttendanceRecord
from tests.factories.accounts import PASSWORD, UserFactory
from tests.registrations.attendance.world import World, device, minute

pytestmark = pytest.mark.both_databases

EMAIL = "quaternion@example.org"
racing = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def leaver() -> User:
    user: User = UserFactory(email=EMAIL, first_name="Quaternia", last_name="Hamiltonsdottir")
    return user


def erase(user: User) -> None:
    delete_account(user_id=user.pk, password=PASSWORD, address="203.0.113.7", actor=Actor.of(user), at=clock.real_now())


def stop_in(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> threading.Event:
    """Let whoever calls a function of a module first pause there; return what is set when they do."""
    reached, original, calls = threading.Event(), getattr(module, name), iter([True])

    def paused(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        if next(calls, False):
            reached.set()
            time.sleep(0.7)
        return found

    monkeypatch.setattr(module, name, paused)
    return reached


def meanwhile(work: Callable[[], Any], reached: threading.Event, then: Callable[[], Any]) -> None:
    """Do the work, and the other thing as soon as the work has reached its pause."""

    def second() -> None:
        assert reached.wait(10)
        then()

    def alone(function: Callable[[], Any]) -> None:
        try:
            function()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(alone, work), pool.submit(alone, second)]:
            future.result(30)


class TestRaces:
    pytestmark = racing

    def test_a_delivery_that_is_being_worked_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Without the lock on the delivery's row its interval would be written after the erasure has looked.
        world, user = World(monkeypatch), leaver()
        joined, world.at = world.meeting.joined(device("quaternion"), minute(1)), minute(2)
        assert world.zoom.deliver(joined, at=minute(2)) == 200
        reached = stop_in(monkeypatch, processing, "find_source")
        meanwhile(lambda: process_due_deliveries(minute(2)), reached, lambda: erase(user))
        [interval] = AttendanceRecord.objects.all()
        assert (interval.participant_email, interval.participant_name) == ("", "")
        assert EMAIL not in str(InboundDelivery.objects.get().payload)

    def test_intervals_that_are_being_made_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Without the lock on the events of unmatched intervals the stored address would be written once more.
        world, user = World(monkeypatch), leaver()
        world.tell(world.meeting.joined(device("quaternion"), minute(1)), at=minute(2))
        AttendanceRecord.objects.update(joined_at=minute(0))
        assert AttendanceRecord.objects.get().participant_email == EMAIL
        reached = stop_in(monkeypatch, rebuilding, "note_connections")
        meanwhile(lambda: rebuild_intervals(world.event.pk, at=minute(90)), reached, lambda: erase(user))
        assert {row.participant_email for row in AttendanceRecord.objects.all()} == {""}

    def test_a_link_that_is_being_mailed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Without the lock on the account its link, with the address, would be stored after the erasure has looked.
        user = leaver()
        account_mails.ask_for_password_reset(EMAIL)
        reached = stop_in(monkeypatch, account_mails, "_held_account")
        meanwhile(lambda: sending.send_due(clock.now()), reached, lambda: erase(user))
        assert not EmailToken.objects.exists()
        assert not EmailLog.objects.filter(recipient_email=EMAIL).exclude(kind="accounts.account_deleted").exists()


@pytest.mark.django_db
class TestInBetween:
    def test_a_delivery_that_was_claimed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        world, user = World(monkeypatch), leaver()
        world.at = minute(2)
        assert world.zoom.deliver(world.meeting.joined(device("quaternion"), minute(1)), at=minute(2)) == 200
        work_on = processing._work_on
        monkeypatch.setattr(processing, "_work_on", lambda row, at: (erase(user), work_on(row, at)))
        process_due_deliveries(minute(2))
        [interval] = AttendanceRecord.objects.all()
        assert (interval.participant_email, interval.participant_name) == ("", "")

    def test_a_mail_that_was_claimed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        user = leaver()
        account_mails.send_password_changed(user)
        send_one = sending._send_one
        turns = iter([True])

        def erased_first(row: EmailLog, sender: Any, at: Any) -> None:
            if next(turns, False):
                erase(user)
            send_one(row, sender, at)

        monkeypatch.setattr(sending, "_send_one", erased_first)
        sending.send_due(clock.now())
        sending.send_due(clock.now() + timedelta(minutes=1))
        assert [one.subject for one in mail.outbox] == ["Your account is deleted"]
        assert not EmailLog.objects.filter(recipient_email=EMAIL).exists()

    def test_a_mail_that_is_leaving(self, monkeypatch: pytest.MonkeyPatch) -> None:
        user = leaver()
        account_mails.send_password_changed(user)
        send, turns = sending._Sender.send, iter([True])

        def erased_on_the_way(self: Any, rendered: Any) -> None:
            if next(turns, False):
                erase(user)
            send(self, rendered)

        monkeypatch.setattr(sending._Sender, "send", erased_on_the_way)
        sending.send_due(clock.now())
        sending.send_due(clock.now() + timedelta(minutes=1))
        assert not EmailLog.objects.filter(recipient_email=EMAIL).exists()
        assert EmailLog.objects.filter(kind="accounts.password_changed").get().subject == ""

    def test_a_mail_that_was_queued_by_work_under_way(self, drain: Any) -> None:
        user, before = leaver(), clock.now()
        erase(user)
        queue_mail(kind="registrations.confirmation", to=EMAIL, name="Quaternia", at=before)
        queue_mail(kind="accounts.verification", to=EMAIL, at=before, due_at=clock.now() + timedelta(days=1))
        drain()
        assert [one.subject for one in mail.outbox] == ["Your account is deleted"]
        assert not EmailLog.objects.filter(recipient_email=EMAIL).exists()
        assert not EmailLog.objects.exclude(recipient_name="").exists()

    def test_an_archive_that_is_being_gathered(self, monkeypatch: pytest.MonkeyPatch, drain: Any) -> None:
        user = leaver()
        request_export(user_id=user.pk, actor=Actor.of(user), at=clock.now())
        kept: list[str] = []
        store = storage.store

        def erased_before_it_is_stored(*args: Any, **kwargs: Any) -> str:
            erase(user)
            kept.append(store(*args, **kwargs))
            return kept[0]

        monkeypatch.setattr(storage, "store", erased_before_it_is_stored)
        drain()
        assert [storage.exists(key) for key in kept] == [False]
        assert (Job.objects.get().status, Job.objects.get().file_key) == ("failed", "")
        assert [one.subject for one in mail.outbox] == ["Your account is deleted"]
