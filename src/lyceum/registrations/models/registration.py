"""One person's place at one event."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from lyceum.core.actors import Actor
from lyceum.core.models import SoftDeletedQuerySet, SoftDeletedRecord, alive_manager
from lyceum.core.models.fields import LowercaseEmailField

if TYPE_CHECKING:
    from lyceum.registrations.models.custom_field_response import CustomFieldResponse

# No 0 O 1 I L: a code is read aloud at a door. 31 ** 10 is 49 bits, unique within one event only.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10


def new_check_in_code() -> str:
    """Return a code that nobody can guess, and everybody can read out."""
    return "".join(map(secrets.choice, [CODE_ALPHABET] * CODE_LENGTH))


class RegistrationQuerySet(SoftDeletedQuerySet):
    """Sets of places that the product talks about."""

    def visible_to(self, actor: Actor) -> Self:
        """Return what this actor may read: staff all, organizers their events', people their own."""
        if actor.is_system or actor.is_staff:
            return self
        if not actor.is_user:
            return self.none()
        return self.filter(Q(user_id=actor.user_id) | Q(event__owner_id=actor.user_id))

    def managed_by(self, actor: Actor) -> Self:
        """Return the rows of the events that this actor runs."""
        if actor.is_system or actor.is_staff:
            return self
        return self.filter(event__owner_id=actor.user_id) if actor.is_user else self.none()

    def own(self, actor: Actor) -> Self:
        """Return the actor's own places."""
        return self.filter(user_id=actor.user_id) if actor.is_user else self.none()

    def confirmed(self) -> Self:
        return self.filter(status=Registration.Status.CONFIRMED)

    def holding_seats(self) -> Self:
        return self.filter(status__in=Registration.SEATED)

    def waiting(self) -> Self:
        """Return the waiting list, first come first."""
        return self.filter(status=Registration.Status.WAITLISTED).order_by("waitlist_sequence")

    def attended(self) -> Self:
        return self.filter(attended=True)

    def certificate_eligible(self) -> Self:
        """Return the rows whose person has earned the event's certificate (contract 6), issued or not."""
        return self.annotate(attendance_decision=Coalesce("attendance_override", "attendance_eligible")).filter(
            status=Registration.Status.CONFIRMED,
            event__certificates_enabled=True,
            event__status__in=["completed", "closed"],
            attendance_decision=True,
        )


class Registration(SoftDeletedRecord):
    """A place, or a place in the queue. One row for each event and address, for ever: a cancelled one is revived."""

    class Status(models.TextChoices):
        PENDING = "pending"
        CONFIRMED = "confirmed"
        WAITLISTED = "waitlisted"
        CANCELLED = "cancelled"
        NO_SHOW = "no_show"

    class Source(models.TextChoices):
        SELF_REGISTERED = "self_registered"
        ORGANIZER_ADDED = "organizer_added"
        INVITED = "invited"
        IMPORTED = "imported"
        API = "api"

    SEATED: ClassVar[tuple[str, ...]] = (Status.PENDING.value, Status.CONFIRMED.value)

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="registrations", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="registrations",
        db_index=False,
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    ticket_type = models.ForeignKey(
        "events.TicketType", on_delete=models.PROTECT, related_name="registrations", db_index=False
    )
    email = LowercaseEmailField(max_length=254)
    full_name = models.CharField(max_length=255, blank=True)
    professional_title = models.CharField(max_length=255, blank=True)
    organization_name = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices)
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.SELF_REGISTERED)
    registered_at = models.DateTimeField()
    allow_public_verification = models.BooleanField(default=True)

    # Until when a pending place is held for whoever pays for it, on the product's clock; the seat counts as taken.
    held_until = models.DateTimeField(null=True, blank=True)
    waitlist_sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    waitlisted_at = models.DateTimeField(null=True, blank=True)
    promoted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.CharField(max_length=500, blank=True)

    check_in_code = models.CharField(max_length=16, default=new_check_in_code, editable=False)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    checked_in_where = models.CharField(max_length=200, blank=True)

    # What the organizer entered by hand: it stands until taken back, whatever the intervals say.
    attended_by_hand = models.BooleanField(null=True, blank=True)
    attendance_percent_by_hand = models.PositiveSmallIntegerField(null=True, blank=True)
    attendance_notes = models.CharField(max_length=500, blank=True)
    zoom_registrant_id = models.CharField(max_length=100, blank=True)

    attended = models.BooleanField(default=False)
    attendance_percent = models.PositiveSmallIntegerField(default=0)
    first_join_at = models.DateTimeField(null=True, blank=True)
    last_leave_at = models.DateTimeField(null=True, blank=True)
    total_attendance_minutes = models.PositiveIntegerField(default=0)
    sessions_attended = models.PositiveSmallIntegerField(default=0)
    attendance_eligible = models.BooleanField(default=False)
    attendance_decided_at = models.DateTimeField(null=True, blank=True)
    attendance_override = models.BooleanField(null=True, blank=True)
    attendance_override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    attendance_override_reason = models.CharField(max_length=500, blank=True)
    attendance_override_at = models.DateTimeField(null=True, blank=True)
    explanation = models.JSONField(default=list, blank=True)

    certificate_issued = models.BooleanField(default=False)
    certificate_issued_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = alive_manager(RegistrationQuerySet)
    all_objects: ClassVar[Any] = models.Manager.from_queryset(RegistrationQuerySet)()

    custom_field_responses: models.Manager[CustomFieldResponse]

    class Meta(SoftDeletedRecord.Meta):
        ordering = ["-registered_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "email"], name="registration_once_per_address"),
            models.UniqueConstraint(
                fields=["event", "user"], name="registration_once_per_account", condition=Q(user__isnull=False)
            ),
            models.UniqueConstraint(fields=["event", "check_in_code"], name="registration_code_in_event"),
            models.UniqueConstraint(
                fields=["event", "waitlist_sequence"],
                name="registration_queue_order",
                condition=Q(waitlist_sequence__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "confirmed", "waitlisted", "cancelled", "no_show"]),
                name="registration_status_known",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["self_registered", "organizer_added", "invited", "imported", "api"]),
                name="registration_source_known",
            ),
            models.CheckConstraint(condition=~Q(email=""), name="registration_email_given"),
            models.CheckConstraint(
                condition=Q(status="waitlisted", waitlist_sequence__isnull=False, waitlisted_at__isnull=False)
                | (~Q(status="waitlisted") & Q(waitlist_sequence__isnull=True)),
                name="registration_queued_iff_waitlisted",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="registration_cancelled_at_iff",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(status="pending"), name="registration_held_only_if_pending"
            ),
            models.CheckConstraint(
                condition=Q(attendance_override__isnull=True) | ~Q(attendance_override_reason=""),
                name="registration_override_says_why",
            ),
            models.CheckConstraint(
                condition=Q(attendance_percent__lte=100)
                & (Q(attendance_percent_by_hand__isnull=True) | Q(attendance_percent_by_hand__lte=100)),
                name="registration_percent_at_most_100",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "-registered_at", "-id"], name="registration_of_event"),
            models.Index(
                F("user"), F("registered_at").desc(), name="registration_of_user", condition=Q(user__isnull=False)
            ),
            models.Index(fields=["held_until"], name="registration_held", condition=Q(held_until__isnull=False)),
            models.Index(fields=["email"], name="registration_of_guest", condition=Q(user__isnull=True)),
            models.Index(
                fields=["event", "zoom_registrant_id"],
                name="registration_zoom_registrant",
                condition=~Q(zoom_registrant_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name or self.email} ({self.status})"

    @property
    def holds_seat(self) -> bool:
        return self.status in self.SEATED

    @property
    def attendance_decision(self) -> bool:
        """What counts: the organizer's override where there is one, else what the intervals say."""
        return self.attendance_eligible if self.attendance_override is None else self.attendance_override

    @attendance_decision.setter
    def attendance_decision(self, value: Any) -> None:
        """Let the QuerySet's annotation of the same name pass; the columns stay the truth."""
