"""The proof of something earned, and what became of it."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from lyceum.certificates.rules.certificate_ids import PRINTED_LENGTH, new_certificate_id
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models import AliveManager, Record, SoftDeletedQuerySet, SoftDeletedRecord
from lyceum.core.models.fields import StoredFileField
from lyceum.core.ownership import managed_by, own
from lyceum.core.plain_text import name_or_blank
from lyceum.registrations.models import Registration


class CertificateQuerySet(SoftDeletedQuerySet["Certificate"]):
    """Sets of certificates that the business speaks of."""

    def managed_by(self, actor: Actor) -> Self:
        """Keep those of the events that the actor may manage."""
        return self.filter(managed_by(actor, "event__owner"))

    def held_by(self, actor: Actor) -> Self:
        """Keep the actor's own proofs."""
        return self.filter(own(actor, "award__person"))

    def issued(self) -> Self:
        return self.filter(status=Certificate.Status.ISSUED)

    def in_doubt(self) -> Self:
        """Keep those that stand while their ground doesn't: by a later correction the attendance wasn't enough."""
        earned = Registration.all_objects.confirmed().eligible().filter(pk=OuterRef("registration_id"))
        return self.issued().filter(~Exists(earned), registration__isnull=False)

    def awaiting_pdf(self) -> Self:
        return self.filter(pdf_state=Certificate.PdfState.PENDING)

    def awaiting_mail(self) -> Self:
        return self.filter(mail_state=Certificate.MailState.PENDING, pdf_state=Certificate.PdfState.READY)

    def of_job(self, job_id: UUID) -> Self:
        """Keep what a job has issued so far."""
        return self.filter(job_id=job_id)


CertificateManager = AliveManager.from_queryset(CertificateQuerySet)
AllCertificatesManager = models.Manager.from_queryset(CertificateQuerySet)


class Certificate(SoftDeletedRecord):
    """The proof of one award. `certificate_data` is what is printed, word for word as it was when it was issued.

    An award has at most one certificate that stands; after a revocation another may be issued for it.
    """

    class Status(models.TextChoices):
        ISSUED = "issued"
        REVOKED = "revoked"

    class Category(models.TextChoices):
        ERROR = "error"
        MISCONDUCT = "misconduct"
        OTHER = "other"

    class PdfState(models.TextChoices):
        PENDING = "pending"
        READY = "ready"
        FAILED = "failed"
        SKIPPED = "skipped"

    class MailState(models.TextChoices):
        NONE = "none"
        PENDING = "pending"
        QUEUED = "queued"

    award = models.ForeignKey("certificates.Award", on_delete=models.PROTECT, related_name="certificates")
    # Both are the award's own, repeated for the lists of an event, and null where it was earned in another way.
    registration = models.ForeignKey(
        "registrations.Registration",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="certificates",
        db_index=False,
    )
    event = models.ForeignKey(
        "events.Event", null=True, blank=True, on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    # Null for a certificate on the built-in design that nobody chose.
    template = models.ForeignKey(
        "certificates.CertificateTemplate", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    design = models.CharField(max_length=20, blank=True)
    # Null when the product issued it by itself.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The job that issued it: a resumed job knows its own by this.
    job_id = models.UUIDField(null=True, blank=True, editable=False)

    certificate_id = models.CharField(max_length=PRINTED_LENGTH, default=new_certificate_id, editable=False)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ISSUED)
    certificate_data = models.JSONField(default=dict)
    cpd_type = models.CharField(max_length=50, blank=True)
    cpd_credits = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    event_date = models.DateField()
    hours_completed = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    skill_tags = models.JSONField(default=list, blank=True)
    issued_at = models.DateTimeField()

    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    revocation_category = models.CharField(max_length=10, choices=Category.choices, blank=True)
    revocation_reason = models.CharField(max_length=500, blank=True)

    pdf_state = models.CharField(max_length=8, choices=PdfState.choices, default=PdfState.PENDING)
    pdf_key = StoredFileField(max_length=300, blank=True, editable=False)
    pdf_generated_at = models.DateTimeField(null=True, blank=True)
    pdf_error = models.CharField(max_length=500, blank=True)
    # The columns of `core.models.Leased`, for drawing the PDF.
    pdf_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    pdf_due_at = models.DateTimeField(null=True, blank=True, editable=False, default=clock.now, db_default=Now())
    pdf_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    mail_state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.NONE)
    mail_queued_at = models.DateTimeField(null=True, blank=True)

    first_viewed_at = models.DateTimeField(null=True, blank=True)
    view_count = models.PositiveIntegerField(default=0)
    first_downloaded_at = models.DateTimeField(null=True, blank=True)
    download_count = models.PositiveIntegerField(default=0)

    objects = CertificateManager()
    all_objects = AllCertificatesManager()

    class Meta(SoftDeletedRecord.Meta):
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["certificate_id"], name="certificate_id_once"),
            models.UniqueConstraint(
                fields=["award"],
                name="certificate_one_issued_per_award",
                condition=Q(status="issued", deleted_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(status="issued", revoked_at__isnull=True, revocation_category="")
                | (Q(status="revoked", revoked_at__isnull=False) & ~Q(revocation_category="")),
                name="certificate_revoked_says_why",
            ),
            models.CheckConstraint(condition=~Q(pdf_state="ready") | ~Q(pdf_key=""), name="certificate_ready_has_pdf"),
            models.CheckConstraint(
                condition=~Q(pdf_state="pending") | Q(pdf_due_at__isnull=False), name="certificate_pdf_is_due_sometime"
            ),
            models.CheckConstraint(
                condition=Q(cpd_credits__isnull=True) | Q(cpd_credits__gte=0), name="certificate_credits_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["registration", "status"], name="certificate_of_registration"),
            models.Index(fields=["event", "-issued_at", "-id"], name="certificate_of_event"),
            models.Index(F("job_id"), name="certificate_of_job", condition=Q(job_id__isnull=False)),
            models.Index(fields=["pdf_due_at", "id"], name="certificate_awaits_pdf", condition=Q(pdf_state="pending")),
            models.Index(fields=["id"], name="certificate_awaits_mail", condition=Q(mail_state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} ({self.status})"

    @property
    def attendee_name(self) -> str:
        """The name that is printed; blank where what was written down at issuing is an address."""
        return name_or_blank(self._said("attendee_name"))

    @property
    def event_title(self) -> str:
        return self._said("event_title")

    @property
    def organizer_name(self) -> str:
        return name_or_blank(self._said("organizer_name"))

    @property
    def shown_data(self) -> dict[str, Any]:
        """What is printed, with names as they may be shown."""
        return {
            **self.certificate_data,
            "attendee_name": self.attendee_name,
            "organizer_name": self.organizer_name,
        }

    @property
    def has_pdf(self) -> bool:
        """Whether there is a document to hand out. One that bears an address in place of a name stays here."""
        ready = self.pdf_state == self.PdfState.READY and self.status == self.Status.ISSUED
        return ready and bool(self.attendee_name)

    def _said(self, key: str) -> str:
        data: dict[str, Any] = self.certificate_data or {}
        return str(data.get(key) or "")


class CertificateStatusHistory(Record):
    """One change of a certificate's state. Never changed itself."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="history")
    from_status = models.CharField(max_length=8, blank=True)
    to_status = models.CharField(max_length=8, choices=Certificate.Status.choices)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    category = models.CharField(max_length=10, choices=Certificate.Category.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["changed_at", "id"]
        verbose_name_plural = "certificate status history"

    def __str__(self) -> str:
        return f"{self.from_status or '–'} → {self.to_status}"
