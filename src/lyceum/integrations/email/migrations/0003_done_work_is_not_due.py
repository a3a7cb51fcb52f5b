"""A mail that has left, or never will, has no due time any more; the index of due rows leaves it out already."""

from typing import Any

from django.db import migrations


def clear(apps: Any, schema_editor: Any) -> None:
    closed = apps.get_model("email", "EmailLog").objects.exclude(status__in=["pending", "sending"])
    closed.filter(due_at__isnull=False).update(due_at=None)


class Migration(migrations.Migration):
    dependencies = [("email", "0002_leases")]

    operations = [migrations.RunPython(clear, migrations.RunPython.noop)]
