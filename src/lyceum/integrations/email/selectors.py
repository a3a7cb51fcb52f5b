"""Reads for the apps above."""

from uuid import UUID

from django.db.models import QuerySet

from lyceum.integrations.email.models import EmailLog


def mails_about_event(event_id: UUID) -> QuerySet[EmailLog]:
    """Every mail that belongs to an event, newest first; the caller has checked that the event is theirs to see."""
    return EmailLog.objects.filter(event_id=event_id).order_by("-queued_at", "-id")
