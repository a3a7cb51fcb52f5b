"""What the views of attendance share."""

from __future__ import annotations

from lyceum.core.api.views import ApiView, Audience


class AttendanceView(ApiView):
    """What every view of an own event's attendance shares."""

    tag = "Attendance"

    audience = Audience.ORGANIZER
    scope = "registrations"
