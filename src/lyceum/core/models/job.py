"""Long work with progress that anyone who started it can watch."""

from django.db import models
from django.db.models import F, Q

from lyceum.core.models.fields import StoredFileField
from lyceum.core.models.leased import Leased
from lyceum.core.models.record import Record


class Job(Record, Leased):
    """One piece of long work. A running job holds a lease; when its worker dies the next one resumes it."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"

    kind = models.CharField(max_length=100)
    # A plain id: core stands below the app that owns accounts.
    owner_id = models.UUIDField(null=True, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    args = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    result = models.JSONField(null=True)
    file_key = StoredFileField(max_length=300, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__isnull=True) | Q(done__lte=F("total")), name="job_done_in_total"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(status__in=["queued", "running"]),
                name="job_open_is_due_sometime",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="job_due", condition=Q(status__in=["queued", "running"])),
            models.Index(fields=["owner_id", "created_at"], name="job_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.status})"
