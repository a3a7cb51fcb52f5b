"""Add the short text for lists, and whether an event has several sessions, as its sessions say."""

from typing import Any

from django.db import migrations, models
from django.db.models import Count, F, Q


def mark_several(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    sessions = apps.get_model("events", "EventSession").objects.using(using)
    # Of a cancelled event every session is cancelled; it keeps what it had.
    counting = sessions.filter(~Q(status="cancelled") | Q(event__status="cancelled"))
    several = counting.values("event").annotate(number=Count("pk")).filter(number__gt=1).values(event_pk=F("event"))
    apps.get_model("events", "Event").objects.using(using).filter(pk__in=several).update(is_multi_session=True)


class Migration(migrations.Migration):
    dependencies = [("events", "0006_meeting_owners")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="is_multi_session",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="event",
            name="short_description",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.RunPython(mark_several, migrations.RunPython.noop),
    ]
