"""What strangers typed leads nowhere from a mail of ours, adds no line to it and never comes before our own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import models
from django.template import engines
from django.template.base import Node, VariableNode

from lyceum.accounts import mails as account_mails
from lyceum.accounts.models import User
from lyceum.certificates.models import Certificate
from lyceum.core import clock
from lyceum.core.files import storage
from lyceum.core.links import OwnLink
from lyceum.core.models import Job
from lyceum.core.plain_text import quoted, shown
from lyceum.events.models import Event, EventSession
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import MailContent, find_kind, kinds
from lyceum.integrations.email.services.guarded import MeetingLink, Quote, guarded
from lyceum.integrations.email.services.render import render_mail
from lyceum.registrations.models import Attendance, Registration
from tests.factories.accounts import OrganizerFactory, UserFactory
from tests.factories.certificates import make_certificate, make_event, make_registration
from tests.factories.events import InvitationFactory, ReminderFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory

EVIL = "evil.example"
HOSTILE = f"Win\r\n\r\nhttps://{EVIL}/?token=abc\u2028www.{EVIL}\u202e now" + " more" * 40
# What a mail program makes a link of.
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|\b[\w-]+\.[a-z]{2,}/", re.IGNORECASE)
MOMENT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
OWN = ("http://testserver", "https://zoom.us/j/1")
TEMPLATES = sorted(
    str(path).partition("/templates/")[2]
    for path in Path("src/lyceum").rglob("templates/*/mail/**/*")
    if path.suffix in {".txt", ".html"}
)


FORMED = {"slug", "timezone", "currency", "check_in_code", "password", "default_color"}


class Everything:
    """A row whose every column is a stranger's."""

    def __getattr__(self, name: str) -> Any:
        return MOMENT if name.endswith("_at") else Everything()

    def __str__(self) -> str:
        return HOSTILE

    def __iter__(self) -> Iterator[Any]:
        return iter([HOSTILE])

    def __len__(self) -> int:
        return 1


class Anything(dict[str, Any]):
    """A context in which every name is a stranger's."""

    def __contains__(self, name: object) -> bool:
        return name not in {"True", "False", "None", "block", "forloop"}

    def __getitem__(self, name: str) -> Any:
        if name.endswith(("_at", "_until")):
            return MOMENT
        return guarded(HOSTILE if name in {"name", "organizer_name", "event_title"} else Everything())


def variables(nodes: Any) -> Iterator[VariableNode]:
    for node in nodes:
        if isinstance(node, VariableNode):
            yield node
        for attribute in getattr(node, "child_nodelists", ()) if isinstance(node, Node) else ():
            yield from variables(getattr(node, attribute, ()))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_variable_of_every_template_is_shown_safely(name: str) -> None:
    """Each variable by itself, whatever the builder puts in: nothing is safe because of what it is called."""
    template = engines["django"].get_template(name).template  # type: ignore[attr-defined]
    from django.template import Context  # noqa: PLC0415 -- beside its only use

    context = Context(autoescape=name.endswith(".html"), use_tz=False)
    context.dicts.append(Anything())
    with context.bind_template(template):
        said = [node.render(context) for node in variables(template.nodelist)]
    assert template.nodelist
    for text in said:
        assert not LINK.search(text), text
        assert "token=" not in text
        assert not re.search(r"[\r\n\u2028\u2029\u202e]", text)
        assert len(text) <= 160, text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Zoë Ångström-O'Neil", "Zoë Ångström-O'Neil"),
        ("Dr. med. J.R. Smith", "Dr. med. J.R. Smith"),
        ("Introduction to Node.js 2.0", "Introduction to Node.js 2.0"),
        ("a\tb\r\n c", "a b c"),
        ("x" * 120, "x" * 99 + "…"),
        ("pay at evil.com/x", "pay at evil. com/x"),
        ("https://evil.com?token=1", "https evil. com?token 1"),
        ("\u202egnp.exe", "gnp. exe"),
    ],
)
def test_a_line_is_shown(typed: str, said: str) -> None:
    assert shown(typed) == said


def test_a_quote_is_marked_line_by_line() -> None:
    assert quoted("We moved.\r\n\r\nSee https://evil.com/?token=1") == "> We moved.\n>\n> See https evil. com/?token 1"
    assert str(guarded(Quote("a\nb"))) == "> a\n> b"
    assert guarded(Quote("a\nb")).plain == "a\nb"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://zoom.us/j/1?pwd=x", True),
        ("https://zoom.us/j/1?token=x", False),
        ("javascript:alert(1)", False),
        ("https://zoom.us/j/1\nhttps://evil.com", False),
    ],
)
def test_a_meeting_is_the_one_link_of_an_organizers(address: str, kept: bool) -> None:
    assert (str(guarded(MeetingLink(address))) == address) is kept
    assert str(guarded(OwnLink("http://testserver/r/x"))) == "http://testserver/r/x"


def overwrite(model: Any, rows: Any) -> None:
    """Write the hostile text into every text column of rows, past every check, as rows of former versions have it."""
    for column in model._meta.concrete_fields:
        if is_typed(column):
            rows.update(**{column.attname: HOSTILE[: column.max_length or 300]})


def is_typed(column: Any) -> bool:
    """Whether people write words of their own there."""
    text = isinstance(column, models.CharField | models.TextField) and not column.choices and not column.unique
    formed = isinstance(column, models.EmailField | models.URLField) or column.name in FORMED
    return text and not formed and not column.name.endswith(("_hash", "_key", "_id"))


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    owner = OrganizerFactory()
    ahead = OpenEventFactory(owner=owner, capacity=5)
    place = RegistrationFactory(event=ahead, user=UserFactory())
    over = make_event(owner)
    earned = make_registration(over)
    proof = make_certificate(earned)
    nameless = make_registration(over, full_name="")
    reminder = ReminderFactory(event=ahead)
    invitation = InvitationFactory(event=ahead, full_name="x")
    return locals()


def made_hostile(world: dict[str, Any]) -> None:
    for model in (Event, EventSession, Registration, User):
        overwrite(model, model._base_manager.all())
    Event.objects.all().update(cancellation_reason=HOSTILE[:300])
    Certificate.objects.update(revocation_reason=HOSTILE[:300])
    for proof in Certificate.objects.all():
        data = {key: HOSTILE if key in {"attendee_name", "event_title", "organizer_name", "cpd_credits"} else said
                for key, said in proof.certificate_data.items()}  # fmt: skip
        Certificate.objects.filter(pk=proof.pk).update(certificate_data=data, cpd_type=HOSTILE[:50])


def everything_mailed(world: dict[str, Any]) -> Iterator[tuple[str, EmailLog, MailContent]]:
    """Yield each kind of mail, built from hostile rows, by each way that it can be worded."""
    now = clock.now()
    place, user, owner = world["place"], world["place"].user, world["owner"]
    job = Job.objects.create(
        kind="accounts.export_data", owner_id=user.pk, file_key=storage.store("exports", b"x", content_type="text/csv"),
        file_name="x", status="completed", due_at=now,
    )  # fmt: skip
    unverified = UserFactory(email_verified_at=None)
    cases: list[tuple[str, dict[str, Any], Callable[[], Any] | None]] = [
        ("accounts.verification", {"recipient_email": unverified.email}, None),
        ("accounts.password_reset", {"recipient_email": user.email}, None),
        ("accounts.password_changed", {"user_id": user.pk}, None),
        ("accounts.welcome", {"user_id": user.pk}, None),
        ("accounts.export_ready", {"user_id": user.pk, "about_id": job.pk}, None),
        ("accounts.account_deleted", {}, None),
        ("accounts.address_changed", {}, None),
        ("accounts.second_factor",
         {"user_id": user.pk, "params": {"news": "removed", "left": 0, "reason": "lost_device"}}, None),
        ("events.invitation", {"about_id": world["invitation"].pk}, None),
        ("registrations.confirmation", {"about_id": place.pk}, None),
        ("registrations.promoted", {"about_id": place.pk}, None),
        ("registrations.already_registered", {"about_id": place.pk}, None),
        ("registrations.event_changed", {"about_id": place.pk, "params": {"times": times(place)}}, None),
        ("registrations.reminder", {"about_id": place.pk, "params": {"reminder_id": str(world["reminder"].pk)}}, None),
        ("registrations.new_registrations",
         {"event_id": world["ahead"].pk, "user_id": owner.pk, "params": {"since": place.registered_at.isoformat()}},
         None),
        ("registrations.event_cancelled", {"about_id": place.pk}, None),
        ("registrations.waitlisted", {"about_id": place.pk}, lambda: become("waitlisted", place)),
        ("registrations.held", {"about_id": place.pk}, lambda: become("pending", place)),
        ("registrations.cancelled", {"about_id": place.pk, "params": {"by": "organizer", "was": "confirmed"}},
         lambda: become("cancelled", place)),
        ("registrations.hold_expired", {"about_id": place.pk}, lambda: become("cancelled", place)),
        ("certificates.name_missing", {"about_id": world["nameless"].pk}, nameless),
        ("certificates.issued", {"about_id": world["proof"].pk}, drawn),
        ("certificates.in_doubt", {"event_id": world["over"].pk}, doubted),
        ("certificates.revoked", {"about_id": world["proof"].pk}, revoked),
    ]  # fmt: skip
    for kind, columns, before in cases:
        if before is not None:
            before()
        log = EmailLog.objects.create(
            **{"kind": kind, "recipient_email": "reader@example.org", "recipient_name": HOSTILE[:255],
               "queued_at": now, "due_at": now} | columns
        )  # fmt: skip
        found = find_kind(kind)
        assert found is not None
        if found.read is not None:
            log.about = found.read([log.about_id])[log.about_id]
        content = found.build(log, at=now)
        assert content is not None, kind
        yield kind, log, content


def times(place: Registration) -> str:
    from lyceum.registrations.mails import times_of  # noqa: PLC0415 -- beside its only use

    return times_of(Event.objects.get(pk=place.event_id))


def become(status: str, place: Registration) -> None:
    later = clock.now() + timedelta(hours=1)
    Registration.objects.filter(pk=place.pk).update(
        status=status,
        held_until=later if status == "pending" else None,
        waitlist_sequence=1 if status == "waitlisted" else None,
        waitlisted_at=later if status == "waitlisted" else None,
        cancelled_at=later if status == "cancelled" else None,
        cancellation_reason=HOSTILE[:300],
    )


def nameless() -> None:
    Registration.objects.filter(event__status="completed").update(full_name="")
    User.objects.update(full_name="")


def doubted() -> None:
    Attendance.objects.update(eligible=False)


def drawn() -> None:
    key = storage.store("certificates/pdf", b"%PDF", content_type="application/pdf")
    Certificate.objects.update(pdf_state="ready", pdf_key=key)


def revoked() -> None:
    Certificate.objects.update(status="revoked", revoked_at=datetime.now(UTC), revocation_category="error")


@pytest.mark.django_db
def test_no_mail_carries_what_a_stranger_wants_it_to(world: dict[str, Any]) -> None:
    made_hostile(world)
    seen = set()
    for kind, log, content in everything_mailed(world):
        seen.add(kind)
        rendered = render_mail(log, find_kind(kind), content, at=clock.now())  # type: ignore[arg-type]
        check(kind, rendered.message)
    assert seen == {kind.name for kind in kinds() if not kind.name.startswith("tests.")}


def check(kind: str, message: Any) -> None:
    parsed: Any = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    text = parsed.get_body(("plain",)).get_content()
    html = parsed.get_body(("html",)).get_content()
    shown_html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    for part in (text, shown_html, parsed["Subject"], parsed["To"]):
        strangers = [link for link in LINK.findall(str(part)) if not link.startswith(OWN)]
        assert [link for link in strangers if "w3.org" not in link] == [], (kind, strangers)
    assert EVIL not in text, kind
    assert EVIL not in shown_html, kind
    # One link with a token at most, alone on its line.
    assert text.count("token=") == len(re.findall(r"^http://testserver/\S+token=\S+$", text, re.MULTILINE)) <= 1, kind
    # Our words come first: in the subject, the preheader, each heading, paragraph and line. Lists stand below them.
    begins = [str(parsed["Subject"]), *text.splitlines(), *re.findall(r"<(?:p|h1|h2|div[^>]*)>([^<]*)", shown_html)]
    assert [line for line in begins if line.strip().startswith("Win")] == [], kind
    for line in text.splitlines():
        assert len(line) <= 400 or "token=" in line, (kind, line)
    assert len(str(parsed["Subject"])) <= 140
    for attached in parsed.iter_attachments():
        assert EVIL not in attached.get_filename("")
        if attached.get_content_type() == "text/calendar":
            calendar = attached.get_payload(decode=True).decode().replace("\r\n ", "")
            assert EVIL not in calendar, kind
            assert "token=" not in calendar, kind


@pytest.mark.django_db
def test_a_guests_name_is_one_cleaned_line_of_the_mail(drain: Any) -> None:
    """A row of before names were checked, sent the way that mails go."""
    place = RegistrationFactory(full_name=HOSTILE[:255], email="victim@example.org")
    from lyceum.integrations.email.services.queue import queue_mail  # noqa: PLC0415 -- beside its only use

    queue_mail(
        kind="registrations.confirmation", to=place.email, name=place.full_name, about_id=place.pk, at=clock.now()
    )
    drain()
    [sent] = mail.outbox
    assert sent.body.startswith("Dear Win https evil. example/?token abc www. evil. example now more")
    assert sent.body.count("token=") == 1
    assert account_mails.WELCOME
