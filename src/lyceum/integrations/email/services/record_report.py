"""What providers tell about a mail afterwards: delivered, opened, clicked, bounced, marked as spam."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.services.suppress import suppress

Status = EmailLog.Status
# Providers' events arrive in any order: a status only moves up this ladder.
_RANK = {
    status: rank
    for rank, statuses in enumerate(
        [
            (Status.PENDING, Status.SENDING),
            # A mail given up on after a time-out may have arrived all the same.
            (Status.SENT, Status.FAILED),
            (Status.DELIVERED,),
            (Status.OPENED,),
            (Status.CLICKED,),
            (Status.BOUNCED, Status.SKIPPED),
            (Status.UNSUBSCRIBED, Status.SPAM),
        ]
    )
    for status in statuses
}
_TIMES = {"delivered": "delivered_at", "opened": "opened_at", "clicked": "clicked_at", "bounced": "bounced_at"}
_SUPPRESSING = {
    "bounced": Suppression.Reason.HARD_BOUNCE,
    "spam": Suppression.Reason.COMPLAINT,
    "unsubscribed": Suppression.Reason.UNSUBSCRIBED,
}


@transaction.atomic
def record_report(*, provider_message_id: str, outcome: str, at: datetime, bounce_type: str = "") -> bool:
    """Note what became of a mail; the first time of each kind stays, the status never goes back.

    outcome: delivered, opened, clicked, bounced, spam or unsubscribed.
    bounce_type: "hard" suppresses the address for everybody; "soft" (a full mailbox) does not and is not final.
    Locks: EmailLog.
    Returns: whether the mail is known.
    """
    log = EmailLog.objects.select_for_update().filter(provider_message_id=provider_message_id).first()
    if log is None or not provider_message_id:
        return False
    changed = ["updated_at"]
    column = _TIMES.get(outcome)
    if column and getattr(log, column) is None:
        setattr(log, column, at)
        changed.append(column)
    if outcome in {"opened", "clicked"}:
        counter = {"opened": "open_count", "clicked": "click_count"}[outcome]
        setattr(log, counter, F(counter) + 1)
        changed.append(counter)
    if outcome == "bounced":
        log.bounce_type = bounce_type or "hard"
        changed.append("bounce_type")
    soft = outcome == "bounced" and bounce_type == "soft"
    if not soft and _RANK[Status(outcome)] > _RANK[Status(log.status)]:
        log.status = outcome
        changed.append("status")
    log.save(update_fields=changed)
    if outcome in _SUPPRESSING and not soft:
        suppress(email=log.recipient_email, reason=_SUPPRESSING[outcome], at=at)
    return True
