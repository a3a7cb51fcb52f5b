"""Give each meeting a row of its own, beside the event or the session that it belongs to.

The columns that it comes from are removed by 0004, in a transaction of its own.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lyceum.core.ids

SESSION_COLUMNS = {
    "zoom_enabled": "enabled",
    "zoom_meeting_id": "number",
    "zoom_meeting_uuid": "occurrence_id",
    "zoom_join_url": "join_url",
    "zoom_host_url": "host_url",
    "zoom_passcode": "passcode",
}
EVENT_COLUMNS = {**SESSION_COLUMNS, "zoom_settings": "settings", "zoom_error": "error"}
# What an implicit session repeated of its event.
REPEATED = ("zoom_enabled", "zoom_meeting_id", "zoom_join_url")
BATCH = 1000


def copy_meetings(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    Meeting = apps.get_model("events", "Meeting")
    events = apps.get_model("events", "Event").objects.using(using).order_by("pk")
    sessions = apps.get_model("events", "EventSession").objects.using(using).select_related("event").order_by("pk")
    write(Meeting, using, (Meeting(event_id=row.pk, **values) for row in rows(events) if (values := of_event(row))))
    write(Meeting, using, (Meeting(session_id=row.pk, **values) for row in rows(sessions) if (values := of_session(row))))


def rows(queryset: Any) -> Iterator[Any]:
    """Yield a table's rows, a batch at a time: SQLite can't write while a long read is open."""
    last = None
    while batch := list((queryset.filter(pk__gt=last) if last else queryset)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def write(model: Any, using: str, meetings: Iterator[Any]) -> None:
    while batch := list(islice(meetings, BATCH)):
        model.objects.using(using).bulk_create(batch)


def of_event(event: Any) -> dict[str, Any]:
    values = {new: getattr(event, old) for old, new in EVENT_COLUMNS.items()}
    return values if any(values.values()) else {}


def of_session(session: Any) -> dict[str, Any]:
    """Return the meeting of a session; none for an implicit one that says nothing but what its event says."""
    own = {old: getattr(session, old) for old in SESSION_COLUMNS}
    if session.is_implicit:
        same = all(own[old] in ("", False, getattr(session.event, old)) for old in REPEATED)
        if same and not any(own[old] for old in own if old not in REPEATED):
            return {}
    return {SESSION_COLUMNS[old]: value for old, value in own.items()} if any(own.values()) else {}


class Migration(migrations.Migration):
    dependencies = [("events", "0002_search")]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('provider', models.CharField(choices=[('zoom', 'Zoom')], default='zoom', max_length=20)),
                ('enabled', models.BooleanField(default=False)),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('number', models.CharField(blank=True, db_index=True, default='', max_length=20)),
                ('occurrence_id', models.CharField(blank=True, default='', max_length=100)),
                ('join_url', models.URLField(blank=True, default='', max_length=1000)),
                ('host_url', models.URLField(blank=True, default='', max_length=1000)),
                ('passcode', models.CharField(blank=True, default='', max_length=64)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='events.event')),
                ('session', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='events.eventsession')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', False), ('session__isnull', True)), models.Q(('event__isnull', True), ('session__isnull', False)), _connector='OR'), name='meeting_of_event_or_session'), models.CheckConstraint(condition=models.Q(('provider__in', ['zoom'])), name='meeting_provider_known')],
            },
        ),
        migrations.RunPython(copy_meetings, migrations.RunPython.noop),
    ]
