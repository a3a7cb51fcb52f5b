"""What is done or given up has no due time any more; the index of due rows leaves it out already."""

from typing import Any

from django.db import migrations
from django.utils import timezone

OPEN = {"Delivery": ["pending"], "Job": ["queued", "running"]}


def clear(apps: Any, schema_editor: Any) -> None:
    for model, states in OPEN.items():
        apps.get_model("core", model).objects.exclude(status__in=states).update(due_at=None)


def fill(apps: Any, schema_editor: Any) -> None:
    """The release before wants a time in every row; of closed ones it asks for none."""
    for model in OPEN:
        apps.get_model("core", model).objects.filter(due_at=None).update(due_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("core", "0002_leases")]

    operations = [migrations.RunPython(clear, fill)]
