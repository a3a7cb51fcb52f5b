"""What the registrations app stores."""

from lyceum.registrations.attendance.models.attendance import Attendance
from lyceum.registrations.attendance.models.attendance_mark import AttendanceMark
from lyceum.registrations.attendance.models.attendance_record import AttendanceRecord
from lyceum.registrations.attendance.models.session_attendance import SessionAttendance
from lyceum.registrations.models.custom_field_response import CustomFieldResponse
from lyceum.registrations.models.guest_link import GuestLink
from lyceum.registrations.models.registration import (
    PersonColumns,
    Registration,
    RegistrationQuerySet,
    new_check_in_code,
)

__all__ = [
    "Attendance",
    "AttendanceMark",
    "AttendanceRecord",
    "CustomFieldResponse",
    "GuestLink",
    "PersonColumns",
    "Registration",
    "RegistrationQuerySet",
    "SessionAttendance",
    "new_check_in_code",
]
