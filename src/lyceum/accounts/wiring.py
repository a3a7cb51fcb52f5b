"""What accounts registers with core when it is ready: personal data and upkeep. Exports register their job."""

from datetime import datetime

from lyceum.accounts import personal_data
from lyceum.accounts.exporting import purge_exports
from lyceum.accounts.services.email_tokens import purge_tokens
from lyceum.accounts.services.sessions import purge_sessions
from lyceum.core import clock
from lyceum.core.periodic import every
from lyceum.core.privacy import register_personal_data

DAY = 86_400


def purge_sign_ins(at: datetime) -> int:
    """Remove devices, mailed links and tokens that nobody can use any more. They live on the real clock."""
    real = clock.real_now()
    return purge_sessions(real) + purge_tokens(real)


register_personal_data("accounts", export=personal_data.export, erase=personal_data.erase)
every(seconds=DAY, name="accounts.purge_sign_ins", run=purge_sign_ins)
every(seconds=3600, name="accounts.purge_exports", run=purge_exports)
