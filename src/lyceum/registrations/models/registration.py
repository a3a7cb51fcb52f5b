"""One person's registration for one event."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypedDict, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lyceum.accounts.ports import Recipient
from lyceum.core.actors import Actor
from lyceum.core.models import AliveManager, SoftDeletedQuerySet, SoftDeletedRecord
from lyceum.core.models.fields import LowercaseEmailField
from lyceum.core.ownership import managed_by, own
from lyceum.core.plain_text import ADDRESS_WITHIN, name_or_blank
from lyceum.registrations.attendance.models.attendance import Attendance, is_eligible_column

if TYPE_CHECKING:
    from lyceum.accounts.models import User
    from lyceum.registrations.models.custom_field_response import CustomFieldResponse

# No 0 O 1 I L: a code is read aloud. 31 ** 10 is 49 bits, unique within one event only.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
NOTES_LENGTH = 500


class PersonColumns(TypedDict, total=False):
    """What somebody who registers says about themselves, in words of their own.

    Whoever takes, copies, exports or erases these columns goes by this list.
    """

    full_name: str
    professional_title: str
    organization_name: str


def new_check_in_code() -> str:
    """Return a code that nobody can guess, and everybody can read out."""
    return "".join(map(secrets.choice, [CODE_ALPHABET] * CODE_LENGTH))


def _no_name(column: str) -> Q:
    """Return the twin of `name_or_blank` as a condition: nothing there, or an address."""
    return Q(**{column: ""}) | Q(**{f"{column}__regex": ADDRESS_WITHIN})


class RegistrationQuerySet(SoftDeletedQuerySet):
    """Sets of registrations that the product talks about."""

    def visible_to(self, actor: Actor) -> Self:
        """Return what this actor may read: staff all, organizers their events', people their own."""
        return self if actor.manages_everything else self.filter(own(actor) | managed_by(actor, "event__owner"))

    def managed_by(self, actor: Actor) -> Self:
        """Return the rows of the events that this actor may manage."""
        return self.filter(managed_by(actor, "event__owner"))

    def own(self, actor: Actor) -> Self:
        """Return the actor's own registrations."""
        return self.filter(own(actor))

    def confirmed(self) -> Self:
        return self.filter(status=Registration.Status.CONFIRMED)

    def waiting(self) -> Self:
        """Return the waiting list, first come first."""
        return self.filter(status=Registration.Status.WAITLISTED).order_by("waitlist_sequence")

    def attendance_decided(self) -> Self:
        """Add `attendance_is_eligible`, the decision that counts; false while nothing is known."""
        return self.annotate(attendance_is_eligible=is_eligible_column())

    def nameless(self) -> Self:
        """Return the rows that lack a name to print; the twin of `Registration.shown_name`, and a test holds them
        together.
        """
        account = Q(acknowledged_at__isnull=True) | Q(user__isnull=True) | _no_name("user__full_name")
        return self.filter(_no_name("full_name"), account)

    def eligible(self) -> Self:
        """Return the rows whose attendance was enough, or was said to be."""
        return self.attendance_decided().filter(attendance_is_eligible=True)

    def certificate_eligible(self) -> Self:
        """Return the rows whose person has earned the event's certificate, whether it was issued or not."""
        return (
            self.confirmed()
            .eligible()
            .filter(event__certificates_enabled=True, event__status__in=["completed", "closed"])
        )


RegistrationManager = AliveManager.from_queryset(RegistrationQuerySet)
AllRegistrationsManager = models.Manager.from_queryset(RegistrationQuerySet)


class Registration(SoftDeletedRecord):
    """One person at one event: with a seat, on the waiting list, or no longer.

    There is one row for each event and address, for ever: a cancelled one is taken up again when its person comes back.
    """

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
    CANCELLABLE: ClassVar[tuple[str, ...]] = (*SEATED, Status.WAITLISTED.value)
    PERSON_COLUMNS: ClassVar[tuple[str, ...]] = tuple(PersonColumns.__annotations__)

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
    # When the person took the registration as theirs: by registering signed in, giving their name, or agreeing that
    # their certificate may be verified. Until then the organizer is told of the person what was typed, and no more.
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    allow_public_verification = models.BooleanField(default=True)

    # Until when a pending registration's seat is held for whoever pays for it, on the product's clock.
    held_until = models.DateTimeField(null=True, blank=True)
    waitlist_sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    waitlisted_at = models.DateTimeField(null=True, blank=True)
    promoted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.CharField(max_length=500, blank=True)

    # The organizer's own words, which nobody else reads.
    notes = models.CharField(max_length=NOTES_LENGTH, blank=True, default="", db_default="")

    check_in_code = models.CharField(max_length=16, default=new_check_in_code, editable=False)

    certificate_issued = models.BooleanField(default=False)
    certificate_issued_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationManager()
    all_objects = AllRegistrationsManager()

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
                condition=~Q(status="pending") | Q(held_until__isnull=False), name="registration_pending_is_held"
            ),
        ]
        indexes = [
            models.Index(fields=["event", "-registered_at", "-id"], name="registration_of_event"),
            models.Index(
                F("user"), F("registered_at").desc(), name="registration_of_user", condition=Q(user__isnull=False)
            ),
            models.Index(fields=["held_until"], name="registration_held", condition=Q(held_until__isnull=False)),
            models.Index(fields=["email"], name="registration_of_guest", condition=Q(user__isnull=True)),
        ]

    # Made once for each row that is read: see `attendance_or_blank`.
    _blank: Attendance | None = None

    @property
    def name(self) -> str:
        """What the person is called; blank where nobody gave a name, or an address was given for one."""
        return name_or_blank(self.full_name)

    @property
    def shown_name(self) -> str:
        """The name under which others are told of the person: what was given here, else their account's."""
        account = None if self.name else self.shown_account
        return self.name or (name_or_blank(account.full_name) if account else "")

    def acknowledge(self, *, at: datetime) -> None:
        """Note that the person took this registration as theirs. The caller, who has locked the row, writes it."""
        self.acknowledged_at = self.acknowledged_at or at

    @property
    def shown_account(self) -> User | None:
        """The account, as far as the organizer is told of it: none before its owner took the registration as theirs.

        Anybody can type an address. Whose it is, and that there is an account, is for its owner to say.
        """
        return self.user if self.acknowledged_at is not None else None

    @property
    def recipient(self) -> Recipient:
        """The person as a notification names them."""
        return Recipient(self.email, self.full_name, self.user_id)

    def __str__(self) -> str:
        return f"{self.full_name or self.email} ({self.status})"

    @classmethod
    def person_in(cls, given: Mapping[str, Any]) -> PersonColumns:
        """Return what a request or a form says about the person; what it leaves blank is left out."""
        return cast(PersonColumns, {name: given[name] for name in cls.PERSON_COLUMNS if given.get(name)})

    @property
    def holds_seat(self) -> bool:
        return self.status in self.SEATED

    @property
    def last_changed_at(self) -> datetime:
        """When the registration, or what is known about its attendance, changed last."""
        known: Attendance | None = getattr(self, "attendance", None)
        return max(self.updated_at, known.updated_at) if known else self.updated_at

    @property
    def attendance_or_blank(self) -> Attendance:
        """What is known about this person's attendance; a blank row, which is never saved, while nothing is."""
        known: Attendance | None = getattr(self, "attendance", None) or self._blank
        if known is None:
            known = self._blank = Attendance(registration_id=self.pk, event_id=self.event_id)
        return known
