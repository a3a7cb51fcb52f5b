"""One row of everything, so that generated requests reach past the 404s."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from lyceum.accounts.models import User
from lyceum.core.models import Job
from lyceum.events.models import Event
from lyceum.registrations.models import AttendanceRecord
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.factories.accounts import ApiKeyFactory, OrganizerFactory, UserSessionFactory
from tests.factories.certificates import make_certificate, make_event, make_registration, make_template
from tests.factories.events import (
    CustomFieldFactory,
    EventSessionFactory,
    InvitationFactory,
    PublishedEventFactory,
    ReminderFactory,
    TicketTypeFactory,
)
from tests.factories.registrations import RegistrationFactory

NOW = datetime.now(UTC)


def set_stage() -> tuple[User, list[tuple[re.Pattern[str], dict[str, str]]]]:
    """Return an organizer who owns one of everything, and the path parameters that name those rows."""
    owner: Any = OrganizerFactory()
    event: Any = PublishedEventFactory(owner=owner, capacity=50, waitlist_enabled=True)
    place: Any = RegistrationFactory(event=event, user=owner, email=owner.email)
    finished: Any = make_event(owner)
    _count_the_place(event)
    _count_the_place(finished)
    certificate = make_certificate(make_registration(finished, user=owner, email=owner.email))
    record = AttendanceRecord.objects.create(event=event, joined_at=NOW, left_at=NOW + timedelta(minutes=5))
    session = EventSessionFactory(event=event)
    job = Job.objects.create(kind="tests", owner_id=owner.pk, due_at=NOW, status="completed")
    rows: list[tuple[str, dict[str, Any]]] = [
        (r"/events/\{event_uuid\}/certificates/", {"event_uuid": finished.pk, "uuid": certificate.pk}),
        (r"/events/\{event_uuid\}/custom-fields/", {"uuid": CustomFieldFactory(event=event).pk}),
        (r"/events/\{event_uuid\}/invitations/", {"uuid": InvitationFactory(event=event).pk}),
        (r"/match-attendance/", {"uuid": record.pk, "record": record.pk, "record_uuid": record.pk}),
        (r"/events/\{event_uuid\}/registrations/", {"uuid": place.pk}),
        (r"/events/\{event_uuid\}/reminders/", {"uuid": ReminderFactory(event=event).pk}),
        (r"/events/\{event_uuid\}/sessions/", {"uuid": session.pk, "session_uuid": session.pk}),
        (r"/events/\{event_uuid\}/ticket-types/", {"uuid": TicketTypeFactory(event=event).pk}),
        (r"/public/registrations/", {"token": mint_guest_link(place, at=NOW).rpartition("token=")[2]}),
        (r"/users/me/api-keys/", {"uuid": ApiKeyFactory(user=owner).pk}),
        (r"/users/me/sessions/", {"uuid": UserSessionFactory(user=owner).pk}),
        (r"/users/me/registrations/", {"uuid": place.pk}),
        (r"/certificates/", {"uuid": certificate.pk, "certificate_id": certificate.certificate_id}),
        (r"/templates/", {"uuid": make_template(owner).pk}),
        (r"/jobs/", {"uuid": job.pk}),
        (r"/(users|organizers)/", {"uuid": owner.pk}),
        (r"/public/events/", {"key": event.slug}),
        (r"/events/", {"uuid": event.pk}),
    ]
    return owner, [
        (re.compile(pattern), {name: str(value) for name, value in ({"event_uuid": event.pk} | given).items()})
        for pattern, given in rows
    ]


def _count_the_place(event: Event) -> None:
    """Say that one seat is taken, as the service does that factories go past."""
    Event.objects.filter(pk=event.pk).update(seats_taken=1, registration_count=1)
    event.ticket_types.filter(is_default=True).update(sold=1)


def real_parameters(path: str, rows: list[tuple[re.Pattern[str], dict[str, str]]]) -> dict[str, str]:
    """Return values for the parameters of a path template, where there is a row for them."""
    names = re.findall(r"\{(\w+)\}", path)
    for pattern, given in rows:
        if pattern.search(path):
            return {name: given[name] for name in names if name in given}
    return {}
