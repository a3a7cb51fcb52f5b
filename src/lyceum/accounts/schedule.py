"""What accounts does by itself: old devices, links and archives go."""

from datetime import datetime

from lyceum.accounts.jobs import purge_exports
from lyceum.accounts.services.email_tokens import purge_tokens
from lyceum.accounts.services.sessions import purge_sessions
from lyceum.core import clock
from lyceum.core.work.periodic import every

DAY = 86_400


def purge_sign_ins(at: datetime) -> int:
    """Remove devices, mailed links and tokens that nobody can use any more. They live on the real clock."""
    real = clock.real_now()
    return purge_sessions(real) + purge_tokens(real)


every(seconds=DAY, name="accounts.purge_sign_ins", run=purge_sign_ins)
every(seconds=3600, name="accounts.purge_exports", run=purge_exports)
