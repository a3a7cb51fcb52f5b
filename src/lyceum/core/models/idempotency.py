"""Answers kept for a day, so that a repeated POST is answered and not done again."""

from django.db import models

from lyceum.core.models.record import Record


class IdempotencyKey(Record):
    """One POST by one caller with one key. `answer` is null while the request is running."""

    caller = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64)
    path_hash = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key_hash", "path_hash"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)
