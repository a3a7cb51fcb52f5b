"""What checking in refuses."""

from lyceum.core.errors import Refusal


class CheckInClosed(Refusal):
    code = "CHECK_IN_CLOSED"
    status = 409
    message = "Check-in isn't open: it is possible while an event is published or live."


class NotCheckedIn(Refusal):
    code = "NOT_CHECKED_IN"
    status = 409
    message = "This person isn't checked in, so they can't be checked out."


class UnknownCode(Refusal):
    code = "UNKNOWN_CODE"
    status = 404
    message = "No registration for this event has that code. Please check it and try again."
