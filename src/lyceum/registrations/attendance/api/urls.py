"""Addresses of attendance."""

from django.urls import URLPattern, path

from lyceum.registrations.attendance.api.views.attendance import (
    AggregateAttendanceView,
    BulkAttendanceView,
    MatchAttendanceView,
    OverrideAttendanceView,
    RecomputeAttendanceView,
    SessionAttendanceView,
    SessionOverrideView,
    UnmatchedAttendanceView,
)
from lyceum.registrations.attendance.api.views.check_in import (
    CheckInByCodeView,
    CheckInView,
    CheckOutByCodeView,
    CheckOutView,
)

_EVENT = "events/<str:event_uuid>/"
_ROWS = f"{_EVENT}registrations/"

urlpatterns: list[URLPattern] = [
    path(f"{_ROWS}check-in/", CheckInByCodeView.as_view()),
    path(f"{_ROWS}<str:uuid>/check-in/", CheckInView.as_view()),
    path(f"{_ROWS}check-out/", CheckOutByCodeView.as_view()),
    path(f"{_ROWS}<str:uuid>/check-out/", CheckOutView.as_view()),
    path(f"{_ROWS}unmatched-attendance/", UnmatchedAttendanceView.as_view()),
    path(f"{_ROWS}match-attendance/<str:record_uuid>/", MatchAttendanceView.as_view()),
    path(f"{_ROWS}bulk-attendance/", BulkAttendanceView.as_view()),
    path(f"{_ROWS}recompute-attendance/", RecomputeAttendanceView.as_view()),
    path(f"{_ROWS}<str:uuid>/override-attendance/", OverrideAttendanceView.as_view()),
    path(f"{_EVENT}sessions/<str:session_uuid>/attendance/", SessionAttendanceView.as_view()),
    path(
        f"{_EVENT}sessions/<str:session_uuid>/attendance/<str:registration_uuid>/override/",
        SessionOverrideView.as_view(),
    ),
    path(f"{_EVENT}aggregate-attendance/", AggregateAttendanceView.as_view()),
]
