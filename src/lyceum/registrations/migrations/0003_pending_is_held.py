"""A pending registration is always held until some moment, so that the sweep finds it."""

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def hold_pending(apps, schema_editor):
    """Give pending registrations without a deadline one that is over now: the sweep releases their seats."""
    registrations = apps.get_model("registrations", "Registration").all_objects
    registrations.filter(status="pending", held_until__isnull=True).update(held_until=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("events", "0002_search"),
        ("registrations", "0002_holds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(hold_pending, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "pending"), _negated=True) | models.Q(("held_until__isnull", False)),
                name="registration_pending_is_held",
            ),
        ),
    ]
