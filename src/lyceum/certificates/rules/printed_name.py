"""The name under which a person appears on a certificate."""

from __future__ import annotations

from lyceum.core.personal_data import is_erased_address
from lyceum.registrations.models import Registration


def printed_name(registration: Registration) -> str:
    """Return the name to print: what the person registered with, else their account's; blank where there is none.

    The account's name is told of nobody whom somebody else has typed in, before they take the registration as theirs.
    An address never stands in for a name, whoever wrote it there, because a certificate is shown to anybody. Whoever
    has deleted their account has no name here any more.
    """
    if is_erased_address(registration.email):
        return ""
    return registration.shown_name
