from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("email", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="emaillog", name="email_pending_is_due_sometime"),
        migrations.RemoveIndex(model_name="emaillog", name="email_due"),
        migrations.RemoveIndex(model_name="emaillog", name="email_leased"),
        migrations.RenameField(model_name="emaillog", old_name="next_attempt_at", new_name="due_at"),
        migrations.AlterField(
            model_name="emaillog",
            name="attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="emaillog",
            constraint=models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(status="pending"), name="email_pending_is_due_sometime"
            ),
        ),
        migrations.AddIndex(
            model_name="emaillog",
            index=models.Index(
                fields=["due_at", "id"], name="email_due", condition=Q(status__in=["pending", "sending"])
            ),
        ),
    ]
