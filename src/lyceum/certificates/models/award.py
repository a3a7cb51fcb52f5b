"""What somebody has earned, whichever way they earned it."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from lyceum.core.actors import Actor
from lyceum.core.models import Record
from lyceum.core.models.fields import LowercaseEmailField
from lyceum.core.ownership import own


class AwardQuerySet(models.QuerySet["Award"]):
    """Sets of awards that the business speaks of."""

    def held_by(self, actor: Actor) -> Self:
        """Keep what the actor has earned."""
        return self.filter(own(actor, "person"))

    def without_account(self) -> Self:
        """Keep those whose holder is known by their address alone."""
        return self.filter(person__isnull=True).exclude(person_email="")


AwardManager = models.Manager.from_queryset(AwardQuerySet)


class Award(Record):
    """One thing that one person has earned, such as credits for attending an event. A certificate stands for one.

    It holds all that a certificate needs: who earned it, what for, when, and what it is worth. `kind` says how it was
    earned and `source_id` names the row it was earned with, so that the same achievement is never awarded twice.
    A correction before a certificate is issued again rewrites the award; what was printed stays on the certificate.
    """

    class Kind(models.TextChoices):
        """How it was earned. The source is, for attendance, the registration."""

        ATTENDANCE = "attendance"

    class SubjectKind(models.TextChoices):
        """What it was earned at."""

        EVENT = "event"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    source_id = models.UUIDField()

    # Null for somebody without an account, until they verify the address.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="awards"
    )
    # As they were when it was earned; both are blank once the person's account was deleted.
    person_name = models.CharField(max_length=255, blank=True)
    person_email = LowercaseEmailField(max_length=254, blank=True)

    subject_kind = models.CharField(max_length=20, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    subject_title = models.CharField(max_length=200)
    # A day in the subject's own time zone.
    earned_on = models.DateField()

    # Null where the subject gives no credits.
    credits = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    credit_type = models.CharField(max_length=50, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    skill_tags = models.JSONField(default=list, blank=True)
    # What else a certificate says of it, such as the organizer's name, by the names of the printed fields.
    wording = models.JSONField(default=dict, blank=True)

    objects = AwardManager()

    # What of the wording belongs to the person rather than to the subject.
    PERSONAL_WORDING: ClassVar[tuple[str, ...]] = ("attendee_title", "attendee_organization", "custom_fields")

    class Meta:
        ordering = ["-earned_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="award_once_per_source"),
            models.CheckConstraint(
                condition=Q(credits__isnull=True) | Q(credits__gte=0), name="award_credits_not_negative"
            ),
            models.CheckConstraint(condition=Q(hours__gte=0), name="award_hours_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["person_email"],
                name="award_without_account",
                condition=Q(person__isnull=True) & ~Q(person_email=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_title} ({self.kind})"

    @property
    def registration_id(self) -> UUID | None:
        """The registration that earned it; None when it was earned in another way."""
        return self.source_id if self.kind == self.Kind.ATTENDANCE else None

    @property
    def event_id(self) -> UUID | None:
        """The event that it was earned at; None for another subject."""
        return self.subject_id if self.subject_kind == self.SubjectKind.EVENT else None
