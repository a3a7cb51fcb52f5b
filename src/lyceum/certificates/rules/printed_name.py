"""The name under which a person appears on a certificate."""

from __future__ import annotations

from lyceum.registrations.models import Registration


def printed_name(registration: Registration) -> str:
    """Return the name to print: what the person registered with, else their account's; blank where there is none.

    An address never stands in for a name, because a certificate is shown to anybody.
    """
    return registration.full_name or (registration.user.full_name if registration.user else "")
