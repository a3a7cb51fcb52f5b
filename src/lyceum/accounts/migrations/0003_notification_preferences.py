"""What people want to be notified of moves from columns of the account to rows."""

import django.db.models.deletion
import lyceum.core.ids
from django.conf import settings
from django.db import migrations, models

# Column, topic, what counts for those who haven't said.
SWITCHES = [
    ("newsletter_subscribed", "newsletter", False),
    ("notify_event_reminders", "event_reminders", True),
    ("notify_certificate_issued", "certificate_issued", True),
    ("notify_marketing", "marketing", False),
    ("notify_new_registration", "new_registration", True),
    ("notify_event_summary", "event_summary", True),
]
BATCH = 1000


def copy_choices(apps, schema_editor):
    """Write a row for each switch that differs from its default; the others need none."""
    User = apps.get_model("accounts", "User")
    Preference = apps.get_model("accounts", "NotificationPreference")
    for column, topic, default in SWITCHES:
        people = User._base_manager.filter(**{column: not default}).values_list("pk", flat=True).order_by("pk")
        rows = [Preference(user_id=pk, topic=topic, channel="mail", wanted=not default) for pk in people]
        Preference._base_manager.bulk_create(rows, batch_size=BATCH)


def restore_choices(apps, schema_editor):
    """Put the choices back into the columns."""
    User = apps.get_model("accounts", "User")
    Preference = apps.get_model("accounts", "NotificationPreference")
    for column, topic, default in SWITCHES:
        said = Preference._base_manager.filter(topic=topic, channel="mail", wanted=not default)
        User._base_manager.filter(pk__in=said.values("user_id")).update(**{column: not default})


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_drop_token_blacklist'),
    ]

    operations = [
        migrations.CreateModel(
            name='NotificationPreference',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('topic', models.CharField(choices=[('event_reminders', 'Event Reminders'), ('certificate_issued', 'Certificate Issued'), ('new_registration', 'New Registration'), ('event_summary', 'Event Summary'), ('marketing', 'Marketing'), ('newsletter', 'Newsletter')], max_length=40)),
                ('channel', models.CharField(default='mail', max_length=20)),
                ('wanted', models.BooleanField()),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notification_preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'topic', 'channel'), name='notification_preference_once')],
            },
        ),
        migrations.RunPython(copy_choices, restore_choices),
    ]
