"""Keep what events say of learning in rows of their own; the columns of events go afterwards, with events' 0005."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lyceum.core.ids

DEFAULTS = {
    "modules_enabled": False,
    "assignments_enabled": False,
    "require_module_completion": False,
    "require_assignments_passed": False,
    "passing_score_percent": 70,
}
BATCH = 1000


def copy_settings(apps: Any, schema_editor: Any) -> None:
    """Copy what differs from the defaults: no row means the defaults."""
    using = schema_editor.connection.alias
    Settings = apps.get_model("learning", "EventLearningSettings")
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
            name='EventLearningSettings',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('modules_enabled', models.BooleanField(default=False)),
                ('assignments_enabled', models.BooleanField(default=False)),
                ('require_module_completion', models.BooleanField(default=False)),
                ('require_assignments_passed', models.BooleanField(default=False)),
                ('passing_score_percent', models.PositiveSmallIntegerField(default=70)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='learning_settings', to='events.event')),
            ],
            options={
                'verbose_name_plural': 'event learning settings',
                'constraints': [models.CheckConstraint(condition=models.Q(('passing_score_percent__lte', 100)), name='learning_passing_score_range')],
            },
        ),
        migrations.RunPython(copy_settings, migrations.RunPython.noop),
    ]
