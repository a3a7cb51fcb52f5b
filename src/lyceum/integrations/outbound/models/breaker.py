"""How each vendor is doing, for all workers alike."""

from django.db import models


class Breaker(models.Model):
    """A vendor's circuit breaker: after several failures in a row its calls wait, without being tried, for a while."""

    vendor = models.CharField(max_length=50, primary_key=True)
    # In a row, over all of the vendor's calls; any answer of the vendor's sets it back.
    failures = models.PositiveIntegerField(default=0)
    # Until then nothing is tried. Once it is over, whoever moves it may try one call.
    open_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "outbound_breaker"

    def __str__(self) -> str:
        return self.vendor
