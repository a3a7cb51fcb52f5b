"""Take the address with which an organizer signs in off what certificates say; their holders read that.

What was drawn stays drawn. An organizer's public contact is printed on what is issued from now on.
"""

from typing import Any

from django.db import migrations

BATCH = 500


def forget_sign_in_addresses(apps: Any, schema_editor: Any) -> None:
    for model, column in (("Award", "wording"), ("Certificate", "certificate_data")):
        rows = apps.get_model("certificates", model)._base_manager
        told = rows.filter(**{f"{column}__has_key": "organizer_email"}).exclude(**{f"{column}__organizer_email": ""})
        batch: list[Any] = []
        for row in told.only("pk", column).iterator(chunk_size=BATCH):
            getattr(row, column)["organizer_email"] = ""
            batch.append(row)
            if len(batch) == BATCH:
                rows.bulk_update(batch, [column])
                batch = []
        rows.bulk_update(batch, [column])


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_awards")]

    operations = [migrations.RunPython(forget_sign_in_addresses, migrations.RunPython.noop, elidable=False)]
