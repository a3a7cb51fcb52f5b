"""The links by which people reach their registration without an account."""

from django.db import models

from lyceum.core.models import Record


class GuestLink(Record):
    """One mailed secret. Each mail mints its own; only the digest is kept."""

    registration = models.ForeignKey("registrations.Registration", on_delete=models.CASCADE, related_name="guest_links")
    token_hash = models.CharField(max_length=64, unique=True)
    # On the real clock, like every mailed secret.
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Link {self.id}"
