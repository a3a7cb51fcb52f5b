"""What people get in their mailbox, and where its links lead."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lyceum.accounts.rules.topics import Topic
from lyceum.core import clock, tokens
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish
from lyceum.core.ledger.delivering import deliver_due
from lyceum.core.personal_data import erase_person, export_person
from lyceum.events.facts import EventCancelled, EventTimesChanged
from lyceum.events.models import Event, EventInvitation
from lyceum.events.ports import is_used, send_reminder
from lyceum.events.services.invitations import invite
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.services.send import send_due
from lyceum.registrations.facts import RegistrationConfirmed
from lyceum.registrations.models import CustomFieldResponse, GuestLink, Registration
from lyceum.registrations.reactions import tell_times, welcome
from lyceum.registrations.services.bulk_add import Newcomer, bulk_add
from lyceum.registrations.services.cancel import cancel_registration
from tests.factories.accounts import UserFactory, decline
from tests.factories.registrations import OpenEventFactory, QuestionFactory, RegistrationFactory, in_days
from tests.mailbox import html_of, parsed, secret_link, text_of, token_in
from tests.registrations.steps import counters, join, states
from tests.registrations.test_places import full_house

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def sent_to(address: str) -> list[Any]:
    return [message for message in mail.outbox if any(address in to for to in message.to)]


def subjects(address: str) -> list[str]:
    return [message.subject for message in sent_to(address)]


def test_a_confirmation_brings_link_calendar_and_code(drain: Any) -> None:  # A25
    event = OpenEventFactory(format="in_person", location="Room 7", title="Wounds {title} & care")
    join(event, "ada@example.org")
    drain()
    (message,) = sent_to("ada@example.org")
    assert message.subject == "Your place: Wounds {title} & care"
    row = Registration.objects.get()
    assert row.check_in_code in text_of(message)
    assert "Room 7" in text_of(message)
    names = [part.get_filename() for part in parsed(message).iter_attachments()]
    assert names == ["event.ics", "check-in-code.png"]
    calendar, code = (part.get_payload(decode=True) for part in parsed(message).iter_attachments())
    assert b"BEGIN:VEVENT" in calendar
    assert code.startswith(b"\x89PNG")
    token = token_in(message)
    assert secret_link(message) == f"http://testserver/r/{token}/?token={token}"
    assert f"/r/{token}/" in html_of(message)
    assert GuestLink.objects.get().token_hash == tokens.digest(token)
    assert token not in str(EmailLog.objects.values())


def test_one_of_a_crowd_costs_few_statements(drain: Any) -> None:
    event = OpenEventFactory()
    for number in range(2):
        join(event, f"early{number}@example.org")
    # The organizer's notes of this hour are promised with these.
    drain()
    for number in range(15):
        join(event, f"p{number}@example.org")
    with CaptureQueriesContext(connection) as reacting:
        assert deliver_due(clock.now()) == 15
    with CaptureQueriesContext(connection) as sending:
        assert send_due(clock.now()) == 15
    claims = 4 * 3 + 1
    # Each: the confirmation. The first, alone: the registration with its event, the organizer's notes, that it is done.
    # Those claimed together: the same for all at once, the organizer's notes twice, and whether the claims still hold.
    assert statements(reacting) == claims + 15 + 3 + 3 * 5
    # Each: the link, and that it is sent. The first, alone: whether the mail may go. Those claimed together: whether
    # the claims still hold, and who isn't written to. Each claim: registrations, event, sessions, ticket.
    assert statements(sending) == claims + 15 * 2 + 1 + 3 * 2 + 4 * 4


def statements(captured: CaptureQueriesContext) -> int:
    """Count what was asked of the database, without beginnings and ends."""
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


@pytest.mark.parametrize("aloud", [(True, False), (False, True), (True, True)])
def test_two_facts_about_one_registration_lead_to_one_mail_told_aloud(aloud: tuple[bool, bool]) -> None:
    row = RegistrationFactory(event=OpenEventFactory(), user=UserFactory())

    welcome([RegistrationConfirmed(row.pk, row.event_id, notify=one) for one in aloud], at=clock.now())

    # The second is the organizer's note.
    [told, note] = EmailLog.objects.order_by("pk")
    assert (told.recipient_email, told.about_id, told.event_id) == (row.email, row.pk, row.event_id)
    assert note.kind == "registrations.new_registrations"


def test_times_are_those_of_the_events_zone(drain: Any) -> None:
    starts_at = datetime(2040, 7, 4, 22, 30, tzinfo=UTC)
    event = OpenEventFactory(timezone="Europe/Berlin", starts_at=starts_at)
    join(event, "ada@example.org")
    people = [("bob@example.org", "")]
    invite(event_id=event.pk, people=people, send_immediately=True, actor=Actor.of(event.owner), at=clock.now())
    drain()
    for address in ("ada@example.org", "bob@example.org"):
        (message,) = sent_to(address)
        assert "Thursday, 5 July 2040, 00:30 (Europe/Berlin)" in text_of(message)
        assert "Thursday, 5 July 2040, 00:30" in html_of(message)


def test_the_organizer_hears_of_the_first_at_once_and_of_the_others_together(drain: Any) -> None:
    event = OpenEventFactory()
    for number in range(3):
        join(event, f"p{number}@example.org")
    drain()
    assert subjects(event.owner.email) == ["New registrations: Wound care today"]
    assert EmailLog.objects.filter(kind="registrations.new_registrations").count() == 2
    quiet = OpenEventFactory()
    decline(quiet.owner, Topic.NEW_REGISTRATION)
    join(quiet, "a@example.org")
    drain()
    assert subjects(quiet.owner.email) == []


def test_each_step_is_told(drain: Any) -> None:  # A40 A43
    event, places = full_house()
    drain()
    assert subjects("p1@example.org") == ["You are on the waiting list: Wound care today"]
    assert "number 1 in line" in text_of(sent_to("p1@example.org")[0])
    from_owner = Actor.of(event.owner)
    cancel_registration(registration_id=places[0].registration.pk, actor=from_owner, reason="Doubled", at=clock.now())
    drain()
    assert subjects("p0@example.org")[1:] == ["Cancelled: your place at Wound care today"]
    assert "Doubled" in text_of(sent_to("p0@example.org")[1])
    assert subjects("p1@example.org")[1:] == ["You have a place now: Wound care today"]
    assert len(subjects("p2@example.org")) == 1


def test_a_cancelled_event_is_told_to_everybody_once(drain: Any) -> None:
    event, _ = full_house()
    drain()
    Event.objects.filter(pk=event.pk).update(status="cancelled", cancellation_reason="Storm")
    for _ in range(2):
        publish(EventCancelled(event_id=event.pk), actor=Actor.system(), about=event.pk, at=clock.now())
    drain()
    assert set(states(event).values()) == {"cancelled"}
    for number in range(4):
        assert subjects(f"p{number}@example.org")[1:] == ["Cancelled: Wound care today"]
    assert "Storm" in text_of(sent_to("p3@example.org")[1])


def test_a_move_is_told_even_when_the_title_changes_next(drain: Any) -> None:
    event, _ = full_house()
    drain()
    tell_times(EventTimesChanged(event_id=event.pk), at=clock.now())
    Event.objects.filter(pk=event.pk).update(calendar_sequence=5, title="Wound care now")
    drain()
    assert subjects("p0@example.org")[1:] == ["New time: Wound care now"]


def test_of_two_moves_the_last_is_told(drain: Any) -> None:
    event, _ = full_house()
    drain()
    tell_times(EventTimesChanged(event_id=event.pk), at=clock.now())
    later = event.starts_at + timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(starts_at=later, ends_at=later + timedelta(hours=1))
    tell_times(EventTimesChanged(event_id=event.pk), at=clock.now())
    drain()
    assert subjects("p0@example.org")[1:] == ["New time: Wound care today"]


def test_a_moved_event_is_told_to_those_who_come_or_wait(drain: Any) -> None:
    event, _ = full_house()
    drain()
    Event.objects.filter(pk=event.pk).update(calendar_sequence=1)
    publish(EventTimesChanged(event_id=event.pk), actor=Actor.system(), about=event.pk, at=clock.now())
    drain()
    assert subjects("p0@example.org")[1:] == subjects("p3@example.org")[1:] == ["New time: Wound care today"]


def test_reminders_go_to_the_confirmed_who_want_them(drain: Any) -> None:
    event, _ = full_house()
    wanting, silent = UserFactory(), decline(UserFactory(), Topic.EVENT_REMINDERS)
    Event.objects.filter(pk=event.pk).update(capacity=9)
    RegistrationFactory(event=event, user=wanting, email=wanting.email)
    RegistrationFactory(event=event, user=silent, email=silent.email)
    drain()
    mail.outbox.clear()
    reminder = event.reminders.create(reminder_type="before_24h", minutes_before=1440, scheduled_for=clock.now())
    assert send_reminder(reminder, at=clock.now()) == 2
    assert send_reminder(reminder, at=clock.now()) == 0
    drain()
    assert sorted(to for message in mail.outbox for to in message.to if "person" in to or "p0" in to)
    assert subjects("p0@example.org") == ["Soon: Wound care today"]
    assert subjects(wanting.email) == ["Soon: Wound care today"]
    assert subjects(silent.email) == subjects("p1@example.org") == []


def test_a_list_may_be_added_in_silence(drain: Any) -> None:
    event = OpenEventFactory()
    people = [Newcomer(email="a@example.org")]
    bulk_add(event_id=event.pk, people=people, send_confirmation=False, actor=Actor.of(event.owner), at=clock.now())
    drain()
    assert mail.outbox == []


def test_an_invitation_is_ticked_off(drain: Any) -> None:
    event = OpenEventFactory()
    EventInvitation.objects.create(event=event, email="ada@example.org", status="sent")
    join(event, "ada@example.org")
    drain()
    invitation = EventInvitation.objects.get()
    assert (invitation.status, invitation.registration_id) == ("registered", Registration.objects.get().pk)


def test_a_private_event_opens_to_who_was_invited(api: Any, drain: Any) -> None:  # A32
    event = OpenEventFactory(visibility="private")
    secret, digest = tokens.mint()
    EventInvitation.objects.create(event=event, email="ada@example.org", status="sent", token_hash=digest)
    url = f"/api/v1/public/events/{event.pk}/register/"
    body = {"email": "ada@example.org", "name": "Ada"}
    assert api.post(url, {**body, "invitation_token": "wrong"}).status_code == 404
    assert api.post(url, {**body, "invitation_token": secret}).status_code == 201
    assert Registration.objects.get().source == "invited"


def test_an_invitation_is_for_its_own_address(api: Any) -> None:  # A32
    event = OpenEventFactory(visibility="private")
    secret, digest = tokens.mint()
    EventInvitation.objects.create(event=event, email="ada@example.org", status="sent", token_hash=digest)
    url = f"/api/v1/public/events/{event.pk}/register/"
    body = {"email": "eve@example.org", "name": "Eve", "invitation_token": secret}
    refused = api.post(url, body)
    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, ["email"])
    other = UserFactory(email="eve@example.org")
    api.force_authenticate(other)
    assert api.post(url, {"invitation_token": secret}).status_code == 422
    assert counters(event) == (0, 0, 0)
    api.force_authenticate(UserFactory(email="ada@example.org"))
    assert api.post(url, {}).status_code == 201
    assert Registration.objects.get().source == "invited"


def test_nobody_calls_themselves_invited(api: Any) -> None:  # A22
    event = OpenEventFactory()
    secret, digest = tokens.mint()
    EventInvitation.objects.create(event=event, email="ada@example.org", status="sent", token_hash=digest)
    url = f"/api/v1/public/events/{event.pk}/register/"
    for name, token in (("eve", "made up"), ("bob", secret), ("ada", secret)):
        body = {"email": f"{name}@example.org", "name": name, "invitation_token": token}
        assert api.post(url, body).status_code == 201
    found = dict(Registration.objects.values_list("full_name", "source"))
    assert found == {"eve": "self_registered", "bob": "self_registered", "ada": "invited"}


def test_a_guest_sees_and_cancels_by_the_link(api: Any, drain: Any) -> None:
    event = OpenEventFactory(capacity=1)
    question = QuestionFactory(event=event)
    join(event, "ada@example.org", answers={str(question.pk): "RN 1"})
    drain()
    url = f"/api/v1/public/registrations/{token_in(sent_to('ada@example.org')[0])}/"
    body = api.get(url).json()
    assert (body["status"], body["email"], body["can_cancel"]) == ("confirmed", "ada@example.org", True)
    assert body["custom_field_responses"][0]["value"] == "RN 1"
    assert api.post(f"{url}cancel/", {"reason": "ill"}).json()["status"] == "cancelled"
    again = api.post(f"{url}cancel/", {})
    assert (again.status_code, again.json()["error"]["code"]) == (400, "ALREADY_CANCELLED")
    assert counters(event) == (0, 0, 0)
    for wrong in ("x", "x" * 43, "\u202e" * 43, "x" * 10000):
        assert api.get(f"/api/v1/public/registrations/{wrong}/").status_code == 404
        assert api.post(f"/api/v1/public/registrations/{wrong}/cancel/", {}).status_code == 404
    GuestLink.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    assert api.get(url).status_code == 404


def test_a_stranger_who_registers_an_account_lets_its_owner_cancel(api: Any, drain: Any) -> None:  # A20
    event, user = OpenEventFactory(), UserFactory()
    join(event, user.email)
    drain()
    url = f"/api/v1/public/registrations/{token_in(sent_to(user.email)[0])}/cancel/"
    assert api.post(url, {}).json()["status"] == "cancelled"


def test_an_account_that_leaves_gives_its_place_back_and_leaves_no_name(drain: Any) -> None:
    user = UserFactory(email="leaver@example.org")
    event = OpenEventFactory(capacity=1, waitlist_enabled=True)
    question = QuestionFactory(event=event)
    join(event, user.email, answers={str(question.pk): "secret"})
    join(event, "next@example.org")
    over = OpenEventFactory(status="completed", starts_at=in_days(-2))
    past = RegistrationFactory(event=over, user=user, email=user.email, attendance__attended=True)
    files = dict(export_person(user.person))
    assert len(files["registrations.json"]) == 2
    assert files["registration_answers.json"][0]["value"] == "secret"
    erase_person(user.person, at=clock.now())
    assert states(event)["next@example.org"] == "confirmed"
    past.refresh_from_db()
    assert (past.user_id, past.full_name, past.attendance.attended) == (None, "Deleted User", True)
    assert not Registration.all_objects.filter(email="leaver@example.org").exists()
    assert not CustomFieldResponse.objects.exists()
    drain()
    assert not re.search("Cancelled", " ".join(subjects("leaver@example.org")))


def test_an_event_with_a_cancelled_place_counts_as_used() -> None:
    event = OpenEventFactory()
    assert not is_used(event)
    RegistrationFactory(event=event, status="cancelled", cancelled_at=clock.now())
    assert is_used(event)
