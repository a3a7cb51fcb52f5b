"""Attendance gets a row of its own; whatever was known moves there, and the registration's columns go."""

import django.db.models.deletion
import lyceum.core.ids
from django.conf import settings
from django.db import migrations, models

# Column of a registration → column of its attendance.
MOVED = {
    'checked_in_at': 'checked_in_at',
    'checked_in_by_id': 'checked_in_by_id',
    'checked_in_where': 'checked_in_where',
    'zoom_registrant_id': 'zoom_registrant_id',
    'attended_by_hand': 'attended_by_hand',
    'attendance_percent_by_hand': 'percent_by_hand',
    'attendance_notes': 'notes',
    'attended': 'attended',
    'attendance_percent': 'percent',
    'total_attendance_minutes': 'minutes',
    'sessions_attended': 'sessions_attended',
    'first_join_at': 'first_join_at',
    'last_leave_at': 'last_leave_at',
    'attendance_eligible': 'eligible',
    'attendance_decided_at': 'decided_at',
    'explanation': 'explanation',
    'attendance_override': 'override',
    'attendance_override_by_id': 'override_by_id',
    'attendance_override_reason': 'override_reason',
    'attendance_override_at': 'override_at',
}
# The key of the registration serves as the new row's own, so that one statement copies everything.
COPY = f"""
INSERT INTO registrations_attendance (id, created_at, updated_at, registration_id, event_id, {', '.join(MOVED.values())})
SELECT id, created_at, updated_at, id, event_id, {', '.join(MOVED)} FROM registrations_registration
WHERE checked_in_at IS NOT NULL OR checked_in_by_id IS NOT NULL OR checked_in_where <> '' OR zoom_registrant_id <> ''
OR attended_by_hand IS NOT NULL OR attendance_percent_by_hand IS NOT NULL OR attendance_notes <> ''
OR attended OR attendance_percent > 0 OR total_attendance_minutes > 0 OR sessions_attended > 0
OR first_join_at IS NOT NULL OR last_leave_at IS NOT NULL
OR attendance_eligible OR attendance_decided_at IS NOT NULL OR CAST(explanation AS text) <> '[]'
OR attendance_override IS NOT NULL OR attendance_override_by_id IS NOT NULL OR attendance_override_reason <> ''
OR attendance_override_at IS NOT NULL
"""
COPY_BACK = f"""
UPDATE registrations_registration SET {', '.join(f'{old} = moved.{new}' for old, new in MOVED.items())}
FROM registrations_attendance AS moved WHERE moved.registration_id = registrations_registration.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_search'),
        ('registrations', '0003_pending_is_held'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('checked_in_at', models.DateTimeField(blank=True, null=True)),
                ('checked_in_where', models.CharField(blank=True, max_length=200)),
                ('zoom_registrant_id', models.CharField(blank=True, max_length=100)),
                ('attended_by_hand', models.BooleanField(blank=True, null=True)),
                ('percent_by_hand', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('notes', models.CharField(blank=True, max_length=500)),
                ('attended', models.BooleanField(default=False)),
                ('percent', models.PositiveSmallIntegerField(default=0)),
                ('minutes', models.PositiveIntegerField(default=0)),
                ('sessions_attended', models.PositiveSmallIntegerField(default=0)),
                ('first_join_at', models.DateTimeField(blank=True, null=True)),
                ('last_leave_at', models.DateTimeField(blank=True, null=True)),
                ('eligible', models.BooleanField(default=False)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('explanation', models.JSONField(blank=True, default=list)),
                ('override', models.BooleanField(blank=True, null=True)),
                ('override_reason', models.CharField(blank=True, max_length=500)),
                ('override_at', models.DateTimeField(blank=True, null=True)),
                ('checked_in_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.event')),
                ('override_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('registration', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='attendance', to='registrations.registration')),
            ],
            options={
                'verbose_name_plural': 'attendance',
                'indexes': [models.Index(condition=models.Q(('zoom_registrant_id', ''), _negated=True), fields=['event', 'zoom_registrant_id'], name='attendance_zoom_registrant')],
                'constraints': [models.CheckConstraint(condition=models.Q(('override__isnull', True), models.Q(('override_reason', ''), _negated=True), _connector='OR'), name='attendance_override_says_why'), models.CheckConstraint(condition=models.Q(('percent__lte', 100), models.Q(('percent_by_hand__isnull', True), ('percent_by_hand__lte', 100), _connector='OR')), name='attendance_percent_at_most_100')],
            },
        ),
        migrations.RunSQL(COPY, COPY_BACK),
        migrations.RemoveConstraint(
            model_name='registration',
            name='registration_override_says_why',
        ),
        migrations.RemoveConstraint(
            model_name='registration',
            name='registration_percent_at_most_100',
        ),
        migrations.RemoveIndex(
            model_name='registration',
            name='registration_zoom_registrant',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_decided_at',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_eligible',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_notes',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_override',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_override_at',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_override_by',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_override_reason',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_percent',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attendance_percent_by_hand',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attended',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='attended_by_hand',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='checked_in_at',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='checked_in_by',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='checked_in_where',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='explanation',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='first_join_at',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='last_leave_at',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='sessions_attended',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='total_attendance_minutes',
        ),
        migrations.RemoveField(
            model_name='registration',
            name='zoom_registrant_id',
        ),
    ]
