"""What registering, cancelling and promoting refuse."""

from lyceum.core.errors import Refusal


class AlreadyRegistered(Refusal):
    code = "ALREADY_REGISTERED"
    status = 400
    message = "You are already registered for this event. Your place is under “My registrations”."


class EventFull(Refusal):
    code = "EVENT_FULL"
    status = 400
    message = "Every place at this event is taken."
    # A seat may come free, so a repeated request asks anew.
    transient = True


class RegistrationClosed(Refusal):
    code = "REGISTRATION_CLOSED"
    status = 409
    message = "Registration for this event is closed."


class PaymentUnavailable(Refusal):
    code = "PAYMENT_UNAVAILABLE"
    status = 409
    message = "This ticket costs money, and paying isn't possible here yet. Please ask the organizer."


class NotWaitlisted(Refusal):
    code = "NOT_WAITLISTED"
    status = 400
    message = "This person isn't on the waiting list."


class EmptyWaitlist(Refusal):
    code = "EMPTY_WAITLIST"
    status = 400
    message = "Nobody is on the waiting list."


class AlreadyCancelled(Refusal):
    code = "ALREADY_CANCELLED"
    status = 400
    message = "This registration is already cancelled."


class CannotCancel(Refusal):
    code = "CANNOT_CANCEL"
    status = 400
    message = "This registration can't be cancelled any more, because the event has started."


class NotConfirmed(Refusal):
    code = "NOT_CONFIRMED"
    status = 409
    message = "Only somebody with a confirmed place can do this."


class NotStarted(Refusal):
    code = "EVENT_NOT_STARTED"
    status = 409
    message = "Nobody can have missed an event before it starts."


class NameStands(Refusal):
    code = "NAME_STANDS"
    status = 409
    message = "This person has given their name themselves, so it stays as it is. They can tell you if it is wrong."


class NotHeld(Refusal):
    code = "NOT_HELD"
    status = 409
    message = "This seat isn't held any more, because it wasn't paid for in time. Please register again."
