"""The organizer's routes: seeing, matching, deciding by hand, recomputing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from lyceum.core.models import Delivery, Fact
from lyceum.core.personal_data import HOLDINGS, export_person
from lyceum.events.models import Event, Meeting
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.zoom.fake import FakeMeeting
from lyceum.registrations.attendance.services import recompute_event as attendance_recompute
from lyceum.registrations.attendance.services.recount import recount_attendance
from lyceum.registrations.models import Attendance, AttendanceRecord, Registration, SessionAttendance
from lyceum.registrations.rules.certificate_eligibility import certificate_eligible
from lyceum.registrations.services.recount import recount_seats
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.registrations.attendance.world import World, device, minute

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.fixture
def owner(world: World, api_as: Callable[[Any], APIClient]) -> APIClient:
    return api_as(world.event.owner)


def rows(world: World, rest: str = "") -> str:
    return f"/api/v1/events/{world.event.pk}/registrations/{rest}"


def present(world: World, name: str, *, until: int = 60, email: bool = True) -> None:
    me = device(name, email=email)
    world.tell(world.meeting.joined(me, minute(0)), world.meeting.left(me, minute(until)))


def decided(row: Registration) -> list[bool]:
    facts = Fact.objects.filter(name="registrations.attendance_decided", about_id=row.pk).order_by("id")
    return [fact.data["eligible"] for fact in facts]


def error(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_unmatched_presence_is_listed_with_suggestions(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")
    world.person("Bob")
    present(world, "Ada", email=False)
    response = owner.get(rows(world, "unmatched-attendance/"))
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"count", "next", "previous", "total_pages", "current_page", "page_size", "results"}
    row = body["results"][0]
    assert (row["participant_name"], row["joined_at"], row["duration_minutes"]) == ("Ada", "2026-05-04T09:00:00Z", 60)
    assert row["id"] == row["uuid"]
    assert row["suggestions"] == [
        {"registration_uuid": str(ada.pk), "full_name": "Ada", "email": "ada@example.org"},
    ]


def test_the_lists_cost_the_same_for_one_and_for_three(
    world: World, owner: APIClient, django_assert_num_queries: Any
) -> None:
    session = world.sessions[0].pk
    paths = {
        rows(world, "unmatched-attendance/"): 4,
        f"/api/v1/events/{world.event.pk}/sessions/{session}/attendance/": 7,
        f"/api/v1/events/{world.event.pk}/aggregate-attendance/": 7,
    }
    for names in (["Ada"], ["Bob", "Cid"]):
        for name in names:
            world.person(name)
            present(world, name)
            present(world, f"Guest{name}", email=False)
        for path, queries in paths.items():
            with django_assert_num_queries(queries):
                assert owner.get(path).status_code == 200
    assert owner.get(rows(world, "unmatched-attendance/")).json()["count"] == 3


def test_matching_gives_the_minutes_to_somebody(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")
    present(world, "Nickname", email=False)
    world.tell(world.meeting.started(minute(0)))
    world.settle()
    record = AttendanceRecord.objects.get()
    response = owner.post(rows(world, f"match-attendance/{record.pk}/"), {"registration_uuid": str(ada.pk)})
    assert response.status_code == 200
    assert response.json()["registration_uuid"] == str(ada.pk)
    assert (response.json()["is_matched"], response.json()["matched_manually"]) == (True, True)
    seen = world.attendance(ada)
    assert (seen.minutes, seen.eligible, seen.attended) == (60, True, True)
    assert decided(ada) == [True]
    record.refresh_from_db()
    assert record.matched_by_id == world.event.owner_id


def test_taking_a_match_back_leaves_nothing(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")  # C30
    present(world, "Ada")
    world.settle()
    assert world.attendance(ada).eligible is True
    record = AttendanceRecord.objects.get()
    response = owner.post(rows(world, f"match-attendance/{record.pk}/"), {"registration_uuid": None}, format="json")
    assert response.status_code == 200
    seen = world.attendance(ada)
    assert (seen.attended, seen.minutes, seen.eligible) == (False, 0, False)
    assert seen.first_join_at is None
    assert decided(ada) == [True, False]
    assert not SessionAttendance.objects.exists()
    # A person took it back, so no later delivery and no recount gives it again.
    world.tell(world.meeting.left(device("Ada"), minute(59)), at=minute(90))
    owner.post(rows(world, "recompute-attendance/"))
    assert world.attendance(ada).minutes == 0
    assert owner.get(rows(world, "unmatched-attendance/")).json()["count"] >= 1


def test_a_match_holds_for_the_same_connection(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")
    me = device("Nick", email=False)
    world.tell(world.meeting.joined(me, minute(0)), world.meeting.left(me, minute(10)))
    record = AttendanceRecord.objects.get()
    owner.post(rows(world, f"match-attendance/{record.pk}/"), {"registration_uuid": str(ada.pk)})
    world.tell(world.meeting.joined(me, minute(20)), world.meeting.left(me, minute(60)))
    world.settle()
    assert world.attendance(ada).minutes == 50


def test_what_cannot_be_matched(world: World, owner: APIClient) -> None:
    waiting = world.person("Wait", status="waitlisted", waitlist_sequence=1, waitlisted_at=minute(0))
    elsewhere = World.person(world, "Else")
    other = Event.objects.exclude(pk=world.event.pk).first()
    present(world, "Nobody", email=False)
    record = AttendanceRecord.objects.get()
    address = rows(world, f"match-attendance/{record.pk}/")
    assert error(owner.post(address, {"registration_uuid": str(uuid4())})) == (422, "VALIDATION_ERROR")
    assert error(owner.post(address, {"registration_uuid": "x"})) == (422, "VALIDATION_ERROR")
    assert error(owner.post(address, {})) == (400, "VALIDATION_ERROR")
    assert error(owner.post(address, {"registration_uuid": str(waiting.pk)})) == (409, "NOT_CONFIRMED")
    assert (
        error(owner.post(rows(world, f"match-attendance/{uuid4()}/"), {"registration_uuid": None}, format="json"))[0]
        == 404
    )
    assert owner.post(rows(world, "match-attendance/x/"), {"registration_uuid": str(elsewhere.pk)}).status_code == 404
    record.refresh_from_db()
    assert record.registration_id is None
    assert other is None


@pytest.mark.parametrize(
    ("minutes", "eligible", "decision"), [(60, False, False), (0, True, True), (60, None, True), (0, None, False)]
)
def test_an_override_has_three_states(
    world: World, owner: APIClient, minutes: int, eligible: bool | None, decision: bool
) -> None:
    ada = world.person("Ada")  # C29: false denies, whatever the minutes say
    if minutes:
        present(world, "Ada", until=minutes)
    world.tell(world.meeting.started(minute(0)))
    world.settle()
    address = rows(world, f"{ada.pk}/override-attendance/")
    response = owner.post(address, {"eligible": eligible, "reason": "Seen in person."}, format="json")
    assert response.status_code == 200
    body = response.json()
    assert body["attendance_override"] is eligible
    assert body["certificate_eligible"] is decision
    seen = world.attendance(ada)
    assert seen.is_eligible is decision
    assert certificate_eligible(ada, world.event.__class__.objects.get(pk=world.event.pk)).eligible is decision
    assert (ada in Registration.objects.certificate_eligible()) is decision
    if eligible is not None:
        said = "eligible" if eligible else "not eligible"
        assert seen.explanation[-1] == f"The organizer decided by hand: {said}. Reason: Seen in person."
        assert seen.override_by_id == world.event.owner_id
    assert seen.minutes == minutes


def test_an_override_outlasts_recounts_and_can_be_taken_back(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")
    world.tell(world.meeting.started(minute(0)))
    world.settle()
    address = rows(world, f"{ada.pk}/override-attendance/")
    owner.post(address, {"eligible": True, "reason": "Was on the phone."})
    owner.post(rows(world, "recompute-attendance/"))
    assert world.attendance(ada).is_eligible is True
    assert world.attendance(ada).attended is True  # C36
    owner.post(address, {"eligible": None}, format="json")
    assert world.attendance(ada).is_eligible is False
    assert decided(ada) == [True, False]
    assert Fact.objects.filter(name="registrations.attendance_corrected", about_id=ada.pk).count() == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"eligible": True}, 400),
        ({"eligible": True, "reason": "  "}, 400),
        ({"reason": "x"}, 400),
        ({"eligible": "maybe", "reason": "x"}, 422),
        ({"eligible": True, "reason": "x" * 501}, 422),
        ({"eligible": True, "reason": "a\x00b"}, 422),
        ([], 400),
    ],
)
def test_a_bad_override_changes_nothing(world: World, owner: APIClient, body: Any, status: int) -> None:
    ada = world.person("Ada")
    response = owner.post(rows(world, f"{ada.pk}/override-attendance/"), body, format="json")
    assert response.status_code == status
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"
    assert world.attendance(ada).override is None
    assert not Fact.objects.exists()


def test_entering_it_by_hand(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")  # A26
    address = rows(world, f"{ada.pk}/")
    response = owner.patch(address, {"attended": True, "attendance_percent": 90, "notes": "Signed the list."})
    assert response.status_code == 200
    assert (response.json()["attended"], response.json()["attendance_percent"]) == (True, 90)
    seen = world.attendance(ada)
    assert (seen.attended, seen.percent, seen.eligible) == (True, 90, True)
    assert response.json()["notes"] == "Signed the list."
    assert seen.minutes == 0
    # C30: a later delivery changes the minutes and not the organizer's word.
    present(world, "Ada", until=10)
    seen = world.attendance(ada)
    assert (seen.attended, seen.percent, seen.minutes) == (True, 90, 10)
    owner.patch(address, {"attended": False})
    seen = world.attendance(ada)
    assert (seen.attended, seen.percent, seen.eligible) == (False, 0, False)
    assert decided(ada) == [True, False]


def test_entering_many_at_once(world: World, owner: APIClient) -> None:
    people = [world.person(name) for name in ("Ada", "Bob", "Cid")]  # A30
    gone = world.person("Gone", status="cancelled", cancelled_at=minute(0))
    stranger = str(uuid4())
    updates = [
        {"registration_uuid": str(people[0].pk), "attended": True},
        {"registration_uuid": str(people[1].pk), "attended": False},
        {"registration_uuid": stranger, "attended": True},
        {"registration_uuid": str(gone.pk), "attended": True},
    ]
    response = owner.patch(rows(world, "bulk-attendance/"), {"updates": updates}, format="json")
    assert response.status_code == 200
    assert response.json() == {
        "updated": 2,
        "uuids": [str(people[0].pk), str(people[1].pk)],
        "missing": [stranger, str(gone.pk)],
    }
    assert [world.attendance(row).attended for row in people] == [True, False, False]
    assert world.attendance(gone).attended is False


@pytest.mark.parametrize(
    "row",
    [
        {"registration_uuid": "nope", "attended": True},
        {"registration_uuid": None, "attended": True},
        {"attended": True},
        {"registration_uuid": str(uuid4())},
        {"registration_uuid": str(uuid4()), "attended": True, "attendance_percent": 101},
        "x",
    ],
)
def test_one_bad_row_refuses_them_all(world: World, owner: APIClient, row: Any) -> None:
    ada = world.person("Ada")
    updates = [{"registration_uuid": str(ada.pk), "attended": True}, row]
    response = owner.patch(rows(world, "bulk-attendance/"), {"updates": updates}, format="json")
    assert response.status_code in (400, 422)
    assert world.attendance(ada).attended is False


def test_at_most_five_hundred_at_once(world: World, owner: APIClient) -> None:
    updates = [{"registration_uuid": str(uuid4()), "attended": True}] * 501
    response = owner.patch(rows(world, "bulk-attendance/"), {"updates": updates}, format="json")
    assert error(response) == (422, "VALIDATION_ERROR")


def test_recomputing_finds_what_was_missed(world: World, owner: APIClient) -> None:
    present(world, "Late")
    late = world.person("Late")  # registered after they had come
    world.tell(world.meeting.started(minute(0)))
    Attendance.objects.create(registration=late, event=world.event, minutes=999, attended=False)
    response = owner.post(rows(world, "recompute-attendance/"))
    assert response.status_code == 200
    assert response.json() == {"registrations": 1, "changed": 1, "eligible": 0, "unmatched": 0}
    assert world.attendance(late).minutes == 60
    assert owner.post(rows(world, "recompute-attendance/")).json()["changed"] == 0


def test_recomputing_takes_in_nothing_from_before_the_number_was_entered(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")
    Meeting.objects.filter(event=world.event).update(number="")
    present(world, "Ada")
    assert world.attendance(ada).minutes == 0
    world.enter_meeting(world.meeting.meeting_id)
    owner.post(rows(world, "recompute-attendance/"))
    assert world.attendance(ada).minutes == 0


def test_a_large_event_is_gone_over_by_a_worker(
    world: World, owner: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance_recompute, "AT_ONCE", 1)
    ada, _ = world.person("Ada"), world.person("Bob")
    present(world, "Ada")
    Attendance.objects.update(minutes=999)
    response = owner.post(rows(world, "recompute-attendance/"))
    assert response.status_code == 202
    job = response.json()
    assert (job["kind"], job["status"], job["total"]) == ("registrations.recompute_attendance", "queued", 2)
    world.pass_to(minute(61))
    done = owner.get(f"/api/v1/jobs/{job['uuid']}/").json()
    assert (done["status"], done["done"]) == ("completed", 2)
    assert done["result"] == {"registrations": 2, "changed": 2, "eligible": 0, "unmatched": 0}
    assert world.attendance(ada).minutes == 60


def test_a_session_and_the_whole_event(monkeypatch: pytest.MonkeyPatch, api_as: Callable[[Any], APIClient]) -> None:
    world = World(monkeypatch, sessions=2, attendance_requirement="all_sessions")
    ada, bob = world.person("Ada"), world.person("Bob")
    first, second = world.meeting_of(0), world.meeting_of(1)
    world.tell(first.started(minute(0)), first.joined(device("Ada"), minute(0)), at=minute(0))
    world.tell(first.left(device("Ada"), minute(45)), first.ended(minute(60)), at=minute(60))
    world.pass_to(minute(70))
    assert world.session(0).status == "completed"
    assert world.status == "live"  # A92: the second session is still to come
    assert world.attendance(ada).eligible is False
    world.tell(second.started(minute(120)), second.joined(device("Ada"), minute(120)), at=minute(120))
    world.tell(second.joined(device("Bob"), minute(120)), second.ended(minute(180)), at=minute(180))
    world.pass_to(minute(190))
    assert world.status == "completed"
    assert (world.attendance(ada).eligible, world.attendance(bob).eligible) == (True, False)
    owner = api_as(world.event.owner)
    here = owner.get(f"/api/v1/events/{world.event.pk}/sessions/{world.sessions[0].pk}/attendance/").json()
    assert [(row["full_name"], row["attended"], row["total_attendance_minutes"]) for row in here["results"]] == [
        ("Ada", True, 45),
        ("Bob", False, 0),
    ]
    assert here["totals"] == {"registered": 2, "present": 1, "attended": 1, "average_minutes": 45.0}
    whole = owner.get(f"/api/v1/events/{world.event.pk}/aggregate-attendance/").json()
    assert whole["totals"] == {
        "registered": 2,
        "attended": 2,
        "eligible": 1,
        "average_percent": 68.5,
        "unmatched": 0,
    }
    assert [(row["title"], row["counts"], row["attended"]) for row in whole["sessions"]] == [
        ("Part 1", True, 1),
        ("Part 2", True, 2),
    ]
    assert [row["attendance_percent"] for row in whole["results"][0]["sessions"]] == [75, 100]


def test_a_cancelled_session_leaves_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, sessions=2)  # C35
    ada = world.person("Ada")
    first = world.meeting_of(0)
    world.tell(first.started(minute(0)), first.joined(device("Ada"), minute(0)), at=minute(0))
    world.tell(world.meeting_of(1).joined(device("Ada"), minute(120)))
    world.event.sessions.filter(session_number=2).update(status="cancelled", cancelled_at=minute(5))
    world.tell(first.left(device("Ada"), minute(48)), first.ended(minute(60)), at=minute(60))
    world.pass_to(minute(70))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.percent, seen.eligible) == (48, 80, True)
    assert world.status == "completed"


def test_one_meeting_for_all_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, sessions=2)
    world.enter_meeting("")
    ada = world.person("Ada")
    world.tell(world.meeting.started(minute(0)), world.meeting.joined(device("Ada"), minute(0)), at=minute(0))
    world.tell(world.meeting.left(device("Ada"), minute(180)), world.meeting.ended(minute(180)), at=minute(180))
    world.pass_to(minute(190))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.sessions_attended, seen.eligible) == (120, 2, True)
    assert world.status == "completed"


def test_who_came_in_at_the_door_was_there(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")
    world.at = minute(6)
    assert owner.post(rows(world, f"{ada.pk}/check-in/")).status_code == 200
    world.pass_to(minute(6))
    owner.post(f"/api/v1/events/{world.event.pk}/start/")
    world.at = minute(60)
    assert owner.post(f"/api/v1/events/{world.event.pk}/complete/").status_code == 200
    world.pass_to(minute(70))
    seen = world.attendance(ada)
    assert (seen.attended, seen.minutes, seen.eligible) == (True, 54, True)
    assert AttendanceRecord.objects.get().source == "check_in"


def counted(world: World) -> tuple[int, int]:
    return Event.objects.get(pk=world.event.pk).attendance_count, world.session().attendance_count


def test_a_check_in_is_counted_though_its_consequences_come_after_the_end(world: World, owner: APIClient) -> None:
    bob = world.person("Bob")
    world.person("Ada")
    present(world, "Ada")
    world.at = minute(6)
    assert owner.post(rows(world, f"{bob.pk}/check-in/")).status_code == 200
    assert Delivery.objects.filter(reaction="registrations.note_arrival").update(due_at=minute(90)) == 1
    world.settle()
    assert (world.attendance(bob).minutes, decided(bob)) == (54, [True])
    assert counted(world) == (2, 2)
    world.pass_to(minute(90))
    assert (world.attendance(bob).minutes, decided(bob)) == (54, [True])
    assert counted(world) == (2, 2)


def test_a_no_show_after_the_end_is_neither_eligible_nor_counted(world: World, owner: APIClient) -> None:
    ada, bob = world.person("Ada"), world.person("Bob")
    present(world, "Ada")
    present(world, "Bob")
    recount_seats(event_id=world.event.pk)
    world.settle()
    assert counted(world) == (2, 2)

    assert owner.post(rows(world, f"{bob.pk}/no-show/"), {"no_show": True}).status_code == 200
    world.pass_to(minute(72))
    assert counted(world) == (1, 1)
    assert decided(bob) == [True, False]
    assert (world.attendance(bob).eligible, world.attendance(bob).minutes) == (False, 60)
    assert world.attendance(bob).explanation[-1] == "The registration isn't confirmed, so this doesn't count."
    figures = owner.get(rows(world, "summary/")).json()
    assert (figures["attended"], figures["no_show"]) == (1, 1)

    assert owner.post(rows(world, f"{bob.pk}/no-show/"), {"no_show": False}).status_code == 200
    world.pass_to(minute(73))
    assert counted(world) == (2, 2)
    assert decided(bob) == [True, False, True]
    assert (decided(ada), world.attendance(bob).eligible) == ([True], True)


def test_a_no_show_that_is_taken_back_is_announced_though_it_was_overridden(world: World, owner: APIClient) -> None:
    ada = world.person("Ada")
    recount_seats(event_id=world.event.pk)
    override = {"eligible": True, "reason": "Signed the list."}
    assert owner.post(rows(world, f"{ada.pk}/override-attendance/"), override).status_code == 200
    world.at = minute(5)
    assert owner.post(rows(world, f"{ada.pk}/no-show/"), {"no_show": True}).status_code == 200
    world.settle()
    assert (counted(world), decided(ada)) == ((0, 0), [True])

    assert owner.post(rows(world, f"{ada.pk}/no-show/"), {"no_show": False}).status_code == 200
    world.pass_to(minute(73))
    assert (counted(world), decided(ada)) == ((1, 0), [True, True])


PATHS = [
    ("get", "registrations/unmatched-attendance/"),
    ("post", "registrations/match-attendance/{record}/"),
    ("post", "registrations/{row}/override-attendance/"),
    ("patch", "registrations/bulk-attendance/"),
    ("post", "registrations/recompute-attendance/"),
    ("get", "sessions/{session}/attendance/"),
    ("get", "aggregate-attendance/"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_only_the_owner_and_staff_get_in(
    world: World, api: APIClient, api_as: Callable[[Any], APIClient], method: str, path: str
) -> None:
    ada = world.person("Ada")
    present(world, "Nobody", email=False)
    record = AttendanceRecord.objects.get()
    bodies: dict[str, dict[str, Any]] = {
        "match-attendance": {"registration_uuid": str(ada.pk)},
        "override-attendance": {"eligible": True, "reason": "x"},
        "bulk-attendance": {"updates": [{"registration_uuid": str(ada.pk), "attended": True}]},
    }
    body = next((taken for name, taken in bodies.items() if name in path), {})
    path = path.format(record=record.pk, row=ada.pk, session=world.sessions[0].pk)
    expected = {
        api: 401,
        api_as(UserFactory()): 403,
        api_as(OrganizerFactory()): 404,
    }
    for client, status in expected.items():
        send = getattr(client, method)
        url = f"/api/v1/events/{world.event.pk}/{path}"
        response = send(url) if method == "get" else send(url, body, format="json")
        assert response.status_code == status, path
        bad = f"/api/v1/events/not-an-id/{path}"
        wrong = send(bad) if method == "get" else send(bad, body, format="json")
        assert wrong.status_code == status
    record.refresh_from_db()
    assert record.registration_id is None
    assert world.attendance(ada).override is None
    assert world.attendance(ada).attended is False
    staff = getattr(api_as(StaffFactory()), method)
    response = staff(url) if method == "get" else staff(url, body, format="json")
    assert response.status_code == 200


def test_a_person_who_leaves_is_forgotten_and_their_minutes_stay(world: World) -> None:
    user = UserFactory(email="ada@example.org")
    ada = world.person("Ada", user=user, attendance__override=True, attendance__override_reason="Saw Ada there.")
    present(world, "Ada")
    world.tell(FakeMeeting("11111111111", "u", minute(0)).joined(device("Ada"), minute(0)))
    assert "Saw Ada there." in world.attendance(ada).explanation[-1]
    files = dict(export_person(user.person))
    assert [row["participant_email"] for row in files["attendance.json"]] == ["ada@example.org"]
    assert len(files["attendance_sessions.json"]) == 1
    assert len(files["attendance_decisions.json"]) == 1
    for held in ("deliveries", "attendance"):
        HOLDINGS[held].erase(user.person, at=minute(90))
    record = AttendanceRecord.objects.get()
    assert (record.participant_name, record.participant_email) == ("", "")
    assert record.joined_at == minute(0)
    assert world.attendance(ada).minutes == 60
    assert "Saw Ada" not in str(world.attendance(ada).explanation)
    kept = " ".join(str(row.payload) for row in InboundDelivery.objects.all())
    assert "ada@example.org" not in kept


@pytest.mark.parametrize(
    ("query", "status"),
    [("?ordering=nonsense", 422), ("?page=99", 404), ("?page_size=0", 422), ("?page_size=1000", 200), ("?x=1", 200)],
)
def test_the_lists_keep_the_rules_of_lists(world: World, owner: APIClient, query: str, status: int) -> None:
    world.person("Ada")
    present(world, "Nobody", email=False)
    for path in (
        rows(world, "unmatched-attendance/"),
        f"/api/v1/events/{world.event.pk}/sessions/{world.sessions[0].pk}/attendance/",
        f"/api/v1/events/{world.event.pk}/aggregate-attendance/",
    ):
        assert owner.get(path + query).status_code == status


def test_counters_of_attendance_that_drifted_are_put_right(world: World, django_assert_num_queries: Any) -> None:  # H15
    world.person("Ada")
    present(world, "Ada")
    world.settle()
    session = world.event.sessions.get()
    assert counted(world) == (1, 1)
    with django_assert_num_queries(4):
        assert recount_attendance(world.at) == 0
    Event.objects.filter(pk=world.event.pk).update(attendance_count=7, status="closed")
    assert (recount_attendance(world.at), counted(world)) == (1, (1, 1))
    type(session).objects.filter(pk=session.pk).update(attendance_count=0)
    assert (recount_attendance(world.at), counted(world)) == (1, (1, 1))
    Event.objects.filter(pk=world.event.pk).update(attendance_count=7, deleted_at=world.at)
    assert recount_attendance(world.at) == 0
