"""Steps 3 to 5: registering, attending, deciding."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from demo.client import equal, wait_for
from demo.people import FAITHFUL, HIDDEN, LATE, SPECIAL, Case
from demo.setup import PASSWORD, Story, mail_count
from demo.zoom import Meeting, participant

PEOPLE = 45
SEATS = 30


def register_everyone(story: Story) -> str:
    """45 people at once, every other one a guest."""
    names = [f"person{number:02d}" for number in range(PEOPLE)]
    with ThreadPoolExecutor(16) as pool:
        tokens = dict(zip(names[1::2], pool.map(lambda name: _account(story, name), names[1::2]), strict=True))
        answers = list(pool.map(lambda name: _register(story, name, tokens.get(name, "")), names))
    states = [answer["status"] for answer in answers]
    equal("confirmed", states.count("confirmed"), SEATS)
    equal("on the waiting list", states.count("waitlisted"), PEOPLE - SEATS)
    rows = story.server.every(f"events/{story.event}/registrations/", token=story.token)
    equal("registrations", len({row["email"] for row in rows}), PEOPLE)
    waiting = story.server.every(f"events/{story.event}/registrations/waitlist/", token=story.token)
    equal("the waiting list's order", [row["waitlist_position"] for row in waiting], list(range(1, 16)))
    again = _register(story, names[1], tokens[names[1]], expect=400)
    equal("registering twice", again["error"]["code"], "ALREADY_REGISTERED")
    story.places = {
        row["email"].split(".")[0]: row | {"token": tokens.get(row["email"].split(".")[0], "")} for row in rows
    }
    return f"{SEATS} confirmed, {PEOPLE - SEATS} on the waiting list in order, nobody twice"


def cancel_three(story: Story) -> str:
    """Three with accounts cancel; the first three waiting are promoted and told."""
    waiting = story.server.every(f"events/{story.event}/registrations/waitlist/", token=story.token)
    first = [row["email"] for row in waiting[:3]]
    leaving = [place for place in story.places.values() if place["status"] == "confirmed" and place["token"]][:3]
    for place in leaving:
        story.server.ask("POST", f"users/me/registrations/{place['uuid']}/cancel/", token=place["token"])

    def promoted() -> bool:
        summary = story.ask("GET", f"events/{story.event}/registrations/summary/")
        return bool(summary["confirmed"] == SEATS and summary["cancelled"] == 3)

    wait_for(promoted, "three promotions")
    rows = {row["email"]: row for row in story.server.every(f"events/{story.event}/registrations/", token=story.token)}
    equal("who was promoted", [rows[address]["status"] for address in first], ["confirmed"] * 3)
    for address in first:
        wait_for(lambda address=address: mail_count(story, address, "place"), f"a mail to {address}")
    tokens = {name: place["token"] for name, place in story.places.items()}
    story.places = {
        address.split(".")[0]: row | {"token": tokens[address.split(".")[0]]} for address, row in rows.items()
    }
    return "three cancelled; " + ", ".join(address.split(".")[0] for address in first) + " promoted and told"


def attend(story: Story) -> str:
    """Zoom tells of both sessions: signed, doubled, crossed, forged and replayed."""
    cast = cast_of(story)
    told = 0
    for index, (start, meeting_id) in enumerate(zip(story.starts, story.meetings, strict=True)):
        _move_to(story, start + timedelta(minutes=61))
        meeting = Meeting(story.server, meeting_id, start, host=f"host-{story.tag}")
        told += _play(story, meeting, cast, index)
        forged = meeting.body("meeting.participant_joined", 5, participant("Mallory", "mallory@demo.example"))
        equal("a forged delivery", meeting.send(forged, secret=b"guessed"), 401)
        late = datetime.fromisoformat(story.server.now().replace("Z", "+00:00")) - timedelta(days=1)
        equal("a replay from yesterday", meeting.send(forged, at=late), 401)
    return f"{told} signed deliveries taken, a forged and a replayed one refused in each session"


def settle(story: Story) -> str:
    """Minutes are right to the minute and each decision says why; then two people are helped by hand."""
    story.server.advance(15 * 60)
    wait_for(lambda: story.ask("GET", f"events/{story.event}/")["status"] == "completed", "the event's completion")
    for name, case in cast_of(story).items():
        row = _place(story, name)
        minutes = 0 if case is HIDDEN else case.minutes
        equal(f"minutes of {name}, who {case.title}", row["total_duration_minutes"], minutes)
        equal(
            f"decision on {name}, who {case.title}", row["certificate_eligible"], case.eligible and case is not HIDDEN
        )
        equal(f"a reason for {name}", bool(row["explanation"]), True)
    _match_by_hand(story)
    late = next(name for name, case in cast_of(story).items() if case is LATE)
    body = {"eligible": True, "reason": "The tram was stopped; she worked through the recording with me."}
    place = story.places[late]["uuid"]
    story.ask("POST", f"events/{story.event}/registrations/{place}/override-attendance/", json=body)
    equal("the overridden decision", _place(story, late)["certificate_eligible"], True)
    return "30 decisions right to the minute; one matched by hand, one overridden with a reason"


def cast_of(story: Story) -> dict[str, Case]:
    """Return what each confirmed person does, in the order of their names."""
    confirmed = sorted(name for name, place in story.places.items() if place["status"] == "confirmed")
    return dict(zip(confirmed, SPECIAL + [FAITHFUL] * (len(confirmed) - len(SPECIAL)), strict=True))


def _play(story: Story, meeting: Meeting, cast: dict[str, Case], index: int) -> int:
    told = 1
    meeting.tell("meeting.started", 0)
    for name, case in cast.items():
        for minute, what, device in case.second if index else case.first:
            address = "" if case is HIDDEN else story.address(name)
            who = participant("Someone Hidden" if case is HIDDEN else name.title(), address, device)
            event = "meeting.participant_joined" if what == "join" else "meeting.participant_left"
            meeting.tell(event, minute, who)
            told += 1
    for _ in range(2):
        meeting.tell("meeting.ended", 60)
    return told + 2


def _match_by_hand(story: Story) -> None:
    name = next(name for name, case in cast_of(story).items() if case is HIDDEN)
    records = story.server.every(f"events/{story.event}/registrations/unmatched-attendance/", token=story.token)
    equal("unmatched records", len(records), 2)
    body = {"registration_uuid": story.places[name]["uuid"]}
    for record in records:
        story.ask("POST", f"events/{story.event}/registrations/match-attendance/{record['uuid']}/", json=body)
    equal("minutes of the one matched by hand", _place(story, name)["total_duration_minutes"], 120)


def _place(story: Story, name: str) -> dict[str, Any]:
    return dict(story.ask("GET", f"events/{story.event}/registrations/{story.places[name]['uuid']}/"))


def _move_to(story: Story, moment: datetime) -> None:
    now = datetime.fromisoformat(story.server.now().replace("Z", "+00:00"))
    story.server.advance(max(0.0, (moment - now).total_seconds()))


def _account(story: Story, name: str) -> str:
    body = {"email": story.address(name), "password": PASSWORD, "first_name": name.title(), "last_name": "Demo"}
    token = str(story.server.ask("POST", "auth/register/", expect=201, json=body)["access_token"])
    link = story.server.link_in_mail(story.address(name), "verify")
    story.server.ask("POST", "auth/verify-email/", token=token, json={"token": link.split("token=")[1]})
    return token


def _register(story: Story, name: str, token: str, *, expect: int = 201) -> Any:
    answers = {story.fields["Profession"]: "Nurse"}
    body: dict[str, Any] = {"custom_field_responses": answers}
    if not token:
        body |= {"email": story.address(name), "name": f"{name.title()} Demo"}
    path = f"public/events/{story.event}/register/"
    return story.server.ask("POST", path, expect=expect, token=token, json=body)
