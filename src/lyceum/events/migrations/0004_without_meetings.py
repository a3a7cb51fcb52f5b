"""Remove what 0003 has copied to the rows of meetings."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0003_meeting")]

    operations = [
        migrations.RemoveField(
            model_name='event',
            name='zoom_enabled',
        ),
        migrations.RemoveField(
            model_name='event',
            name='zoom_error',
        ),
        migrations.RemoveField(
            model_name='event',
            name='zoom_host_url',
        ),
        migrations.RemoveField(
            model_name='event',
            name='zoom_join_url',
        ),
        migrations.RemoveField(
            model_name='event',
            name='zoom_meeting_id',
        ),
        migrations.RemoveField(
            model_name='event',
            name='zoom_meeting_uuid',
        ),
        migrations.RemoveField(
            model_name='event',
            name='zoom_passcode',
        ),
        migrations.RemoveField(
            model_name='event',
            name='zoom_settings',
        ),
        migrations.RemoveField(
            model_name='eventsession',
            name='zoom_enabled',
        ),
        migrations.RemoveField(
            model_name='eventsession',
            name='zoom_host_url',
        ),
        migrations.RemoveField(
            model_name='eventsession',
            name='zoom_join_url',
        ),
        migrations.RemoveField(
            model_name='eventsession',
            name='zoom_meeting_id',
        ),
        migrations.RemoveField(
            model_name='eventsession',
            name='zoom_meeting_uuid',
        ),
        migrations.RemoveField(
            model_name='eventsession',
            name='zoom_passcode',
        ),
    ]
