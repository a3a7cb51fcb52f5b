"""The columns go in a transaction of their own: PostgreSQL alters no table that has rows waiting to be checked."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_notification_preferences'),
    ]

    operations = [
        migrations.RemoveField(model_name='user', name='newsletter_subscribed'),
        migrations.RemoveField(model_name='user', name='notify_certificate_issued'),
        migrations.RemoveField(model_name='user', name='notify_event_reminders'),
        migrations.RemoveField(model_name='user', name='notify_event_summary'),
        migrations.RemoveField(model_name='user', name='notify_marketing'),
        migrations.RemoveField(model_name='user', name='notify_new_registration'),
    ]
