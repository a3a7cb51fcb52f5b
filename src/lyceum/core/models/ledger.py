"""Facts and their deliveries: audit trail, timeline and outbox in one."""

from django.db import models
from django.db.models import Q

from lyceum.core.ids import new_id
from lyceum.core.models.leased import Leased


class Fact(models.Model):
    """Something that happened, in the words of the app that announced it. Never changed, no personal data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    about_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["about_id", "occurred_at"], name="fact_timeline"),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(Leased):
    """One reaction's duty towards one fact."""

    class Status(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    reaction = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["fact", "reaction"], name="delivery_once_per_reaction"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(status="pending"), name="delivery_pending_is_due_sometime"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="delivery_due", condition=Q(status="pending")),
            models.Index(fields=["reaction"], name="delivery_dead", condition=Q(status="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} ({self.status})"
