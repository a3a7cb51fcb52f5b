"""Who a route is for."""

from enum import StrEnum


class Audience(StrEnum):
    """The least that a caller must be. Rows that are not theirs are absent whatever the audience."""

    ANYONE = "anyone"
    USER = "user"
    VERIFIED = "verified"
    ORGANIZER = "organizer"
    INSTRUCTOR = "instructor"
    STAFF = "staff"
    SIGNED = "signed"


# Where nobody is turned away for who they are.
OPEN = frozenset({Audience.ANYONE, Audience.SIGNED})
