"""What the demo data consists of: three accounts and a programme of events."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to sign in as."""

    role: str
    email: str
    first_name: str
    last_name: str
    title: str = ""
    organization: str = ""


ACCOUNTS = [
    DemoAccount("Admin", "admin@example.org", "Ada", "Admin"),
    DemoAccount("Organizer", "organizer@example.org", "Olu", "Adeyemi", "Head of Education", "Northgate Academy"),
    DemoAccount("Attendee", "attendee@example.org", "Mira", "Lindqvist", "Registered nurse", "St Brigid's Hospital"),
]
ABOUT_ORGANIZER = (
    "Northgate Academy has taught health professionals since 1998. Every course is accredited, small, and led by people"
    " who still practise."
)


@dataclass(frozen=True)
class DemoEvent:
    """One event: how many days ahead, at what time there, and what it is."""

    days_ahead: int
    at: time
    minutes: int
    values: dict[str, Any]


def event_values(event: DemoEvent, *, at: datetime) -> dict[str, Any]:
    """Return what `create_event` takes. Times are naive: the event's own zone decides."""
    day = at.date() + timedelta(days=event.days_ahead)
    # Weekdays only: nobody teaches a workshop on wound care on a Sunday.
    day += timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
    starts_at = datetime.combine(day, event.at)
    values = {"starts_at": starts_at, "duration_minutes": event.minutes, **event.values}
    if layout := values.pop("series", None):
        values["sessions"] = [
            {
                "title": title,
                "starts_at": starts_at + timedelta(days=7 * week),
                "duration_minutes": event.minutes,
                "session_number": week + 1,
            }
            for week, title in enumerate(layout)
        ]
        del values["starts_at"], values["duration_minutes"]
    return values


def _cpd(kind: str, value: str, note: str = "") -> dict[str, Any]:
    return {
        "cpd_enabled": True,
        "cpd_credit_type": kind,
        "cpd_credit_value": Decimal(value),
        "cpd_accreditation_note": note,
        "auto_issue_certificates": True,
    }


EVENTS = [
    DemoEvent(9, time(17, 30), 90, {
        "title": "Sepsis: the first hour",
        "description": "What to look for, what to give and whom to call, from three cases told by those who were"
        " there.\n\n"
        "Bring one question from your own ward. The last half hour belongs to them.",
        "event_type": "webinar", "format": "online", "timezone": "Europe/London",
        "capacity": 200, "waitlist_enabled": True, "skill_tags": ["sepsis", "emergency care"],
        **_cpd("CME", "1.5", "Accredited by the Northgate Board of Continuing Education."),
    }),
    DemoEvent(16, time(9, 0), 420, {
        "title": "Wound care that holds: a hands-on day",
        "description": "Six stations, twelve people, one day: assessment, debridement, compression, dressings, pain and"
        " documentation. You leave with a plan for your next three patients.",
        "event_type": "workshop", "format": "in_person", "location": "Northgate Academy, 14 Quay Street, Bristol",
        "timezone": "Europe/London", "capacity": 12, "waitlist_enabled": True,
        "skill_tags": ["wound care", "nursing"], **_cpd("CNE", "6"),
        "custom_fields": [
            {"label": "Where do you work?", "field_type": "select", "required": True,
             "options": ["Hospital", "Community", "Care home", "Elsewhere"]},
            {"label": "Anything you cannot eat?", "field_type": "text", "required": False},
        ],
    }),
    DemoEvent(23, time(18, 0), 60, {
        "title": "Reading a trial in twenty minutes",
        "description": "Four evenings with one paper each. You will learn to find the question, the comparison and the"
        " number that matters, and to say what it changes on Monday.",
        "event_type": "course", "format": "online", "event_format": "series", "timezone": "America/New_York",
        "skill_tags": ["evidence", "statistics"], **_cpd("CPD", "4"),
        "attendance_requirement": "minimum_sessions", "minimum_sessions_required": 3,
        "series": ["The question", "The comparison", "The number", "The decision"],
    }),
    DemoEvent(37, time(8, 30), 480, {
        "title": "Palliative care conference: a good last year",
        "description": "Twenty speakers on symptoms, families, money and grief, in person in Edinburgh and online"
        " everywhere.",
        "event_type": "conference", "format": "hybrid", "location": "Assembly Rooms, Edinburgh",
        "timezone": "Europe/London", "capacity": 350, "skill_tags": ["palliative care"], **_cpd("CPD", "7.5"),
    }),
]  # fmt: skip
