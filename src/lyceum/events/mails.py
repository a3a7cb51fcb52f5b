"""The mails that events send themselves: the invitation."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from lyceum.core.actors import Actor
from lyceum.core.ledger import publish
from lyceum.core.links import OwnLink, absolute
from lyceum.core.plain_text import shown
from lyceum.core.tokens import mint
from lyceum.events import facts
from lyceum.events.models import Event, EventInvitation
from lyceum.events.models.choices import EventStatus, InvitationStatus
from lyceum.events.services.invitations import MAIL
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import MailContent, mail_kind


@mail_kind(MAIL, optional=True)
def invitation(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Build the invitation; its link's secret is made here, and only the hash stays. A retry makes a new one."""
    rows = EventInvitation.objects.select_for_update(of=("self",))
    row = rows.filter(pk=log.about_id).first() if log.about_id else None
    if row is None or row.status == InvitationStatus.REGISTERED:
        return None
    event = Event.objects.select_related("owner").filter(pk=row.event_id).first()
    if event is None or event.status != EventStatus.PUBLISHED or event.starts_at <= at:
        return None
    secret, row.token_hash = mint()
    row.status = InvitationStatus.SENT
    row.sent_at = row.sent_at or at
    row.save(update_fields=["token_hash", "status", "sent_at", "updated_at"])
    publish(facts.InvitationSent(event_id=event.pk, invitation_id=row.pk), actor=Actor.system(), about=event.pk, at=at)
    return MailContent(
        subject=f"Invitation: {shown(event.title)}",
        template="events/mail/invitation",
        context={
            "event": event,
            "organizer_name": event.owner.public_organizer_name,
            "name": row.full_name,
            "starts_at": event.starts_at.astimezone(event.zone),
            "invitation_url": invitation_link(event, secret),
        },
    )


def invitation_link(event: Event, secret: str) -> OwnLink:
    """Return the page that a person with this secret may open, whatever the event's visibility."""
    return absolute(f"/events/{event.slug}/?{urlencode({'token': secret})}")
