"""A price and a quantity within an event."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lyceum.core.models import Record
from lyceum.core.money import Money
from lyceum.events.models.event import Event


class TicketType(Record):
    """What a seat costs. Every event has one default type, which mirrors the event's own price."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ticket_types")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True, default="")
    price_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    sold = models.PositiveIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event"], condition=Q(is_default=True), name="ticket_one_default"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(sold__lte=F("quantity")), name="ticket_sold_within_quantity"
            ),
            models.CheckConstraint(condition=Q(sold__gte=0), name="ticket_sold_not_negative"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gte=1), name="ticket_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(quantity__isnull=True), name="ticket_default_unlimited"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def remaining(self) -> int | None:
        """How many are left of this type, or None where only the event's capacity limits it."""
        return None if self.quantity is None else max(0, self.quantity - self.sold)
