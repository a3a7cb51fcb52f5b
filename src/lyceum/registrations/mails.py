"""The mails about registrations. What they say, and the secret of their link, is found out when they are sent."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from lyceum.accounts.rules.topics import Topic
from lyceum.accounts.services.preferences import wants
from lyceum.core.links import absolute
from lyceum.core.plain_text import shown
from lyceum.core.qr import qr_png
from lyceum.events.models import Event, EventReminder
from lyceum.events.models.choices import EventStatus
from lyceum.events.rules.calendar_feed import calendar_of
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import Attachment, MailContent, mail_kind
from lyceum.integrations.email.services.guarded import MeetingLink, Quote
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.joining import join_url
from lyceum.registrations.selectors import sessions_in_order, waitlist_position
from lyceum.registrations.services.guest_links import mint_guest_link

CONFIRMATION = "registrations.confirmation"
HELD = "registrations.held"
HOLD_EXPIRED = "registrations.hold_expired"
WAITLISTED = "registrations.waitlisted"
PROMOTED = "registrations.promoted"
CANCELLED = "registrations.cancelled"
EVENT_CANCELLED = "registrations.event_cancelled"
EVENT_CHANGED = "registrations.event_changed"
ALREADY_REGISTERED = "registrations.already_registered"
REMINDER = "registrations.reminder"
NEW_REGISTRATIONS = "registrations.new_registrations"
_NAMES_SHOWN = 20
_ICS = 'text/calendar; method="PUBLISH"'

Status = Registration.Status
_NOT_TOLD = (EmailLog.Status.FAILED, EmailLog.Status.SKIPPED, EmailLog.Status.BOUNCED)


def registrations_with_events(ids: Collection[UUID]) -> dict[UUID, Registration]:
    """Return these registrations by their ids, each with its ticket and its event, which those of one event share."""
    events = Event.objects.select_related("owner", "meeting")
    rows = Registration.objects.filter(pk__in=ids).prefetch_related(
        Prefetch("event", events), sessions_in_order(), "ticket_type"
    )
    return {row.pk: row for row in rows}


@mail_kind(CONFIRMATION, read=registrations_with_events)
def confirmation(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the mail with the check-in code, the calendar entry and the link."""
    return _with_place(log, at, subject="Your place: {title}", template="confirmation")


@mail_kind(PROMOTED, read=registrations_with_events)
def promoted(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the good news for somebody who waited."""
    return _with_place(log, at, subject="You have a place now: {title}", template="promoted")


@mail_kind(HELD, read=registrations_with_events)
def held(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the mail that says until when a seat is held, with the link by which it is paid for."""
    row = _about(log)
    if row is None or row.held_until is None or row.held_until <= at:
        return None
    context = _context(row, at) | {
        "held_until": row.held_until.astimezone(row.event.zone),
        "price": row.ticket_type.price,
        "promoted": row.promoted_at is not None,
    }
    return _content("Please pay for your place: {title}", "held", row, context)


@mail_kind(HOLD_EXPIRED, read=registrations_with_events)
def hold_expired(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the mail that says that a seat wasn't paid for in time; who has registered again needs none."""
    row = _about(log)
    if row is None or row.status != Status.CANCELLED:
        return None
    return _content("Your place wasn’t paid for in time: {title}", "hold_expired", row, _context(row, at, link=False))


@mail_kind(WAITLISTED, read=registrations_with_events)
def waitlisted(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the mail that says where in line somebody stands."""
    row = _about(log)
    if row is None or row.status != Status.WAITLISTED:
        return None
    context = _context(row, at) | {"position": waitlist_position(row, at=at)["position"]}
    return _content("You are on the waiting list: {title}", "waitlisted", row, context)


@mail_kind(ALREADY_REGISTERED, read=registrations_with_events)
def already_registered(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the notice that somebody tried to register this address again."""
    row = _about(log)
    if row is None or row.status == Status.CANCELLED:
        return None
    context = _context(row, at) | {
        "waiting": row.status == Status.WAITLISTED,
        "held_until": row.held_until.astimezone(row.event.zone) if row.held_until else None,
    }
    return _content("You are registered already: {title}", "already_registered", row, context)


@mail_kind(CANCELLED, read=registrations_with_events)
def cancelled(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the confirmation that a registration was cancelled. It carries no link: there is nothing to cancel."""
    row = _about(log)
    if row is None or row.status != Status.CANCELLED:
        return None
    context = _context(row, at, link=False) | {
        "by_organizer": log.params.get("by") == "organizer",
        "reason": Quote(row.cancellation_reason) if log.params.get("by") == "organizer" else "",
        "was_waiting": log.params.get("was") == Status.WAITLISTED,
    }
    return _content("Cancelled: your place at {title}", "cancelled", row, context)


@mail_kind(EVENT_CANCELLED, read=registrations_with_events)
def event_cancelled(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the mail that says that an event will not take place."""
    row = _about(log)
    if row is None:
        return None
    context = _context(row, at, link=False) | {"reason": Quote(row.event.cancellation_reason)}
    return _content("Cancelled: {title}", "event_cancelled", row, context, attachments=[_calendar(row.event, at)])


@mail_kind(EVENT_CHANGED, read=registrations_with_events)
def event_changed(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the mail with an event's new times; only the newest of several changes is told."""
    row = _about(log)
    if row is None or row.status not in (*Registration.SEATED, Status.WAITLISTED):
        return None
    if row.event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        return None
    if log.params.get("times") != times_of(row.event):
        return None
    context = _context(row, at) | {"sessions": _sessions(row.event), "waiting": row.status == Status.WAITLISTED}
    return _content("New time: {title}", "event_changed", row, context, attachments=[_calendar(row.event, at)])


@mail_kind(REMINDER, optional=True, read=registrations_with_events)
def reminder(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the reminder; one that comes too late, or to somebody who cancelled, isn't needed."""
    row = _about(log)
    notice = EventReminder.objects.select_related("session").filter(pk=log.params.get("reminder_id")).first()
    if row is None or notice is None or row.status != Status.CONFIRMED:
        return None
    starts_at = notice.session.starts_at if notice.session else row.event.starts_at
    if row.event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE) or starts_at <= at:
        return None
    context = _context(row, at) | {
        "session": notice.session,
        "starts_at": starts_at.astimezone(row.event.zone),
        "join_url": MeetingLink(join_url(row, at) or ""),
        "check_in_code": row.check_in_code,
    }
    return _content("Soon: {title}", "reminder", row, context)


@mail_kind(NEW_REGISTRATIONS)
def new_registrations(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the organizer's note: the first registration of an hour at once, the others together at its end."""
    event = Event.objects.select_related("owner").filter(pk=log.event_id).first() if log.event_id else None
    if event is None or not wants(event.owner_id, Topic.NEW_REGISTRATION):
        return None
    since = datetime.fromisoformat(log.params["since"])
    rows = Registration.objects.filter(
        event=event, registered_at__gte=since, registered_at__lt=since + timedelta(hours=1)
    )
    rows = rows.filter(status__in=(Status.CONFIRMED, Status.WAITLISTED))
    names = [row.full_name or row.email for row in rows.order_by("registered_at", "id")[:_NAMES_SHOWN]]
    if not names:
        return None
    return MailContent(
        subject=f"New registrations: {shown(event.title)}",
        template="registrations/mail/new_registrations",
        context={"event": event, "names": names, "more": max(0, rows.count() - len(names))},
    )


def _about(log: EmailLog) -> Registration | None:
    row: Registration | None = log.about
    return row


def _with_place(log: EmailLog, at: datetime, *, subject: str, template: str) -> MailContent | None:
    row = _about(log)
    if row is None or row.status != Status.CONFIRMED:
        return None
    context = _context(row, at) | {
        "check_in_code": row.check_in_code,
        "sessions": _sessions(row.event),
        "in_person": row.event.format != "online",
    }
    attachments = [_calendar(row.event, at), ("check-in-code.png", qr_png(row.check_in_code), "image/png")]
    return _content(subject, template, row, context, attachments=attachments)


def _context(row: Registration, at: datetime, *, link: bool = True) -> dict[str, Any]:
    event = row.event
    return {
        "event": event,
        "name": row.full_name,
        "organizer_name": event.owner.public_organizer_name,
        "starts_at": event.starts_at.astimezone(event.zone),
        "ends_at": event.ends_at.astimezone(event.zone),
        "event_url": absolute(f"/events/{event.slug}/"),
        "link": mint_guest_link(row, at=at) if link else "",
    }


def was_told(row: Registration) -> bool:
    """Say whether its address was told of this registration, by whichever mail came first."""
    first = (CONFIRMATION, PROMOTED, WAITLISTED)
    return EmailLog.objects.filter(about_id=row.pk, kind__in=first).exclude(status__in=_NOT_TOLD).exists()


def times_of(event: Event) -> str:
    """Return a short name of an event's times: another one means that it has moved."""
    rows = [row for row in event.sessions.all() if row.status != "cancelled"]
    parts = sorted(f"{row.pk} {row.starts_at.isoformat()} {row.ends_at.isoformat()}" for row in rows)
    told = [event.starts_at.isoformat(), event.ends_at.isoformat(), event.timezone, *parts]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _sessions(event: Event) -> list[dict[str, Any]]:
    """Return the times of an event with several sessions, on its own clock."""
    rows = [row for row in event.sessions.all() if row.status != "cancelled"]
    if len(rows) < 2:
        return []
    return [{"title": row.title, "starts_at": row.starts_at.astimezone(event.zone)} for row in rows]


def _content(
    subject: str, template: str, row: Registration, context: dict[str, Any], attachments: list[Attachment] | None = None
) -> MailContent:
    return MailContent(
        subject=subject.replace("{title}", shown(row.event.title)),
        template=f"registrations/mail/{template}",
        context=context,
        attachments=attachments or [],
    )


def _calendar(event: Event, at: datetime) -> Attachment:
    return ("event.ics", calendar_of([event], name=event.title, at=at, defused=True), _ICS)


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the hour."""
    return at.replace(minute=0, second=0, microsecond=0)
