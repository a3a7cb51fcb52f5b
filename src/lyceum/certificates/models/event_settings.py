"""Which template an event prints on."""

from django.db import models

from lyceum.core.models import Record


class EventCertificateSettings(Record):
    """The certificates' share of an event. No row, or no template, means the owner's default."""

    event = models.OneToOneField("events.Event", on_delete=models.CASCADE, related_name="certificate_settings")
    template = models.ForeignKey(
        "certificates.CertificateTemplate",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="event_settings",
    )

    class Meta:
        verbose_name_plural = "event certificate settings"

    def __str__(self) -> str:
        return str(self.event_id)
