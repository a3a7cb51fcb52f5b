"""What accounts does by itself: old devices, links and archives go."""

from datetime import datetime, timedelta

from lyceum.accounts.jobs import purge_exports
from lyceum.accounts.services.email_tokens import purge_tokens
from lyceum.accounts.services.second_factor import purge_setups
from lyceum.accounts.services.sessions import purge_sessions
from lyceum.core import clock
from lyceum.core.work.schedules import Periodic


def purge_sign_ins(at: datetime) -> int:
    """Remove devices, mailed links, tokens and set-ups that nobody can use any more. They live on the real clock."""
    real = clock.real_now()
    return purge_sessions(real) + purge_tokens(real) + purge_setups(real)


SCHEDULE = [
    Periodic(
        name="accounts.purge_sign_ins",
        every=timedelta(days=1),
        run=purge_sign_ins,
        says="Removes devices, mailed links, tokens and unconfirmed second factors that nobody can use any more.",
    ),
    Periodic(
        name="accounts.purge_exports",
        every=timedelta(hours=1),
        run=purge_exports,
        says="Removes archives of personal data that are a week old.",
    ),
]
