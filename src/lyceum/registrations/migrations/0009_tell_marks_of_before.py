"""Say with marks what was stored beside them until now, so that it can be made anew from them.

Who a connection is and whose, check-ins, and what organizers said by hand. A check-in goes on counting for what it
counted for: the whole event, where that had several sessions.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import migrations

BATCH = 1000
NAMES = (
    "meeting_host_id", "zoom_user_id", "zoom_participant_id", "zoom_registrant_id", "participant_email",
    "participant_name", "is_host",
)  # fmt: skip
OF_MEETINGS = ("meeting_started", "meeting_ended", "joined", "left", "put_in_waiting_room", "admitted")


def batches(queryset: Any) -> Iterator[list[Any]]:
    """Yield a table's rows, a batch at a time: SQLite can't write while a long read is open."""
    last = None
    while batch := list((queryset.filter(pk__gt=last) if last else queryset).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def tell(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    models = {name: apps.get_model("registrations", name) for name in ("Attendance", "SessionAttendance")}
    Mark = apps.get_model("registrations", "AttendanceMark")
    records = apps.get_model("registrations", "AttendanceRecord").objects.using(using)
    sessions = apps.get_model("events", "EventSession").objects.using(using)
    for event_id in list(records.filter(source="zoom").order_by().values_list("event_id", flat=True).distinct()):
        own = records.filter(event_id=event_id, source="zoom").order_by("pk")
        Mark.objects.using(using).bulk_create(connections(Mark, list(own)), batch_size=500)
    for batch in batches(models["Attendance"].objects.using(using)):
        Mark.objects.using(using).bulk_create([one for row in batch for one in people(Mark, row)], batch_size=500)
        arrived = [row for row in batch if row.checked_in_at is not None]
        check_ins(Mark, records, sessions, arrived, using)
    overridden = models["SessionAttendance"].objects.using(using).filter(attendance_override__isnull=False)
    for batch in batches(overridden.select_related("session")):
        Mark.objects.using(using).bulk_create([session_override(Mark, row) for row in batch])


def connections(Mark: Any, rows: list[Any]) -> list[Any]:
    """Return who each connection of one event is, and whose."""
    grouped: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.meeting_uuid, row.participant_key].append(row)
    found = []
    for (meeting_uuid, key), own in grouped.items():
        about = {"event_id": own[0].event_id, "session_id": own[0].session_id, "meeting_uuid": meeting_uuid}
        about["participant_key"] = key
        said = {name: next((value for row in own if (value := getattr(row, name))), None) for name in NAMES}
        said = {name: value for name, value in said.items() if value is not None}
        moment = min(row.joined_at or row.left_at or row.created_at for row in own)
        found.append(Mark(kind="identified", moment=moment, **about, **said))
        whose = next((row for row in own if row.registration_id), None)
        aside = next((row for row in own if row.set_aside_at), None)
        if whose is not None:
            by = {"made_by_id": whose.matched_by_id, "answer": whose.matched_manually}
            when = whose.matched_at or whose.created_at
            found.append(Mark(kind="matched", moment=when, registration_id=whose.registration_id, **about, **by))
        elif aside is not None:
            found.append(Mark(kind="matched", moment=aside.set_aside_at, answer=True, **about))
    return found


def people(Mark: Any, row: Any) -> Iterator[Any]:
    """Yield what is known of one registration, but for its check-in."""
    about = {"event_id": row.event_id, "registration_id": row.registration_id}
    if row.zoom_registrant_id:
        yield Mark(kind="registrant", moment=row.updated_at, zoom_registrant_id=row.zoom_registrant_id, **about)
    if row.attended_by_hand is not None:
        said = {"answer": row.attended_by_hand, "percent": row.percent_by_hand}
        yield Mark(kind="entered", moment=row.updated_at, **said, **about)
    if row.override is not None or row.override_at is not None:
        said = {"answer": row.override, "words": row.override_reason, "made_by_id": row.override_by_id}
        yield Mark(kind="overridden", moment=row.override_at or row.updated_at, **said, **about)


def check_ins(Mark: Any, records: Any, sessions: Any, rows: list[Any], using: str) -> None:
    """Tell of check-ins, and name their intervals as the product does from now on."""
    keys = {f"c:{row.registration_id}": row for row in rows}
    stored = {record.participant_key: record for record in records.filter(source="check_in", participant_key__in=keys)}
    of_event: dict[Any, list[Any]] = defaultdict(list)
    counting = sessions.filter(event_id__in={row.event_id for row in rows}).exclude(status="cancelled")
    for session in counting.order_by("pk"):
        of_event[session.event_id].append(session.pk)
    marks = []
    for key, row in keys.items():
        record, own = stored.get(key), of_event[row.event_id]
        session_id = record.session_id if record is not None else (own[0] if len(own) == 1 else None)
        about = {"event_id": row.event_id, "session_id": session_id, "moment": row.checked_in_at}
        by = {"made_by_id": row.checked_in_by_id, "words": row.checked_in_where}
        marks.append(Mark(kind="checked_in", registration_id=row.registration_id, **about, **by))
        if record is None:
            continue
        name = f"{key}|{session_id}" if session_id else key
        records.filter(pk=record.pk).update(participant_key=name)
        if record.registration_id != row.registration_id:
            moved = {"registration_id": record.registration_id, "answer": True, "made_by_id": record.matched_by_id}
            marks.append(Mark(kind="matched", participant_key=name, **about, **moved))
    Mark.objects.using(using).bulk_create(marks, batch_size=500)


def session_override(Mark: Any, row: Any) -> Any:
    return Mark(
        event_id=row.session.event_id, session_id=row.session_id, registration_id=row.registration_id,
        kind="session_overridden", moment=row.updated_at, answer=row.attendance_override,
        words=row.attendance_override_reason, made_by_id=row.attendance_override_by_id,
    )  # fmt: skip


def forget(apps: Any, schema_editor: Any) -> None:
    """Keep what meetings told alone; the rest still stands where it stood before."""
    marks = apps.get_model("registrations", "AttendanceMark").objects.using(schema_editor.connection.alias)
    marks.exclude(kind__in=OF_MEETINGS).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('registrations', '0008_marks_of_everything'),
    ]

    operations = [
        migrations.RunPython(tell, forget),
    ]
