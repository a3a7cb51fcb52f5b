"""Who must not be written to."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import CharField, Subquery, Value
from django.db.models.expressions import Combinable

from lyceum.core.personal_data import is_erased_address
from lyceum.integrations.email.models import Suppression
from lyceum.integrations.email.models.suppression import SuppressionQuerySet, stored_forms
from lyceum.integrations.email.ports import MailKind


def suppress(*, email: str, reason: str, at: datetime) -> None:
    """Stop writing to an address; for ever, until an operator or its owner lifts it."""
    if is_erased_address(email) or Suppression.objects.about([email]).filter(reason=reason).exists():
        return
    Suppression.objects.get_or_create(email=email.strip().lower(), reason=reason, defaults={"since": at})


def suppressed_among(emails: Collection[str]) -> set[str]:
    """Return those of the addresses, in lower case, that are not written to for any reason."""
    return _named_by(Suppression.objects.about(emails), emails)


def stopped_among(kind: MailKind, emails: Collection[str]) -> set[str]:
    """Return those of the addresses to which this kind of mail doesn't go; see `stopping_reason`."""
    if kind.secret:
        return set()
    return _named_by(_stopping(kind, emails), emails)


def lift_suppression(*, email: str, reason: str | None = None) -> int:
    """Write to an address again. Returns: how many entries went."""
    entries = Suppression.objects.about([email])
    if reason is not None:
        entries = entries.filter(reason=reason)
    return entries.delete()[0]


def stopping_reason(kind: MailKind, email: str) -> Combinable:
    """Return the reason why this kind of mail doesn't go to the address, or null, as a part of another query."""
    if kind.secret:
        return Value(None, output_field=CharField())
    return Subquery(_stopping(kind, [email]).order_by("reason").values("reason")[:1])


def _stopping(kind: MailKind, emails: Collection[str]) -> SuppressionQuerySet:
    entries = Suppression.objects.about(emails)
    return entries if kind.optional else entries.exclude(reason=Suppression.Reason.UNSUBSCRIBED)


def _named_by(entries: SuppressionQuerySet, emails: Collection[str]) -> set[str]:
    known = set(entries.values_list("email", flat=True))
    return {email for email in emails if known & stored_forms(email)}
