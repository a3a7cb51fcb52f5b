"""What the registrations app stores."""

from lyceum.registrations.models.answers import CustomFieldResponse
from lyceum.registrations.models.attendance import AttendanceMark, AttendanceRecord, SessionAttendance
from lyceum.registrations.models.guest_link import GuestLink
from lyceum.registrations.models.registration import Registration, RegistrationQuerySet, new_check_in_code

__all__ = [
    "AttendanceMark",
    "AttendanceRecord",
    "CustomFieldResponse",
    "GuestLink",
    "Registration",
    "RegistrationQuerySet",
    "SessionAttendance",
    "new_check_in_code",
]
