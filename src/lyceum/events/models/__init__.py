"""What the events app stores."""

from lyceum.events.models.custom_field import EventCustomField
from lyceum.events.models.event import (
    Event,
    EventSearchText,
    EventSkillTag,
    can_register,
    registration_closed_reason,
)
from lyceum.events.models.invitation import EventInvitation
from lyceum.events.models.meeting import Meeting
from lyceum.events.models.meeting_owner import MeetingHost, MeetingNumber
from lyceum.events.models.reminder import EventReminder
from lyceum.events.models.session import EventSession
from lyceum.events.models.status_history import EventStatusHistory
from lyceum.events.models.ticket_type import TicketType

__all__ = [
    "Event",
    "EventCustomField",
    "EventInvitation",
    "EventReminder",
    "EventSearchText",
    "EventSession",
    "EventSkillTag",
    "EventStatusHistory",
    "Meeting",
    "MeetingHost",
    "MeetingNumber",
    "TicketType",
    "can_register",
    "registration_closed_reason",
]
