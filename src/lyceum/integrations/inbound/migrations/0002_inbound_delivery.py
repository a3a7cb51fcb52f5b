"""One inbox for every vendor: the log of Zoom's webhooks becomes its table, and keeps its rows.

A row that was being worked on keeps the end of its lease as the moment when it is due.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("inbound", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("ZoomWebhookLog", "zoom_webhook_status_known"),
        migrations.RemoveIndex("ZoomWebhookLog", "zoom_webhook_due"),
        migrations.RemoveIndex("ZoomWebhookLog", "zoom_webhook_meeting"),
        migrations.RenameModel("ZoomWebhookLog", "InboundDelivery"),
        migrations.AlterModelTable("InboundDelivery", "inbound_delivery"),
        migrations.AlterModelOptions(
            "InboundDelivery",
            {"ordering": ["-received_at", "-id"], "verbose_name_plural": "inbound deliveries"},
        ),
        migrations.RenameField("InboundDelivery", "webhook_id", "external_id"),
        migrations.RenameField("InboundDelivery", "event_timestamp", "occurred_at"),
        migrations.RenameField("InboundDelivery", "zoom_meeting_id", "subject"),
        migrations.RenameField("InboundDelivery", "zoom_meeting_uuid", "occurrence"),
        migrations.RenameField("InboundDelivery", "event_id", "about_id"),
        migrations.RenameField("InboundDelivery", "processing_status", "status"),
        migrations.RenameField("InboundDelivery", "processing_attempts", "attempts"),
        migrations.RenameField("InboundDelivery", "next_attempt_at", "due_at"),
        migrations.RenameField("InboundDelivery", "attendance_records_created", "records_created"),
        migrations.AlterField("InboundDelivery", "external_id", models.CharField(max_length=128)),
        migrations.AlterField("InboundDelivery", "subject", models.CharField(blank=True, max_length=200)),
        migrations.AlterField("InboundDelivery", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("InboundDelivery", "lease_until", models.DateTimeField(blank=True, null=True)),
        # Every row so far is Zoom's; a new one says where it is from.
        migrations.AddField("InboundDelivery", "source", models.CharField(db_default="zoom", max_length=20)),
        migrations.AlterField("InboundDelivery", "source", models.CharField(max_length=20)),
        migrations.AddConstraint(
            "InboundDelivery",
            models.UniqueConstraint(fields=["source", "external_id"], name="inbound_delivery_once"),
        ),
        migrations.AddConstraint(
            "InboundDelivery",
            models.CheckConstraint(
                condition=models.Q(("status__in", ["pending", "processing", "completed", "failed", "skipped"])),
                name="inbound_delivery_status_known",
            ),
        ),
        migrations.AddIndex(
            "InboundDelivery",
            models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at", "id"], name="inbound_delivery_due"
            ),
        ),
        migrations.AddIndex(
            "InboundDelivery",
            models.Index(fields=["source", "subject"], name="inbound_delivery_subject"),
        ),
        migrations.AddIndex(
            "InboundDelivery",
            models.Index(
                condition=models.Q(("due_at__isnull", True), ("status", "failed")),
                fields=["source"],
                name="inbound_delivery_failed",
            ),
        ),
    ]
