"""Say of each interval that Zoom told who hosted the meeting, as far as the stored deliveries still say it."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def name_hosts(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    hosts = apps.get_model("events", "MeetingHost").objects.using(using)
    ids = {(row.account_id, row.host_id): row.pk for row in hosts.all()}
    told = (
        apps.get_model("inbound", "InboundDelivery")
        .objects.using(using)
        .filter(source="zoom", status="completed", about_id__isnull=False, records_created__gt=0)
        .order_by()
        .values_list("about_id", "occurrence", "payload__payload__account_id", "payload__payload__object__host_id")
        .distinct()
    )
    records = apps.get_model("registrations", "AttendanceRecord").objects.using(using).filter(source="zoom")
    for event_id, occurrence, account, host in list(told):
        if host_row := ids.get((str(account)[:100], str(host)[:100])):
            records.filter(event_id=event_id, meeting_uuid=occurrence).update(meeting_host_id=host_row)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_meeting_owners'),
        ('inbound', '0002_inbound_delivery'),
        ('registrations', '0004_attendance'),
    ]

    operations = [
        migrations.AddField(
            model_name='attendancerecord',
            name='meeting_host',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.meetinghost'),
        ),
        migrations.RunPython(name_hosts, migrations.RunPython.noop),
    ]
