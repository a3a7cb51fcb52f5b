"""Drawing a PDF is leased like other due work; certificates that wait for theirs are due at once."""

from typing import Any

import django.db.models.functions
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

import lyceum.core.clock


def make_due(apps: Any, schema_editor: Any) -> None:
    certificates = apps.get_model("certificates", "Certificate")._base_manager
    certificates.filter(pdf_state="pending").update(pdf_due_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="pdf_due_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(make_due, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="certificate",
            name="pdf_due_at",
            field=models.DateTimeField(
                blank=True,
                db_default=django.db.models.functions.Now(),
                default=lyceum.core.clock.now,
                editable=False,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="certificate",
            name="pdf_attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveIndex(model_name="certificate", name="certificate_awaits_pdf"),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                fields=["pdf_due_at", "id"], name="certificate_awaits_pdf", condition=Q(pdf_state="pending")
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=~Q(pdf_state="pending") | Q(pdf_due_at__isnull=False), name="certificate_pdf_is_due_sometime"
            ),
        ),
    ]
