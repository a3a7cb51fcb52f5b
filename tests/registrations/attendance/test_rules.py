"""The arithmetic and the rules, without a database."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyceum.registrations.attendance.rules.decision import ByHand, Requirement, SessionPresence, decide, spoken
from lyceum.registrations.attendance.rules.intervals import Interval, intervals_from_marks, meeting_over_at
from lyceum.registrations.attendance.rules.minutes import covered_seconds, whole_minutes
from lyceum.registrations.attendance.rules.suggestions import Candidate, suggest
from lyceum.registrations.models import AttendanceMark

START = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
HOUR = (START, START + timedelta(hours=1))
Kind = AttendanceMark.Kind


def second(number: int) -> datetime:
    return START + timedelta(seconds=number)


intervals = st.lists(
    st.tuples(st.integers(-3600, 7200), st.integers(0, 5400)).map(
        lambda pair: (second(pair[0]), second(pair[0] + pair[1]))
    ),
    max_size=12,
)


@given(intervals)
def test_the_union_is_what_counting_each_second_gives(stays: list[tuple[datetime, datetime]]) -> None:
    # A97
    covered = {
        number
        for begin, end in stays
        for number in range(max(0, int((begin - START).total_seconds())), min(3600, int((end - START).total_seconds())))
    }
    assert covered_seconds(stays, within=HOUR) == len(covered)


@given(intervals, st.randoms())
def test_the_union_knows_no_order(stays: list[tuple[datetime, datetime]], random: object) -> None:
    shuffled = list(stays)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert covered_seconds(shuffled + stays, within=HOUR) == covered_seconds(stays, within=HOUR) <= 3600


moments = st.lists(st.tuples(st.sampled_from([*Kind.values]), st.integers(0, 20).map(second)), max_size=14)


@given(moments, st.lists(st.integers(0, 30).map(second), max_size=3), st.randoms())
def test_marks_pair_the_same_in_any_order(
    marks: list[tuple[str, datetime]], ends: list[datetime], random: object
) -> None:
    ends = sorted(ends)
    found = intervals_from_marks(marks, ends=ends)
    shuffled = marks + marks[:3]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert intervals_from_marks(shuffled, ends=ends) == found
    stays = [(row.joined_at, row.left_at) for row in found if row.joined_at and row.left_at]
    assert all(begin <= end for begin, end in stays)
    assert all(first[1] <= then[0] for first, then in itertools.pairwise(stays))
    joins = {moment for kind, moment in marks if kind == Kind.JOINED}
    assert joins <= {row.joined_at for row in found}


@pytest.mark.parametrize(
    ("marks", "ends", "found"),
    [
        ([("joined", 0), ("left", 60)], [], [Interval(second(0), second(60))]),
        ([("left", 60), ("joined", 0)], [], [Interval(second(0), second(60))]),
        ([("left", 60)], [], [Interval(None, second(60))]),
        ([("joined", 0)], [], [Interval(second(0), None)]),
        ([("joined", 0)], [90], [Interval(second(0), second(90), inferred=True)]),
        ([("joined", 100)], [90], [Interval(second(100), None)]),
        ([("joined", 0), ("joined", 50), ("left", 60)], [90], [
            Interval(second(0), second(50), inferred=True), Interval(second(50), second(60)),
        ]),
        ([("joined", 0), ("joined", 50), ("left", 60)], [20, 90], [
            Interval(second(0), second(20), inferred=True), Interval(second(50), second(60)),
        ]),
        ([("joined", 0), ("left", 30), ("joined", 30), ("left", 60)], [], [
            Interval(second(0), second(30)), Interval(second(30), second(60)),
        ]),
        ([("joined", 30), ("left", 30)], [], [Interval(second(30), second(30))]),
        ([("joined", 0), ("put_in_waiting_room", 10), ("left", 20)], [], [Interval(second(0), second(10))]),
        ([("admitted", 5)], [90], []),
    ],
)  # fmt: skip
def test_how_marks_become_intervals(marks: list[tuple[str, int]], ends: list[int], found: list[Interval]) -> None:
    # A96
    said = [(kind, second(number)) for kind, number in marks]
    assert intervals_from_marks(said, ends=[second(number) for number in ends]) == found


def test_a_meeting_is_over_by_its_last_word() -> None:
    started, ended = Kind.MEETING_STARTED.value, Kind.MEETING_ENDED.value
    assert meeting_over_at([]) is None
    assert meeting_over_at([(ended, second(20)), (started, second(0))]) == second(20)
    assert meeting_over_at([(started, second(25)), (ended, second(20)), (started, second(0))]) is None
    assert meeting_over_at([(started, second(20)), (ended, second(20))]) == second(20)


def test_minutes_are_rounded_once() -> None:
    # C36: ten stays of 59 seconds are ten minutes, not none.
    stays = [(second(number * 100), second(number * 100 + 59)) for number in range(10)]
    assert whole_minutes(covered_seconds(stays, within=HOUR)) == 10
    assert [whole_minutes(number) for number in (0, 29, 30, 89, 90)] == [0, 0, 1, 1, 2]
    assert spoken(2879) == "47 minutes 59 seconds"
    assert spoken(60) == "1 minute"


def part(
    present: int, *, of: int = 60, override: bool | None = None, threshold: int = 50, checked_in: bool = False
) -> SessionPresence:
    return SessionPresence("Part", of * 60, present * 60, threshold, override, checked_in)


def rule(kind: str, *, percent: int = 80, sessions: int | None = None, single: bool = False) -> Requirement:
    return Requirement(kind, percent, sessions, single)


@pytest.mark.parametrize(
    ("requirement", "sessions", "eligible"),
    [
        (rule("percentage_time", single=True), [part(48)], True),
        (rule("percentage_time", single=True), [part(47)], False),
        (rule("all_sessions", single=True), [part(40)], False),
        (rule("percentage_time"), [part(60), part(36)], True),
        (rule("percentage_time"), [part(60), part(35)], False),
        (rule("percentage_time"), [part(60, of=60), part(60, of=120)], False),
        (rule("percentage_time"), [part(60, of=60), part(84, of=120)], True),
        (rule("percentage_sessions", percent=50), [part(30), part(0)], True),
        (rule("percentage_sessions", percent=51), [part(60), part(29)], False),
        (rule("all_sessions"), [part(30), part(30)], True),
        (rule("all_sessions"), [part(60), part(29)], False),
        (rule("minimum_sessions", sessions=2), [part(30), part(30), part(0)], True),
        (rule("minimum_sessions", sessions=2), [part(60), part(29), part(0)], False),
        (rule("minimum_sessions"), [part(30), part(0)], True),
        # Whatever is asked, somebody who was never there has not earned it.
        (rule("percentage_time", percent=0), [part(0), part(0)], False),
        (rule("percentage_time", percent=0, single=True), [part(0)], False),
        (rule("percentage_time", percent=0, single=True), [SessionPresence("Part", 3600, 59, 50)], False),
        (rule("percentage_time", percent=0, single=True), [SessionPresence("Part", 3600, 60, 50)], True),
        (rule("percentage_time", percent=0), [part(0, checked_in=True), part(0)], True),
        (rule("percentage_time", percent=0), [part(0, checked_in=True, override=False), part(0)], False),
        (rule("percentage_time", percent=0), [part(0, override=True), part(0)], True),
        (rule("percentage_sessions", percent=0), [part(0), part(0)], False),
        (rule("percentage_sessions", percent=0), [part(1), part(0)], True),
        (rule("all_sessions"), [part(0, override=True), part(60)], True),
        (rule("all_sessions"), [part(60, override=False), part(60)], False),
        (rule("percentage_time"), [part(0, override=True), part(40)], True),
        # C35: no session that counts decides against, whatever the rule.
        (rule("all_sessions"), [], False),
        (rule("percentage_time", percent=0), [], False),
    ],
)
def test_the_rules(requirement: Requirement, sessions: list[SessionPresence], eligible: bool) -> None:
    decision = decide(requirement, sessions, ByHand())
    assert decision.eligible is eligible
    assert decision.reasons


@pytest.mark.parametrize(
    ("by_hand", "eligible", "attended", "percent"),
    [
        (ByHand(True), True, True, 100),
        (ByHand(True, 80), True, True, 80),
        (ByHand(True, 79), False, True, 79),
        (ByHand(False), False, False, 0),
    ],
)
def test_what_was_entered_by_hand_stands(by_hand: ByHand, eligible: bool, attended: bool, percent: int) -> None:
    decision = decide(rule("percentage_time", single=True), [part(60)], by_hand)
    assert (decision.eligible, decision.attended, decision.percent) == (eligible, attended, percent)
    assert decision.seconds == 3600


def test_a_share_never_shows_a_threshold_that_was_missed() -> None:
    presence = SessionPresence("Part", 3600, 2879, 50)
    decision = decide(rule("percentage_time", single=True), [presence], ByHand())
    assert (decision.eligible, decision.percent) == (False, 79)
    assert decision.reasons == ("Present for 47 minutes 59 seconds of 60 minutes (79 %); 80 % is needed.",)


def test_the_reasons_name_every_session() -> None:
    decision = decide(rule("minimum_sessions", sessions=2), [part(30), part(10)], ByHand())
    assert decision.reasons == (
        "Part: 30 minutes of 60 minutes (50 %), attended (50 % counts).",
        "Part: 10 minutes of 60 minutes (16 %), not attended (50 % counts).",
        "Attended 1 of 2 sessions; at least 2 are needed.",
    )


def person(name: str, email: str = "x@example.org") -> Candidate:
    return Candidate(registration_id=None, full_name=name, email=email)  # type: ignore[arg-type]


def test_names_only_suggest() -> None:
    # G02
    people = [person("Zoë Müller"), person("Bob Stone"), person("Ada Lovelace", "ada.l@example.org")]
    assert [one.full_name for one in suggest("zoe mueller", "", people)] == ["Zoë Müller"]
    assert [one.full_name for one in suggest("iPhone", "ada.l@home.example", people)] == ["Ada Lovelace"]
    assert suggest("", "", people) == []
    assert len(suggest("Ann Smith", "", [person(f"Ann Smith {number}") for number in range(9)])) == 5
