"""Carry over who has taken their registration as theirs, and what organizers noted beside attendance."""

from typing import Any

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def carry_over(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    rows = apps.get_model("registrations", "Registration").objects.using(using)
    notes = apps.get_model("registrations", "Attendance").objects.using(using).exclude(notes="")
    # Whoever registered for themselves was shown to the organizer already. Of those whom somebody else added, only
    # their own next step tells more than was typed.
    by_themselves = rows.filter(user__isnull=False, source__in=["self_registered", "invited", "api"])
    by_themselves.update(acknowledged_at=F("registered_at"))
    noted = rows.filter(pk__in=notes.order_by().values("registration"))
    noted.update(notes=Subquery(notes.filter(registration=OuterRef("pk")).values("notes")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('registrations', '0006_organizer_notes'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=False),
    ]
