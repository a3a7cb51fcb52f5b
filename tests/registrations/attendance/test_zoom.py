"""One meeting from its first delivery to the certificates' door, through the signed webhook."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from lyceum.core.models import Fact
from lyceum.events.models import EventStatusHistory
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services.replay import replay_deliveries
from lyceum.integrations.zoom.fake import FakeMeeting, Person
from lyceum.registrations.models import AttendanceMark, AttendanceRecord, Registration
from tests.factories.events import PublishedEventFactory
from tests.registrations.attendance.world import MEETING_ID, START, World, device, minute

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def statuses() -> list[str]:
    return sorted(InboundDelivery.objects.values_list("status", flat=True))


def decided(row: Registration) -> list[bool]:
    facts = Fact.objects.filter(name="registrations.attendance_decided", about_id=row.pk).order_by("id")
    return [fact.data["eligible"] for fact in facts]


def test_a_meeting_from_start_to_decision(world: World) -> None:
    ada, bob = world.person("Ada"), world.person("Bob")
    world.tell(world.meeting.started(minute(0)), at=minute(0))
    assert world.status == "live"
    assert world.session().status == "live"
    assert world.session().actual_started_at == minute(0)  # A91: the payload's time
    world.tell(world.meeting.joined(device("Ada"), minute(2)), world.meeting.joined(device("Bob"), minute(10)))
    world.tell(world.meeting.left(device("Bob"), minute(40)), at=minute(40))
    assert world.attendance(bob).minutes == 30
    assert world.attendance(bob).eligible is False
    world.tell(world.meeting.left(device("Ada"), minute(58)), world.meeting.ended(minute(60)), at=minute(60))
    assert world.status == "live"  # A92: never by meeting.ended itself
    assert world.session().settle_at == minute(70)
    assert world.attendance(ada).eligible is False
    world.pass_to(minute(69))
    assert world.status == "live"
    world.pass_to(minute(70))
    assert world.status == "completed"
    assert world.session().settled_at == minute(70)
    assert world.session().actual_ended_at == minute(60)
    seen = world.attendance(ada)
    assert (seen.attended, seen.minutes, seen.percent) == (True, 56, 93)
    assert seen.eligible is True
    assert seen.explanation == ["Present for 56 minutes of 60 minutes (93 %); 80 % is needed."]
    assert (seen.first_join_at, seen.last_leave_at) == (minute(2), minute(58))
    seen = world.attendance(bob)
    assert (seen.attended, seen.minutes, seen.eligible) == (True, 30, False)
    assert seen.explanation == ["Present for 30 minutes of 60 minutes (50 %); 80 % is needed."]
    assert decided(ada) == [True]
    assert decided(bob) == []
    history = EventStatusHistory.objects.filter(event=world.event).order_by("changed_at")
    assert list(history.values_list("to_status", flat=True)) == ["live", "completed"]
    world.event.refresh_from_db()
    assert world.event.attendance_count == 2
    assert world.session().attendance_count == 2  # half the session is the threshold that counts


def test_who_never_came_has_nothing(world: World) -> None:
    absent = world.person("Absent")
    world.settle()
    seen = world.attendance(absent)
    assert (seen.attended, seen.minutes, seen.eligible) == (False, 0, False)
    assert seen.explanation == ["Present for 0 minutes of 60 minutes (0 %); 80 % is needed."]


def test_two_devices_count_once(world: World) -> None:
    ada = world.person("Ada")  # A96, A97
    laptop, phone = device("Ada", 1), device("Ada", 2)
    world.tell(
        world.meeting.joined(laptop, minute(0)),
        world.meeting.joined(phone, minute(10)),
        world.meeting.left(laptop, minute(30)),
        world.meeting.left(phone, minute(50)),
    )
    world.settle()
    assert world.attendance(ada).minutes == 50
    records = AttendanceRecord.objects.filter(registration=ada).order_by("joined_at")
    assert [(row.joined_at, row.left_at) for row in records] == [
        (minute(0), minute(30)),
        (minute(10), minute(50)),
    ]


def test_two_devices_of_one_participant_are_told_apart(world: World) -> None:
    ada = world.person("Ada")  # A96: one participant, two connections
    laptop = Person("Ada", "ada@example.org", uuid="p", user_id="1")
    phone = Person("Ada", "", uuid="p", user_id="2")
    world.tell(
        world.meeting.joined(laptop, minute(0)),
        world.meeting.joined(phone, minute(10)),
        world.meeting.left(laptop, minute(30)),
        world.meeting.left(phone, minute(50)),
    )
    world.settle()
    assert world.attendance(ada).minutes == 50


def test_a_leave_named_by_its_participant_only(world: World) -> None:
    ada = world.person("Ada")
    whole = Person("Ada", "ada@example.org", uuid="p", user_id="77")
    part = Person("Ada", "", uuid="p")
    world.tell(world.meeting.joined(whole, minute(0)), world.meeting.left(part, minute(30)))
    again, known = Person("Ada", "", uuid="q"), Person("Ada", "ada@example.org", uuid="q", user_id="78")
    world.tell(world.meeting.left(again, minute(60)), world.meeting.joined(known, minute(40)))
    world.settle()
    assert world.attendance(ada).minutes == 50
    assert AttendanceRecord.objects.count() == 2


def test_a_reconnect_is_two_stays(world: World) -> None:
    ada = world.person("Ada")
    world.tell(
        world.meeting.joined(device("Ada"), minute(0)),
        world.meeting.left(device("Ada"), minute(20)),
        world.meeting.joined(device("Ada"), minute(25)),
        world.meeting.left(device("Ada"), minute(60)),
    )
    world.settle()
    assert world.attendance(ada).minutes == 55


def test_a_leave_before_its_join(world: World) -> None:
    ada = world.person("Ada")  # A96
    world.tell(world.meeting.left(device("Ada"), minute(50)))
    assert world.attendance(ada).minutes == 0
    world.tell(world.meeting.joined(device("Ada"), minute(5)))
    world.settle()
    assert world.attendance(ada).minutes == 45
    assert AttendanceRecord.objects.count() == 1


def test_a_lost_leave_ends_with_the_meeting(world: World) -> None:
    ada = world.person("Ada")  # A96
    world.tell(world.meeting.joined(device("Ada"), minute(0)))
    world.tell(world.meeting.ended(minute(55)), at=minute(55))
    world.pass_to(minute(65))
    record = AttendanceRecord.objects.get()
    assert (record.left_at, record.left_inferred) == (minute(55), True)
    assert world.attendance(ada).minutes == 55


def test_time_outside_the_session_counts_for_nothing(world: World) -> None:
    ada = world.person("Ada")  # A97
    world.tell(world.meeting.joined(device("Ada"), minute(-30)), world.meeting.left(device("Ada"), minute(90)))
    world.tell(world.meeting.ended(minute(90)), at=minute(90))
    world.pass_to(minute(100))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.percent) == (60, 100)
    assert seen.first_join_at == minute(-30)


def test_the_waiting_room_is_not_the_room(world: World) -> None:
    ada = world.person("Ada")  # A97
    me = device("Ada")
    world.tell(
        world.meeting.waiting_room(me, minute(0), kind="participant_joined_waiting_room"),
        world.meeting.waiting_room(me, minute(20), kind="participant_admitted"),
        world.meeting.joined(me, minute(20)),
        world.meeting.waiting_room(me, minute(40), kind="participant_put_in_waiting_room"),
        world.meeting.waiting_room(me, minute(50), kind="participant_admitted"),
        world.meeting.left(me, minute(60)),
    )
    world.settle()
    assert world.attendance(ada).minutes == 30


def test_joining_before_the_host_is_joining(world: World) -> None:
    ada = world.person("Ada")
    me = device("Ada")
    world.tell(world.meeting.joined(me, minute(0), kind="participant_jbh_joined"))
    world.tell(world.meeting.joined(me, minute(3)), world.meeting.left(me, minute(60)))
    world.settle()
    assert world.attendance(ada).minutes == 60


@pytest.mark.parametrize("family", ["meeting", "webinar"])
def test_webinars_say_the_same(world: World, family: str) -> None:
    ada = world.person("Ada")  # B09
    world.meeting = FakeMeeting(MEETING_ID, "u", START, family=family)
    world.tell(world.meeting.started(minute(0)), world.meeting.joined(device("Ada"), minute(0)))
    world.tell(world.meeting.left(device("Ada"), minute(60)))
    world.settle()
    assert world.status == "completed"
    assert world.attendance(ada).eligible is True


def test_somebody_without_an_address_matches_nobody(world: World) -> None:
    ada = world.person("Ada")  # A93: a blank address matched the first registrant
    stranger = device("Ada", email=False)
    world.tell(world.meeting.joined(stranger, minute(0)), world.meeting.left(stranger, minute(60)))
    body = world.meeting.joined(device("Nobody"), minute(1))
    body["payload"]["object"]["participant"]["email"] = None
    world.tell(body)
    world.settle()
    assert world.attendance(ada).minutes == 0
    assert AttendanceRecord.objects.unmatched().count() == 2  # A94: kept for a person to see
    assert statuses() == ["completed"] * 4


def test_a_registrant_is_matched_without_an_address(world: World) -> None:
    ada = world.person("Ada")
    meeting = world.meeting
    world.tell(meeting.registration("r-1", "ADA@example.org", minute(-50), kind="registration_created"))
    me = Person("Somebody else", "", uuid="x", registrant_id="r-1")
    world.tell(meeting.joined(me, minute(0)), meeting.left(me, minute(60)))
    world.settle()
    assert world.attendance(ada).minutes == 60


def test_the_registrant_outranks_the_address(world: World) -> None:
    ada, bob = world.person("Ada", attendance__zoom_registrant_id="r-1"), world.person("Bob")
    me = Person("X", "bob@example.org", uuid="x", registrant_id="r-1")
    world.tell(world.meeting.joined(me, minute(0)), world.meeting.left(me, minute(60)))
    world.settle()
    assert (world.attendance(ada).minutes, world.attendance(bob).minutes) == (60, 0)


@pytest.mark.parametrize("status", ["cancelled", "waitlisted", "pending", "no_show"])
def test_only_confirmed_rows_match(world: World, status: str) -> None:
    more: dict[str, Any] = {"status": status}  # A94
    more |= {"cancelled_at": START} if status == "cancelled" else {}
    more |= {"waitlist_sequence": 1, "waitlisted_at": START} if status == "waitlisted" else {}
    ada = world.person("Ada", **more)
    world.tell(world.meeting.joined(device("Ada"), minute(0)), world.meeting.left(device("Ada"), minute(60)))
    assert AttendanceRecord.objects.get().registration_id is None
    assert world.attendance(ada).attended is False


def test_addresses_match_whatever_their_case(world: World) -> None:
    ada = world.person("Ada")
    me = Person("Ada", " ADA@Example.org ", uuid="x")
    world.tell(world.meeting.joined(me, minute(0)), world.meeting.left(me, minute(60)))
    assert world.attendance(ada).minutes == 60


def test_the_host_is_not_an_unmatched_attendee(world: World) -> None:
    host = Person("Host", uuid="h", account_id=world.meeting.host_id)
    world.tell(world.meeting.joined(host, minute(0)))
    assert AttendanceRecord.objects.get().is_host is True
    assert AttendanceRecord.objects.unmatched().count() == 0


def test_a_leave_named_by_its_connection_only(world: World) -> None:
    ada = world.person("Ada")
    whole = Person("Ada", "ada@example.org", uuid="p", user_id="77")
    part = Person("Ada", "", user_id="77")
    world.tell(world.meeting.joined(whole, minute(0)), world.meeting.left(part, minute(30)))
    world.settle()
    assert world.attendance(ada).minutes == 30
    assert AttendanceRecord.objects.count() == 1


def test_a_join_named_by_its_connection_only(world: World) -> None:
    ada = world.person("Ada")
    whole = Person("Ada", "ada@example.org", uuid="p", user_id="77")
    part = Person("Ada", "", user_id="77")
    world.tell(world.meeting.joined(part, minute(0)), world.meeting.left(whole, minute(30)))
    world.settle()
    assert world.attendance(ada).minutes == 30
    assert AttendanceRecord.objects.count() == 1


def test_copies_under_another_key_change_nothing(world: World) -> None:
    ada = world.person("Ada")  # A89, A95
    for shift in (0, 1, 2):
        world.meeting.event_ts_shift = timedelta(seconds=shift)
        world.tell(world.meeting.joined(device("Ada"), minute(0)), world.meeting.left(device("Ada"), minute(30)))
    world.settle()
    assert AttendanceRecord.objects.count() == 1
    assert world.attendance(ada).minutes == 30
    assert InboundDelivery.objects.count() == 7


def test_a_break_ends_nothing(world: World) -> None:
    ada = world.person("Ada")  # A92
    me = device("Ada")
    world.tell(world.meeting.started(minute(0)), world.meeting.joined(me, minute(0)), at=minute(0))
    world.tell(world.meeting.left(me, minute(20)), world.meeting.ended(minute(20)), at=minute(20))
    world.tell(world.meeting.started(minute(25)), world.meeting.joined(me, minute(25)), at=minute(25))
    assert world.session().settle_at is None
    world.pass_to(minute(50))
    assert world.status == "live"
    world.tell(world.meeting.left(me, minute(60)))
    world.settle()
    assert world.status == "completed"
    assert world.attendance(ada).minutes == 55


def test_a_late_start_lifts_no_delay(world: World) -> None:
    world.tell(world.meeting.ended(minute(60)), at=minute(60))
    world.tell(world.meeting.started(minute(0)), at=minute(61))
    assert world.session().settle_at == minute(70)
    world.pass_to(minute(70))
    assert world.status == "completed"


def test_ended_twice_is_over_once(world: World) -> None:
    ada = world.person("Ada")
    world.tell(world.meeting.joined(device("Ada"), minute(0)), world.meeting.started(minute(0)), at=minute(0))
    world.tell(world.meeting.ended(minute(59)), world.meeting.ended(minute(60)), at=minute(60))
    world.pass_to(minute(70))
    world.tell(world.meeting.ended(minute(60)), at=minute(75))
    world.meeting.event_ts_shift = timedelta(seconds=3)
    world.tell(world.meeting.ended(minute(60)), at=minute(76))
    world.pass_to(minute(100))
    assert world.attendance(ada).minutes == 59
    assert Fact.objects.filter(name="events.event_completed").count() == 1
    assert Fact.objects.filter(name="registrations.session_settled").count() == 1
    assert decided(ada) == [True]


def test_a_rehearsal_settles_nothing(world: World) -> None:
    world.tell(world.meeting.started(minute(-1440)), at=minute(-1440))
    world.tell(world.meeting.ended(minute(-1400)), at=minute(-1400))
    world.pass_to(minute(-1300))
    assert world.session().settled_at is None
    assert world.status == "published"


def test_a_leave_that_comes_after_all_is_settled(world: World) -> None:
    ada = world.person("Ada")
    me = device("Ada")
    world.tell(world.meeting.joined(me, minute(0)), world.meeting.left(me, minute(30)), world.meeting.started(START))
    world.settle()
    assert world.attendance(ada).eligible is False
    again = device("Ada", 2)
    world.tell(world.meeting.left(again, minute(60)), at=minute(90))
    assert world.attendance(ada).eligible is False
    world.tell(world.meeting.joined(again, minute(31)), at=minute(120))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.eligible) == (59, True)
    assert decided(ada) == [True]


def test_what_is_stored_is_worked_on_before_settling(world: World) -> None:
    ada = world.person("Ada")
    me = device("Ada")
    world.tell(world.meeting.started(minute(0)), world.meeting.ended(minute(60)), at=minute(60))
    world.at = minute(70)
    for body in (world.meeting.joined(me, minute(0)), world.meeting.left(me, minute(60))):
        assert world.zoom.deliver(body, at=world.at) == 200
    # They wait behind a back-off, as after a failure.
    InboundDelivery.objects.filter(status="pending").update(due_at=minute(80))
    world.pass_to(minute(70))
    assert world.attendance(ada).eligible is True
    assert decided(ada) == [True]


def test_an_event_ended_without_its_meeting_is_decided_too(world: World) -> None:
    ada = world.person("Ada")
    world.tell(world.meeting.started(minute(0)), world.meeting.joined(device("Ada"), minute(0)), at=minute(0))
    client = APIClient()
    client.force_authenticate(world.event.owner)
    world.at = minute(65)
    assert client.post(f"/api/v1/events/{world.event.pk}/complete/").status_code == 200
    world.pass_to(minute(74))
    assert world.attendance(ada).eligible is False
    world.pass_to(minute(75))
    assert world.attendance(ada).eligible is True
    record = AttendanceRecord.objects.get()
    assert (record.left_at, record.left_inferred) == (minute(60), True)


def test_a_meeting_that_nobody_knows_is_not_kept_for_whoever_comes(world: World) -> None:
    ada = world.person("Ada")  # A90
    other = FakeMeeting("11111111111", "u", START)
    world.tell(other.joined(device("Ada"), minute(0)), other.left(device("Ada"), minute(60)))
    assert statuses() == ["skipped", "skipped"]
    reason = InboundDelivery.objects.first().error_message  # type: ignore[union-attr]
    assert reason == "No event of its organizer has this meeting at that time."
    world.enter_meeting("11111111111")
    assert replay_deliveries(ids=list(InboundDelivery.objects.values_list("pk", flat=True)), at=world.at) == 0
    world.pass_to(minute(0))
    assert statuses() == ["skipped", "skipped"]
    assert world.attendance(ada).minutes == 0


def test_a_draft_of_a_known_host_gets_its_deliveries_once_published(world: World) -> None:
    world.tell(world.meeting.started(minute(0)), at=minute(0))
    later = START + timedelta(days=1)
    event = PublishedEventFactory(
        owner=world.event.owner, zoom_meeting_id=MEETING_ID, starts_at=later, status="draft", published_at=None
    )
    world.tell(FakeMeeting(MEETING_ID, "v", later).joined(device("Ada"), later), at=later)
    assert statuses() == ["completed", "skipped"]
    type(event).objects.filter(pk=event.pk).update(status="published")
    assert replay_deliveries(ids=list(InboundDelivery.objects.values_list("pk", flat=True)), at=world.at) == 1
    world.pass_to(later)
    assert AttendanceRecord.objects.get().event_id == event.pk


@pytest.mark.parametrize("state", ["draft", "cancelled", "deleted", "session"])
def test_what_is_off_never_matches(world: World, state: str) -> None:
    # A90
    if state == "deleted":
        world.event.soft_delete(at=START)
    elif state == "session":
        world.event.sessions.update(status="cancelled", cancelled_at=START)
    else:
        type(world.event).objects.filter(pk=world.event.pk).update(status=state)
    world.tell(world.meeting.started(minute(0)), world.meeting.joined(device("Ada"), minute(0)))
    assert statuses() == ["skipped", "skipped"]
    assert not AttendanceMark.objects.exists()


def test_a_blank_number_matches_no_event(world: World) -> None:
    PublishedEventFactory(zoom_meeting_id="")  # A90, B10, B11
    for number in (None, "", "None"):
        body = world.meeting.joined(device("Ada"), minute(1))
        body["payload"]["object"]["id"] = number
        body["event_ts"] += len(str(number))
        world.tell(body)
    assert set(statuses()) == {"skipped"}
    assert not AttendanceRecord.objects.exists()


def test_one_number_at_two_events_goes_by_the_time(world: World) -> None:
    owner = world.event.owner
    PublishedEventFactory(owner=owner, zoom_meeting_id=MEETING_ID, starts_at=START + timedelta(days=7))  # A90
    world.tell(world.meeting.joined(device("Ada"), minute(5)))
    assert AttendanceRecord.objects.get().event_id == world.event.pk


def test_one_number_at_two_events_at_once_is_its_holders(world: World) -> None:
    PublishedEventFactory(zoom_meeting_id=MEETING_ID, starts_at=START)  # A90, B11
    world.tell(world.meeting.joined(device("Ada"), minute(5)))
    assert statuses() == ["completed"]
    assert AttendanceRecord.objects.get().event_id == world.event.pk


def test_the_occurrence_decides_before_the_time(world: World) -> None:
    owner = world.event.owner
    other = PublishedEventFactory(owner=owner, zoom_meeting_id=MEETING_ID, starts_at=START, zoom_meeting_uuid="known")
    meeting = FakeMeeting(MEETING_ID, "known", START)
    world.tell(meeting.joined(device("Ada"), minute(5)))
    assert AttendanceRecord.objects.get().event_id == other.pk


def test_a_deleted_meeting_shows_on_its_event(world: World) -> None:
    world.tell(world.meeting.other("deleted", minute(-50)))  # G07
    world.event.refresh_from_db()
    assert "deleted in Zoom" in world.event.online.error
    world.tell(world.meeting.other("updated", minute(-40)))
    assert statuses() == ["completed", "completed"]


def test_done_deliveries_keep_nobodys_name(world: World) -> None:
    world.person("Ada")  # B08
    world.tell(world.meeting.joined(device("Ada"), minute(0)))
    row = InboundDelivery.objects.get()
    assert "ada@" not in str(row.payload).lower()
    assert row.about_id == world.event.pk
    assert row.records_created == 1


def test_an_hour_in_which_the_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    # The night of 29 March 2026 in Zurich: 01:30 to 03:30 on the wall is one hour.
    begin = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    world = World(monkeypatch, timezone="Europe/Zurich")
    world.event.sessions.update(starts_at=begin, ends_at=begin + timedelta(hours=1))
    ada = world.person("Ada")
    world.tell(
        world.meeting.joined(device("Ada"), begin - timedelta(minutes=5)),
        world.meeting.left(device("Ada"), begin + timedelta(minutes=48)),
    )
    world.tell(world.meeting.ended(begin + timedelta(hours=1)), at=begin + timedelta(hours=1))
    world.pass_to(begin + timedelta(hours=2))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.percent, seen.eligible) == (48, 80, True)


def story(world: World) -> list[dict[str, Any]]:
    meeting, laptop, phone = world.meeting, device("Ada", 1), device("Ada", 2)
    return [
        meeting.started(minute(0)),
        meeting.joined(laptop, minute(0)),
        meeting.left(laptop, minute(10)),
        meeting.joined(laptop, minute(12)),
        meeting.joined(phone, minute(15)),
        meeting.left(laptop, minute(30)),
        meeting.left(phone, minute(45)),
        meeting.ended(minute(60)),
    ]


@given(order=st.permutations(range(8)), again=st.lists(st.integers(0, 7), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_gives_the_same_minutes(order: list[int], again: list[int]) -> None:
    """Each example is a meeting of its own, told in another order, with repeats."""
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch, zoom_meeting_id=str(next(NUMBERS)))
        # A Zoom account of its own too: each world has another organizer.
        number = world.event.online.number
        world.meeting = FakeMeeting(number, "u", START, host_id=f"host-{number}")
        ada, bodies = world.person("Ada"), story(world)
        world.tell(*[bodies[index] for index in [*order, *again]], at=minute(60))
        world.pass_to(minute(75))
        seen = world.attendance(ada)
        assert (seen.minutes, seen.percent) == (43, 71)
        assert AttendanceRecord.objects.filter(event=world.event).count() == 3
        assert world.status == "completed"


NUMBERS = iter(range(10**10, 10**10 + 10**6))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_start_end_and_restart_in_any_order(monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...]) -> None:
    world = World(monkeypatch)
    bodies = [world.meeting.started(minute(0)), world.meeting.ended(minute(20)), world.meeting.started(minute(25))]
    world.tell(*[bodies[index] for index in order], at=minute(26))
    assert world.session().settle_at is None
    assert world.session().status == "live"
