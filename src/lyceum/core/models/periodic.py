"""When each periodic job last ran, so that several workers share the upkeep."""

from django.db import models


class PeriodicRun(models.Model):
    """One job's last run, on the product's clock."""

    name = models.CharField(max_length=100, primary_key=True)
    last_run_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
