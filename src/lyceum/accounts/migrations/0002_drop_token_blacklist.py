"""The tables of the library's token blacklist go: a sign-in's own row says which refresh token still works."""

from django.db import migrations
from django.db.migrations.recorder import MigrationRecorder

APP = "token_blacklist"
# The second points at the first.
TABLES = ["token_blacklist_blacklistedtoken", "token_blacklist_outstandingtoken"]


def forget_app(apps, schema_editor):
    """Drop the tables, if this database ever had them, and the record of how they came."""
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE IF EXISTS {schema_editor.quote_name(table)}")
    MigrationRecorder(schema_editor.connection).migration_qs.filter(app=APP).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(forget_app, migrations.RunPython.noop),
    ]
