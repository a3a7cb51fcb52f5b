"""What the events app refuses, beyond the refusals that every app has."""

from lyceum.core.errors import InvalidState, Refusal


class EventLocked(InvalidState):
    message = "These details can't be changed any more in the event's current state."


class CapacityBelowSeats(Refusal):
    code = "CAPACITY_BELOW_SEATS"
    status = 409
    message = "More seats are taken than that. Cancel some registrations first, or choose a higher capacity."


class EventHasRegistrations(InvalidState):
    message = "People have registered for this event. Cancel the event instead."


class EventOver(InvalidState):
    message = "The event's end lies in the past. Give it a new time first."


class MeetingClaimed(Refusal):
    code = "MEETING_CLAIMED"
    status = 409
    message = (
        "Another organizer has entered this meeting's number. If the meeting is yours, start it in Zoom, signed in "
        "there with the address of your account here, and enter the number again. Otherwise ask the people who run "
        "this site."
    )


class LastSession(Refusal):
    code = "LAST_SESSION"
    status = 409
    message = "An event keeps at least one session. Cancel or delete the event instead."


class SessionInUse(Refusal):
    code = "SESSION_IN_USE"
    status = 409
    message = "There is attendance for this session, so it can't be deleted. Cancel it instead."


class TicketTypeInUse(Refusal):
    code = "TICKET_TYPE_IN_USE"
    status = 409
    message = "Places of this ticket type have been taken, so it can't be deleted. Deactivate it instead."


class DefaultTicketType(Refusal):
    code = "DEFAULT_TICKET_TYPE"
    status = 409
    message = "An event keeps its default ticket type. It can be renamed, and its price follows the event's."


class FieldHasAnswers(Refusal):
    code = "FIELD_HAS_ANSWERS"
    status = 409
    message = "People may have answered this question, so its kind can't change. Add a new question instead."


class ReminderExists(Refusal):
    code = "REMINDER_EXISTS"
    status = 409
    message = "There is already a reminder at that moment."


class ReminderSent(InvalidState):
    message = "This reminder has been sent already."


class InvitationUsed(InvalidState):
    message = "This invitation was used to register, so it can't be taken back."
