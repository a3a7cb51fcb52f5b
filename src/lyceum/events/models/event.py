"""The event: what happens, when, for how many, and in which state it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lyceum.core.actors import Actor
from lyceum.core.models import AliveManager, SoftDeletedQuerySet, SoftDeletedRecord
from lyceum.core.models.fields import StoredFileField
from lyceum.core.money import Money
from lyceum.core.ownership import managed_by, owned_by
from lyceum.events.models.choices import (
    AttendanceRequirement,
    CheckInScope,
    EventFormat,
    EventStatus,
    EventType,
    SessionLayout,
    Visibility,
)
from lyceum.events.models.meeting import Meeting
from lyceum.events.rules.places import in_public

# The events whose capacity isn't used up, whoever waits.
HAS_FREE_SEATS = Q(capacity__isnull=True) | Q(seats_taken__lt=F("capacity"))
FINISHED = (EventStatus.COMPLETED, EventStatus.CLOSED)
SPOTS_SHOWN_UP_TO = 20
PUBLIC_LIST_COLUMNS = [
    "visibility",
    "status",
    "starts_at",
    "-id",
    "deleted_at",
    "event_type",
    "format",
    "price_minor",
    "cpd_enabled",
    "cpd_credit_type",
]


class EventQuerySet(SoftDeletedQuerySet["Event"]):
    """Sets of events that the business speaks of."""

    def managed_by(self, actor: Actor) -> Self:
        """Keep the events that the actor may manage; all of them for staff and the product itself."""
        return self.filter(managed_by(actor))

    def alive_or_owned_by(self, actor: Actor) -> Self:
        """Keep deleted rows for their owner alone; staff find them in the admin."""
        return self.filter(Q(deleted_at__isnull=True) | owned_by(actor))

    def listed(self, at: datetime) -> Self:
        """Keep what the public list shows: public, published, not yet begun."""
        return self.filter(visibility=Visibility.PUBLIC, status=EventStatus.PUBLISHED, starts_at__gt=at)


EventManager = AliveManager.from_queryset(EventQuerySet)
AllEventsManager = models.Manager.from_queryset(EventQuerySet)


def _one_of(field: str, choices: type[models.TextChoices]) -> Q:
    return Q(**{f"{field}__in": choices.values})


class Event(SoftDeletedRecord):
    """One event. `starts_at`, `ends_at`, `duration_minutes` and `is_multi_session` follow its sessions (`spans.py`)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="events", db_index=False)
    title = models.CharField(max_length=200)
    slug = models.CharField(max_length=220)
    short_description = models.CharField(max_length=500, blank=True, default="", db_default="")
    description = models.TextField(max_length=10000, blank=True, default="")
    event_type = models.CharField(max_length=20, choices=EventType, default=EventType.OTHER)
    format = models.CharField(max_length=12, choices=EventFormat, default=EventFormat.ONLINE)
    location = models.CharField(max_length=500, blank=True, default="")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    status = models.CharField(max_length=10, choices=EventStatus, default=EventStatus.DRAFT)
    cover_image = StoredFileField(max_length=255, blank=True, default="")
    skill_tags = models.JSONField(default=list, blank=True)

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    duration_minutes = models.PositiveIntegerField()
    is_multi_session = models.BooleanField(default=False, db_default=False)
    timezone = models.CharField(max_length=64, default="UTC")
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.TextField(max_length=2000, blank=True, default="")
    actual_started_at = models.DateTimeField(null=True, blank=True)
    actual_ended_at = models.DateTimeField(null=True, blank=True)
    calendar_sequence = models.PositiveIntegerField(default=0)

    registration_enabled = models.BooleanField(default=True)
    registration_deadline = models.DateTimeField(null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    waitlist_enabled = models.BooleanField(default=False)
    waitlist_auto_promote = models.BooleanField(default=True)
    price_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="USD")

    cpd_enabled = models.BooleanField(default=False)
    cpd_credit_type = models.CharField(max_length=50, blank=True, default="")
    cpd_credit_value = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    cpd_accreditation_note = models.CharField(max_length=500, blank=True, default="")

    certificates_enabled = models.BooleanField(default=True)
    auto_issue_certificates = models.BooleanField(default=False)
    minimum_attendance_percent = models.PositiveSmallIntegerField(default=80)
    event_format = models.CharField(max_length=12, choices=SessionLayout, default=SessionLayout.SINGLE)
    attendance_requirement = models.CharField(
        max_length=20, choices=AttendanceRequirement, default=AttendanceRequirement.PERCENTAGE_TIME
    )
    minimum_sessions_required = models.PositiveSmallIntegerField(null=True, blank=True)
    session_attendance_threshold = models.PositiveSmallIntegerField(default=50)
    # A check-in keeps what it was made for when this changes.
    check_in_scope = models.CharField(
        max_length=10, choices=CheckInScope, default=CheckInScope.SESSION, db_default=CheckInScope.SESSION.value
    )

    duplicated_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    # Counters move with F() by the verbs that change seats; no index covers them, so that a sale stays cheap.
    seats_taken = models.PositiveIntegerField(default=0)
    waitlist_sequence = models.PositiveBigIntegerField(default=0)
    registration_count = models.PositiveIntegerField(default=0)
    waitlist_count = models.PositiveIntegerField(default=0)
    attendance_count = models.PositiveIntegerField(default=0)
    certificate_count = models.PositiveIntegerField(default=0)

    # What other apps keep beside the event; set by the selector that reads it for an answer.
    extension_values: dict[str, Any]

    objects = EventManager()
    all_objects = AllEventsManager()

    class Meta(SoftDeletedRecord.Meta):
        indexes = [
            # The first four find a page of the public list; the rest let its count and facets read nothing else.
            models.Index(fields=PUBLIC_LIST_COLUMNS, name="event_public_list"),
            models.Index(fields=["visibility", "status", "event_type", "starts_at"], name="event_public_by_type"),
            models.Index(fields=["owner", "starts_at"], name="event_owner_starts"),
            models.Index(fields=["owner", "created_at"], name="event_owner_created"),
            models.Index(fields=["status", "ends_at"], name="event_status_ends"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="event_slug_unique"),
            models.CheckConstraint(condition=_one_of("status", EventStatus), name="event_status_known"),
            models.CheckConstraint(condition=_one_of("visibility", Visibility), name="event_visibility_known"),
            models.CheckConstraint(condition=_one_of("event_type", EventType), name="event_type_known"),
            models.CheckConstraint(condition=_one_of("format", EventFormat), name="event_format_known"),
            models.CheckConstraint(
                condition=_one_of("check_in_scope", CheckInScope), name="event_check_in_scope_known"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1, capacity__lte=10000),
                name="event_capacity_range",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(seats_taken__lte=F("capacity")),
                name="event_seats_within_capacity",
            ),
            models.CheckConstraint(condition=Q(seats_taken__gte=0), name="event_seats_not_negative"),
            models.CheckConstraint(
                condition=Q(waitlist_enabled=False) | Q(capacity__isnull=False),
                name="event_waitlist_needs_capacity",
            ),
            models.CheckConstraint(
                condition=Q(cpd_credit_value__isnull=True) | Q(cpd_credit_value__gte=0, cpd_credit_value__lte=100),
                name="event_credits_range",
            ),
            models.CheckConstraint(
                condition=Q(cpd_enabled=False) | (Q(cpd_credit_value__isnull=False) & ~Q(cpd_credit_type="")),
                name="event_cpd_complete",
            ),
            models.CheckConstraint(
                condition=Q(minimum_attendance_percent__lte=100, session_attendance_threshold__lte=100),
                name="event_percents_range",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"),
            models.CheckConstraint(
                condition=Q(registration_deadline__isnull=True) | Q(registration_deadline__lte=F("starts_at")),
                name="event_deadline_before_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def is_free(self) -> bool:
        return self.price_minor == 0

    @property
    def available_spots(self) -> int | None:
        """How many seats are free, or None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.seats_taken)

    @property
    def spots_remaining(self) -> int | None:
        """The free seats, told only when few are left."""
        spots = self.available_spots
        return spots if spots is not None and spots <= SPOTS_SHOWN_UP_TO else None

    @property
    def can_edit(self) -> bool:
        return self.status in (EventStatus.DRAFT, EventStatus.PUBLISHED)

    @property
    def public_location(self) -> str:
        """The place as visitors read it, who never get a link from it."""
        return in_public(self.location)

    @property
    def online(self) -> Meeting:
        """Where the event meets online; an empty, unsaved row where nothing has been entered."""
        try:
            return self.meeting
        except Meeting.DoesNotExist:
            return Meeting(event=self)


def registration_closed_reason(event: Event, at: datetime) -> str | None:
    """Return why nobody can register now, in words for people, or None while registration is open.

    The one rule for the API, the pages and the verbs. A full event is not closed: it answers EVENT_FULL.
    """
    if event.deleted_at is not None or event.status == EventStatus.DRAFT:
        return "This event isn't published."
    if event.status == EventStatus.CANCELLED:
        return "This event was cancelled."
    if event.status != EventStatus.PUBLISHED or event.starts_at <= at:
        return "This event has already started."
    if not event.registration_enabled:
        return "The organizer isn't taking registrations for this event."
    if event.registration_deadline is not None and event.registration_deadline <= at:
        return "The registration deadline has passed."
    return None


def can_register(event: Event, at: datetime) -> bool:
    """Say whether registering now gives a seat or a position on the waiting list."""
    return registration_closed_reason(event, at) is None and (event.available_spots != 0 or event.waitlist_enabled)


class EventSkillTag(models.Model):
    """A tag of an event in its own indexed row, because JSON lists are not searchable on every database."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tag_rows")
    tag = models.CharField(max_length=50)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "event"], name="event_tag_unique")]

    def __str__(self) -> str:
        return self.tag


class EventSearchText(models.Model):
    """The lower-cased words people search an event by.

    Apart from the event, so that a seat sold rewrites no long text. PostgreSQL has a trigram index on `body`;
    on SQLite triggers feed an FTS5 trigram table whose rowid is this row's id.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="search_text")
    body = models.TextField()

    def __str__(self) -> str:
        return self.body[:60]
