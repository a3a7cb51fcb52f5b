"""What attendance stores; the rows belong to the registrations app."""

from lyceum.registrations.attendance.models.attendance_mark import AttendanceMark
from lyceum.registrations.attendance.models.attendance_record import AttendanceRecord, AttendanceRecordQuerySet
from lyceum.registrations.attendance.models.session_attendance import SessionAttendance

__all__ = ["AttendanceMark", "AttendanceRecord", "AttendanceRecordQuerySet", "SessionAttendance"]
