"""Recovery codes: made in tens, shown once, used once each."""

from __future__ import annotations

from lyceum.accounts.models import RecoveryCode, SecondFactor
from lyceum.accounts.rules.recovery_codes import canonical, new_codes
from lyceum.core.tokens import digest


def issue_codes(factor: SecondFactor) -> list[str]:
    """Give a second factor new codes, and make the old ones void; return them as they are shown.

    Locks: RecoveryCode; the caller holds the User.
    """
    factor.recovery_codes.all().delete()
    codes = new_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, code_hash=digest(canonical(code))) for code in codes)
    return codes
