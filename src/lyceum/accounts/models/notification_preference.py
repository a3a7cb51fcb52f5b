"""What a person has said about being notified. What they haven't said stands in no row."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lyceum.accounts.rules.topics import MAIL, Topic
from lyceum.core.models import Record


class NotificationPreference(Record):
    """One person's answer for one topic on one channel. Without a row the topic's default counts."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences", db_index=False
    )
    topic = models.CharField(max_length=40, choices=Topic)
    channel = models.CharField(max_length=20, default=MAIL)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "topic", "channel"], name="notification_preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} by {self.channel}: {'yes' if self.wanted else 'no'}"
