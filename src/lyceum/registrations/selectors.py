"""Reading registrations: each read starts from what the actor may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Case, CharField, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate

from lyceum.accounts.rules.topics import Topic
from lyceum.accounts.services.preferences import wanting
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.money import to_major
from lyceum.core.ownership import owned_by
from lyceum.events.models import Event, EventSession
from lyceum.events.selectors import get_managed_event, require_managed_event
from lyceum.registrations.errors import NotWaitlisted
from lyceum.registrations.models import AttendanceRecord, CustomFieldResponse, Registration
from lyceum.registrations.ports import certificate_column

Status = Registration.Status
# What is never shown in a list isn't fetched for one.
_HEAVY = ("cancellation_reason", "attendance__explanation", "attendance__override_reason", "attendance__notes")

# What an organizer's list shows, and no more: fifty rows of every column, as objects, cost several times as much.
_LISTED = (
    "event__title", "attendance__attended",
    "id", "created_at", "updated_at", "deleted_at", "user_id", "email", "full_name", "status", "source",
    "registered_at", "waitlist_sequence", "certificate_issued", "acknowledged_at", "notes", "user__email",
    "user__full_name", "attendance__updated_at", "attendance__percent", "attendance__checked_in_at",
)  # fmt: skip


def rank_in_queue() -> Case:
    """Return the expression for a waiting row's rank, counted only for the rows that are shown."""
    ahead = (
        Registration.objects.filter(
            event=OuterRef("event"), status=Status.WAITLISTED, waitlist_sequence__lte=OuterRef("waitlist_sequence")
        )
        .order_by()
        .values("event")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Case(When(status=Status.WAITLISTED, then=Subquery(ahead)), default=None)


def attended_column() -> Coalesce:
    """Return whether somebody attended, as an expression to filter and to sort by; false while nothing is known."""
    return Coalesce("attendance__attended", Value(False))


def shown_account_name() -> Case:
    """Return the account's name as an expression to search by, where `Registration.shown_account` is told."""
    return Case(When(acknowledged_at__isnull=False, then="user__full_name"), default=Value(""))


def sessions_in_order() -> Prefetch:
    """Return the sessions of each registration's event with where they meet, as they follow each other."""
    return Prefetch("event__sessions", EventSession.objects.select_related("meeting").order_by("starts_at"))


def registrations_of_event(actor: Actor, event_id: UUID) -> QuerySet[Registration]:
    """Return the rows of an event that this actor runs; `listed_values` reads those of a page.

    Raises: NotFound (404) for another event.
    """
    require_managed_event(actor, event_id)
    rows: QuerySet[Registration] = Registration.objects.filter(event=event_id).alias(
        account_name=shown_account_name(), attended=attended_column()
    )
    return rows


def listed_values(rows: QuerySet[Registration]) -> list[dict[str, Any]]:
    """Return what a list shows of these rows, as plain values; `queue_rank` is None for who doesn't wait."""
    found: list[dict[str, Any]] = list(rows.values(*_LISTED))
    waiting = [row["id"] for row in found if row["status"] == Status.WAITLISTED]
    ranks = Registration.objects.filter(pk__in=waiting).order_by().values_list("pk", rank_in_queue())
    ranked = dict(ranks) if waiting else {}
    for row in found:
        row |= {"attended": bool(row["attendance__attended"]), "queue_rank": ranked.get(row["id"])}
    return found


def get_registration_of_event(actor: Actor, event_id: UUID, registration_id: UUID) -> Registration:
    """Return one row of an own event with everything that its page shows.

    Raises: NotFound (404).
    """
    event = get_managed_event(actor, event_id)
    rows = Registration.objects.managed_by(actor).filter(event=event, pk=registration_id)
    return _first(with_details(rows.annotate(queue_rank=rank_in_queue())))


def own_registrations(actor: Actor) -> QuerySet[Registration]:
    """Return the actor's own registrations, newest first."""
    rows = (
        Registration.objects.own(actor)
        .select_related("event__owner", "event__meeting", "ticket_type", "attendance")
        .defer(*_HEAVY)
    )
    rows = rows.annotate(queue_rank=rank_in_queue(), certificate_id=certificate_column())
    mine: QuerySet[Registration] = rows.prefetch_related(sessions_in_order())
    return mine


def get_own_registration(actor: Actor, registration_id: UUID) -> Registration:
    """Raises: NotFound (404) for anybody else's."""
    return _first(own_registrations(actor).filter(pk=registration_id))


def get_guest_registration(registration_id: UUID) -> Registration:
    """Return the registration that a mailed link has led to."""
    rows = Registration.objects.filter(pk=registration_id)
    return _first(with_details(rows.annotate(queue_rank=rank_in_queue(), certificate_id=certificate_column())))


def with_details(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """Add what a detail shows, in a fixed number of queries."""
    answers = CustomFieldResponse.objects.select_related("field").order_by("field__order", "field__created_at")
    return rows.select_related("user", "event__owner", "event__meeting", "ticket_type", "attendance").prefetch_related(
        Prefetch("custom_field_responses", answers),
        Prefetch("attendance_records", AttendanceRecord.objects.of_own_meetings().order_by("joined_at", "id")),
        sessions_in_order(),
    )


def _first(rows: QuerySet[Registration]) -> Registration:
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def summary(actor: Actor, event_id: UUID) -> dict[str, int]:
    """Count an event's registrations in one query. People who gave theirs up attended nothing.

    Raises: NotFound (404).
    """
    event = get_managed_event(actor, event_id)
    kept = ~Q(status=Status.CANCELLED)
    counted: dict[str, int] = Registration.objects.filter(event=event).aggregate(
        total=Count("pk"),
        pending=Count("pk", filter=Q(status=Status.PENDING)),
        confirmed=Count("pk", filter=Q(status=Status.CONFIRMED)),
        waitlisted=Count("pk", filter=Q(status=Status.WAITLISTED)),
        cancelled=Count("pk", filter=Q(status=Status.CANCELLED)),
        no_show=Count("pk", filter=Q(status=Status.NO_SHOW)),
        attended=Count("pk", filter=Q(status=Status.CONFIRMED, attendance__attended=True)),
        checked_in=Count("pk", filter=kept & Q(attendance__checked_in_at__isnull=False)),
        certificate_issued=Count("pk", filter=kept & Q(certificate_issued=True)),
    )
    return counted


def attendees(actor: Actor, event_id: UUID) -> QuerySet[Registration]:
    """Return who has a seat at an own event, or had one and didn't come.

    Raises: NotFound (404).
    """
    return registrations_of_event(actor, event_id).filter(status__in=(Status.CONFIRMED, Status.NO_SHOW))


def statistics(actor: Actor, event_id: UUID) -> dict[str, Any]:
    """Return an own event's figures: people, money, opinions.

    Revenue is what was paid for seats, which is nothing while nothing is sold; ratings are None without reviews.
    Raises: NotFound (404).
    """
    event = get_managed_event(actor, event_id)
    counted = summary(actor, event_id)
    came = Registration.objects.filter(event=event, status__in=(Status.CONFIRMED, Status.NO_SHOW))
    confirmed = counted["confirmed"] + counted["no_show"]
    by_day = (
        Registration.objects.filter(event=event)
        .order_by()
        .annotate(date=TruncDate("registered_at", tzinfo=event.zone))
        .values("date")
        .annotate(count=Count("pk"))
        .order_by("date")
    )
    return {
        **counted,
        "capacity": event.capacity,
        "available_spots": event.available_spots,
        "attendees_count": counted["confirmed"],
        "attendance_rate": round(100 * counted["attended"] / confirmed, 1) if confirmed else None,
        "average_attendance_percent": came.aggregate(value=Avg(Coalesce("attendance__percent", 0)))["value"],
        "revenue": to_major(0, event.currency),
        "currency": event.currency,
        "average_rating": None,
        "reviews_count": 0,
        "registrations_by_day": list(by_day),
    }


def waitlist_position(registration: Registration, *, at: datetime) -> dict[str, Any]:
    """Return somebody's rank, how many wait, and a word for the chance.

    Raises: NotWaitlisted (400).
    """
    if registration.status != Status.WAITLISTED:
        raise NotWaitlisted("You aren't on the waiting list of this event.")
    queue = Registration.objects.filter(event=registration.event_id, status=Status.WAITLISTED)
    ahead = Q(waitlist_sequence__lte=registration.waitlist_sequence)
    counted = queue.order_by().aggregate(position=Count("pk", filter=ahead), total=Count("pk"))
    return {
        "position": counted["position"],
        "total_waitlisted": counted["total"],
        "estimated_chance": estimated_chance(registration.event, counted["position"], at),
    }


def estimated_chance(event: Event, position: int, at: datetime) -> str:
    """Return high, medium, low or none: of a hundred people with a seat about ten give it back."""
    if event.status != "published" or event.starts_at <= at:
        return "none"
    seats = event.capacity or 0
    if position * 20 <= seats or position <= 1:
        return "high"
    return "medium" if position * 10 <= seats or position <= 3 else "low"


def seated_with_reminders(event_id: UUID) -> QuerySet[Registration]:
    """Return the confirmed people of an event who want reminders; a guest has not said no."""
    rows = Registration.objects.confirmed().filter(event_id=event_id)
    return wanting(rows, Topic.EVENT_REMINDERS)


def events_of_person(actor: Actor, *, include_deleted: bool = False) -> QuerySet[Event]:
    """Return the events that one runs or is registered for, each with `role` and one's own registration.

    A registration that was cancelled doesn't count. Of deleted events only those that one ran are ever shown.
    """
    registrations = Registration.objects.own(actor).filter(event_id=OuterRef("pk")).exclude(status=Status.CANCELLED)
    known = Event.all_objects.alive_or_owned_by(actor) if include_deleted else Event.objects.all()
    events = known.annotate(
        own_registration_id=Subquery(registrations.values("pk")[:1]),
        own_registration_status=Subquery(registrations.values("status")[:1]),
    )
    mine = Q(own_registration_id__isnull=False) | owned_by(actor)
    role = Case(
        When(own_registration_id__isnull=False, then=Value("attendee")),
        default=Value("organizer"),
        output_field=CharField(),
    )
    found: QuerySet[Event] = events.filter(mine).annotate(role=role).select_related("owner")
    return found
