"""Remove what learning and recordings have copied to rows of their own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_without_meetings"),
        ("learning", "0001_initial"),
        ("recordings", "0001_initial"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='event',
            name='assignments_enabled',
        ),
        migrations.RemoveField(
            model_name='event',
            name='auto_publish_recordings',
        ),
        migrations.RemoveField(
            model_name='event',
            name='modules_enabled',
        ),
        migrations.RemoveField(
            model_name='event',
            name='passing_score_percent',
        ),
        migrations.RemoveField(
            model_name='event',
            name='recording_access_level',
        ),
        migrations.RemoveField(
            model_name='event',
            name='recording_enabled',
        ),
        migrations.RemoveField(
            model_name='event',
            name='require_assignments_passed',
        ),
        migrations.RemoveField(
            model_name='event',
            name='require_module_completion',
        ),
    ]
