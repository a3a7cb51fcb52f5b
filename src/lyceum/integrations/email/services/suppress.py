"""Who must not be written to."""

from datetime import datetime

from lyceum.integrations.email.models import Suppression
from lyceum.integrations.email.ports import MailKind


def suppress(*, email: str, reason: str, at: datetime) -> None:
    """Stop writing to an address; for ever, until an operator or its owner lifts it."""
    Suppression.objects.get_or_create(email=email.strip().lower(), reason=reason, defaults={"since": at})


def lift_suppression(*, email: str, reason: str | None = None) -> int:
    """Write to an address again. Returns: how many entries went."""
    entries = Suppression.objects.filter(email=email.strip().lower())
    if reason is not None:
        entries = entries.filter(reason=reason)
    return entries.delete()[0]


def suppressed_for(kind: MailKind, email: str) -> str:
    """The reason why this kind of mail does not go to the address, or nothing."""
    if kind.secret:
        return ""
    reasons = set(Suppression.objects.filter(email=email.strip().lower()).values_list("reason", flat=True))
    if not kind.optional:
        reasons.discard(Suppression.Reason.UNSUBSCRIBED)
    return sorted(reasons)[0] if reasons else ""
