"""Telling an organizer that a certificate's ground fell away. It stands all the same, until they revoke it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lyceum.accounts.ports import About
from lyceum.accounts.services.notify import notify_at_most_hourly
from lyceum.certificates.models import Certificate

IN_DOUBT = "certificates.in_doubt"


def tell_of_doubt(*, registration_id: UUID, at: datetime) -> None:
    """Mail the organizer if this registration has a certificate in doubt, in the caller's transaction.

    Of one event they hear at once, and of all that follows within the hour together, at its end.
    """
    found = Certificate.objects.in_doubt().filter(registration=registration_id, event__isnull=False)
    certificate = found.select_related("event__owner").first()
    if certificate is None or certificate.event is None:
        return
    about = About(event_id=certificate.event.pk)
    owner = certificate.event.owner
    notify_at_most_hourly(IN_DOUBT, lambda: owner.recipient, about, happened_at=at, at=at)
