"""What attendance stores; the rows belong to the registrations app."""

from lyceum.registrations.attendance.models.attendance import Attendance, AttendanceQuerySet, is_eligible_column
from lyceum.registrations.attendance.models.attendance_mark import AttendanceMark
from lyceum.registrations.attendance.models.attendance_record import AttendanceRecord, AttendanceRecordQuerySet
from lyceum.registrations.attendance.models.session_attendance import SessionAttendance

__all__ = [
    "Attendance",
    "AttendanceMark",
    "AttendanceQuerySet",
    "AttendanceRecord",
    "AttendanceRecordQuerySet",
    "SessionAttendance",
    "is_eligible_column",
]
