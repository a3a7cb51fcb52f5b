"""The columns of due work: rows that workers claim, try, and try again later."""

from django.db import models


class Leased(models.Model):
    """A row of due work. `core.work.leases` claims it, finishes it and postpones it; nothing else writes these columns
    once it is queued."""

    # How often it was claimed, the running attempt included.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    # On the product's clock; null when nothing more is to be done.
    due_at = models.DateTimeField(null=True, blank=True)
    # On the real clock; set while a worker has the row, null otherwise.
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
