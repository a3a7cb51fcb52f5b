"""Keep what events say of recordings in rows of their own; the columns of events go afterwards, with events' 0005."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lyceum.core.ids

DEFAULTS = {
    "recording_enabled": True,
    "auto_publish_recordings": False,
    "recording_access_level": "registrants",
}
BATCH = 1000


def copy_settings(apps: Any, schema_editor: Any) -> None:
    """Copy what differs from the defaults: no row means the defaults."""
    using = schema_editor.connection.alias
    Settings = apps.get_model("recordings", "EventRecordingSettings")
    events = apps.get_model("events", "Event").objects.using(using).exclude(**DEFAULTS).order_by("pk")
    last = None
    while batch := list((events.filter(pk__gt=last) if last else events)[:BATCH]):
        rows = [Settings(event_id=row.pk, **{name: getattr(row, name) for name in DEFAULTS}) for row in batch]
        Settings.objects.using(using).bulk_create(rows)
        last = batch[-1].pk


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('events', '0002_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventRecordingSettings',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('recording_enabled', models.BooleanField(default=True)),
                ('auto_publish_recordings', models.BooleanField(default=False)),
                ('recording_access_level', models.CharField(choices=[('registrants', 'Registrants'), ('attendees', 'Attendees'), ('certificate_holders', 'Certificate Holders'), ('public', 'Public')], default='registrants', max_length=20)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='recording_settings', to='events.event')),
            ],
            options={
                'verbose_name_plural': 'event recording settings',
                'constraints': [models.CheckConstraint(condition=models.Q(('recording_access_level__in', ['registrants', 'attendees', 'certificate_holders', 'public'])), name='recording_access_known')],
            },
        ),
        migrations.RunPython(copy_settings, migrations.RunPython.noop),
    ]
