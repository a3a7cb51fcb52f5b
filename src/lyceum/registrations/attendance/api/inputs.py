"""What the attendance routes read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import CharField, UUIDField
from lyceum.registrations.attendance.api.outputs import Json
from lyceum.registrations.services.bulk_add import AT_MOST


class OverrideInput(Json):
    """`eligible` null gives the decision back to the rules; otherwise `reason` says why."""

    eligible = serializers.BooleanField(allow_null=True)
    reason = CharField(required=False, allow_blank=True, allow_null=True, max_length=500)


class MatchInput(Json):
    """`registration_uuid` null takes a match back."""

    registration_uuid = UUIDField(allow_null=True)


class AttendanceUpdateInput(serializers.Serializer[Any]):
    """What an organizer enters by hand; `notes` says why."""

    attended = serializers.BooleanField()
    attendance_percent = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    notes = CharField(required=False, allow_blank=True, max_length=500)


class AttendanceRowInput(AttendanceUpdateInput):
    """One row of a bulk update."""

    registration_uuid = UUIDField()


class AttendanceBulkInput(serializers.Serializer[Any]):
    """At most 500 rows, all or none."""

    updates = serializers.ListField(child=AttendanceRowInput(), min_length=1, max_length=AT_MOST)


class CheckInInput(serializers.Serializer[Any]):
    """`where`: a door or a room, told to whoever scans the code a second time."""

    where = CharField(required=False, allow_blank=True, max_length=200)


class CheckInByCodeInput(CheckInInput):
    code = CharField(max_length=300)
