"""Two people at once. Each test fails when the lock it is about is taken out."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.models import Fact
from lyceum.events import ports
from lyceum.events.models import (
    Event,
    EventCustomField,
    EventInvitation,
    EventReminder,
    EventSession,
    EventStatusHistory,
    Meeting,
    MeetingHost,
    MeetingNumber,
    TicketType,
)
from lyceum.events.services import invitations
from lyceum.events.services.complete_overdue import complete_overdue_events
from lyceum.events.services.create_event import create_event
from lyceum.events.services.custom_fields import add_custom_field
from lyceum.events.services.invitations import invite
from lyceum.events.services.lifecycle import cancel_event, publish_event, start_event
from lyceum.events.services.meeting_hosts import note_run
from lyceum.events.services.reminders import add_reminder, send_due_reminders
from lyceum.events.services.sessions import add_session
from lyceum.events.services.ticket_types import add_ticket_type
from lyceum.events.services.update_event import update_event
from tests.events.conftest import AT
from tests.events.test_maxima import fill, fill_sessions
from tests.factories.accounts import OrganizerFactory
from tests.factories.events import STARTS_AT, EventFactory, PublishedEventFactory, ReminderFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

SYSTEM = Actor.system()


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run the calls in threads that start together; give each one's refusal code, or `done`."""
    gate = threading.Barrier(len(calls))
    outcomes = [""] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            call()
            outcomes[number] = "done"
        except Refusal as refusal:
            outcomes[number] = refusal.code
        except Exception as error:  # noqa: BLE001 -- whatever a thread dies of shows in the outcome
            outcomes[number] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_publishing_from_eight_threads_publishes_once() -> None:
    # C25
    event = EventFactory()
    publish = lambda: publish_event(event_id=event.pk, actor=SYSTEM, at=AT)  # noqa: E731 -- eight of the same

    assert at_once(*[publish] * 8) == ["INVALID_STATE"] * 7 + ["done"]
    assert EventStatusHistory.objects.count() == 1
    assert Fact.objects.filter(name="events.event_published").count() == 1


def test_starting_and_cancelling_leave_one_history() -> None:
    # C25
    event = PublishedEventFactory()

    at_once(
        lambda: start_event(event_id=event.pk, actor=SYSTEM, at=AT),
        lambda: cancel_event(event_id=event.pk, actor=SYSTEM, at=AT),
    )

    rows = list(EventStatusHistory.objects.order_by("id").values_list("from_status", "to_status"))
    event.refresh_from_db()
    assert rows in ([("published", "live"), ("live", "cancelled")], [("published", "cancelled")])
    assert event.status == "cancelled"


def test_capacity_never_drops_below_seats_that_are_being_taken() -> None:
    # C14: a seat is sold while the capacity is lowered to the seats there were.
    event = PublishedEventFactory(capacity=10, seats_taken=5)

    def sell() -> None:
        Event.objects.filter(pk=event.pk, seats_taken__lt=F("capacity")).update(seats_taken=F("seats_taken") + 1)

    def lower() -> None:
        update_event(event_id=event.pk, values={"capacity": 5}, actor=SYSTEM, at=AT)

    outcomes = at_once(sell, lower)

    event.refresh_from_db()
    assert event.seats_taken <= event.capacity
    assert outcomes in (["CAPACITY_BELOW_SEATS", "done"], ["done", "done"])


def test_an_edit_keeps_a_counter_that_moves_meanwhile() -> None:
    # C25: narrow saves.
    event = PublishedEventFactory(capacity=100)

    def count() -> None:
        for _ in range(20):
            Event.objects.filter(pk=event.pk).update(registration_count=F("registration_count") + 1)

    def edit() -> None:
        for number in range(20):
            update_event(event_id=event.pk, values={"title": f"Title {number}"}, actor=SYSTEM, at=AT)

    assert at_once(count, edit) == ["done", "done"]
    event.refresh_from_db()
    assert event.registration_count == 20


def test_equal_titles_at_once_get_addresses_of_their_own() -> None:
    # C26
    actor = Actor.of(OrganizerFactory())
    values = {"title": "Wound care", "starts_at": STARTS_AT, "duration_minutes": 60}

    assert at_once(*[lambda: create_event(values=values, actor=actor, at=AT)] * 6) == ["done"] * 6
    assert len(set(Event.objects.values_list("slug", flat=True))) == 6


def test_drafts_renamed_to_one_title_at_once_get_addresses_of_their_own() -> None:
    # C26
    for number in range(5):
        drafts = EventFactory.create_batch(4)
        renames = [
            partial(update_event, event_id=draft.pk, values={"title": f"Wound care {number}"}, actor=SYSTEM, at=AT)
            for draft in drafts
        ]

        assert at_once(*renames) == ["done"] * 4
        slugs = set(Event.objects.filter(title=f"Wound care {number}").values_list("slug", flat=True))
        assert len(slugs) == 4
        assert all(slug.startswith(f"wound-care-{number}") for slug in slugs)


def test_sessions_added_at_once_are_numbered_apart() -> None:
    event = EventFactory()
    calls = [
        lambda hour=hour: add_session(
            event_id=event.pk,
            values={"title": "x", "starts_at": STARTS_AT.replace(hour=hour), "duration_minutes": 30},
            actor=SYSTEM,
            at=AT,
        )
        for hour in (11, 12, 13, 14)
    ]

    assert at_once(*calls) == ["done"] * 4
    numbers = EventSession.objects.order_by("starts_at").values_list("session_number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]


def test_the_same_addresses_invited_at_once_are_invited_once() -> None:
    event = PublishedEventFactory()
    people = [(f"p{number}@example.org", "") for number in range(20)]
    call = lambda: invite(  # noqa: E731 -- four of the same
        event_id=event.pk, people=people, send_immediately=True, actor=SYSTEM, at=AT
    )

    assert at_once(*[call] * 4) == ["done"] * 4
    assert EventInvitation.objects.count() == 20


def test_a_reminder_is_sent_by_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        ReminderFactory(scheduled_for=AT)
    calls: list[Any] = []
    senders = {"test": lambda reminder, *, at: calls.append(reminder.pk) or 1}
    monkeypatch.setattr(ports, "_REMINDER_SENDERS", senders)

    assert at_once(*[lambda: send_due_reminders(AT)] * 4) == ["done"] * 4
    assert len(calls) == len(set(calls)) == 6
    assert EventReminder.objects.filter(status="sent").count() == 6


def test_an_event_completes_once_from_four_workers() -> None:
    event = PublishedEventFactory(starts_at=AT)
    later = AT.replace(hour=23)

    assert at_once(*[lambda: complete_overdue_events(later)] * 4) == ["done"] * 4
    assert EventStatusHistory.objects.filter(event=event).count() == 2


def test_the_last_of_what_an_event_may_have_is_added_once() -> None:
    event = PublishedEventFactory()
    fill_sessions(event, 99)
    fill(event, TicketType, 49, name=str)
    fill(event, EventCustomField, 49, label=str, field_type=lambda _: "text")
    fill(event, EventReminder, 199, reminder_type=lambda _: "custom", minutes_before=lambda n: n + 1,
         scheduled_for=lambda _: STARTS_AT)  # fmt: skip
    own: dict[str, Any] = {"event_id": event.pk, "actor": SYSTEM, "at": AT}
    session = {"starts_at": STARTS_AT, "duration_minutes": 60}
    question = {"label": "?", "field_type": "text"}
    minutes = iter(range(1000, 1004))
    for call, model, most in (
        (lambda: add_session(values=session, **own), EventSession, 100),
        (lambda: add_ticket_type(values={"name": "x"}, **own), TicketType, 50),
        (lambda: add_custom_field(values=question, **own), EventCustomField, 50),
        (
            lambda: add_reminder(reminder_type="custom", minutes_before=next(minutes), session_id=None, **own),
            EventReminder,
            200,
        ),
    ):
        assert at_once(*[call] * 4) == ["VALIDATION_ERROR"] * 3 + ["done"], model
        assert model.objects.filter(event=event).count() == most


def test_invitations_at_once_stay_below_their_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_INVITATIONS", 10)
    event = PublishedEventFactory()

    def call(name: str) -> Any:
        people = [(f"{name}{number}@example.org", "") for number in range(6)]
        return invite(event_id=event.pk, people=people, send_immediately=False, actor=SYSTEM, at=AT)

    outcomes = at_once(lambda: call("a"), lambda: call("b"), lambda: call("c"))
    assert outcomes == ["VALIDATION_ERROR", "VALIDATION_ERROR", "done"]
    assert EventInvitation.objects.count() == 6


NUMBERS = ("85746065432", "85746065433")


def entering(event: Event, *numbers: str) -> Callable[[], Any]:
    """Return a call that writes meeting numbers into an event: the first as its own, the others into sessions."""
    parts = [
        {"title": f"Part {place}", "starts_at": STARTS_AT + timedelta(hours=place), "duration_minutes": 60,
         "zoom_meeting_id": number}
        for place, number in enumerate(numbers[1:])
    ]  # fmt: skip
    values: dict[str, Any] = {"zoom_meeting_id": numbers[0], **({"sessions": parts} if parts else {})}
    return lambda: update_event(event_id=event.pk, values=values, actor=SYSTEM, at=AT)


def test_of_two_organizers_who_enter_one_number_at_once_one_gets_it() -> None:
    events = [EventFactory() for _ in range(4)]

    assert at_once(*[entering(event, NUMBERS[0]) for event in events]) == ["MEETING_CLAIMED"] * 3 + ["done"]
    assert Meeting.objects.filter(number=NUMBERS[0]).count() == 1
    holder = Event.objects.get(meeting__number=NUMBERS[0]).owner_id
    assert MeetingNumber.objects.get().owner_id == holder


def test_a_released_number_goes_to_one_of_those_who_want_it() -> None:
    MeetingNumber.objects.create(number=NUMBERS[0], since=AT)
    events = [EventFactory() for _ in range(4)]

    assert at_once(*[entering(event, NUMBERS[0]) for event in events]) == ["MEETING_CLAIMED"] * 3 + ["done"]
    assert Meeting.objects.filter(number=NUMBERS[0]).count() == 1


def test_two_numbers_in_either_order_wait_for_each_other_without_a_deadlock() -> None:
    for _ in range(5):
        MeetingNumber.objects.all().delete()
        events = [EventFactory(), EventFactory()]
        calls = [entering(events[0], *NUMBERS), entering(events[1], *reversed(NUMBERS))]

        assert at_once(*calls) == ["MEETING_CLAIMED", "done"]
        Meeting.objects.all().delete()


def test_two_events_on_at_once_make_one_owner_of_a_host() -> None:
    owners = [OrganizerFactory() for _ in range(4)]
    found: list[Any] = []

    def run(owner: Any) -> None:
        found.append(note_run(account_id="a", host_id="h", owner_id=owner.pk, at=AT).owner_id)

    assert at_once(*[partial(run, owner) for owner in owners]) == ["done"] * 4
    assert len(set(found)) == 1
    assert MeetingHost.objects.get().owner_id == found[0]
