"""Say whose each meeting is, and part the links of sessions from their rooms.

A Zoom host belongs to the organizer at whose event its first stored delivery was taken in; a number to the host that
used it last, else to the first organizer who entered it. Links that stood in a room or a place, which visitors read,
move to where people with a seat get them.
"""

from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Min, Q

import lyceum.core.ids
from lyceum.events.rules.places import as_link, holds_link

BATCH = 1000
HELD = ("started", "ended", "participant_joined", "participant_left", "participant_jbh_joined", "participant_jbh_left")
HELD_TYPES = [f"{family}.{name}" for family in ("meeting", "webinar") for name in HELD]
MOVED = "The place held a link or a passcode, which visitors could read; it was taken out of there: "


def rows(queryset: Any) -> Iterator[Any]:
    """Yield a table's rows, a batch at a time: SQLite can't write while a long read is open."""
    last = None
    while batch := list((queryset.filter(pk__gt=last) if last else queryset).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def name_owners(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    Meeting = apps.get_model("events", "Meeting").objects.using(using)
    Meeting.exclude(number="").update(claimed_at=F("created_at"))
    hosts, used = name_hosts(apps, using)
    name_numbers(apps, using, hosts, used)


def name_hosts(apps: Any, using: str) -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    """Make the rows of hosts; return them by their names at Zoom, and the host that each number was used by last."""
    Host = apps.get_model("events", "MeetingHost")
    owners = dict(apps.get_model("events", "Event").objects.using(using).values_list("pk", "owner_id"))
    told = (
        apps.get_model("inbound", "InboundDelivery")
        .objects.using(using)
        .filter(source="zoom", status="completed", about_id__isnull=False, event_type__in=HELD_TYPES)
        .order_by()
        .values_list("payload__payload__account_id", "payload__payload__object__host_id", "subject", "about_id")
        .annotate(first=Min("occurred_at"))
    )
    hosts: dict[tuple[str, str], Any] = {}
    used: dict[str, Any] = {}
    for account, host, number, event_id, first in sorted(told, key=lambda row: row[4]):
        if not (isinstance(account, str) and account and isinstance(host, str) and host) or event_id not in owners:
            continue
        names = account[:100], host[:100]
        if names not in hosts:
            hosts[names] = Host(
                account_id=names[0], host_id=names[1], owner_id=owners[event_id], proof="ran", since=first
            )
        used[number] = hosts[names]
    Host.objects.using(using).bulk_create(hosts.values(), batch_size=BATCH)
    return hosts, used


def name_numbers(apps: Any, using: str, hosts: dict[tuple[str, str], Any], used: dict[str, Any]) -> None:
    Number = apps.get_model("events", "MeetingNumber")
    entered = apps.get_model("events", "Meeting").objects.using(using).exclude(number="")
    # The first to have entered it of those whose event still stands, else the first of all.
    stands = Q(event__isnull=False, event__deleted_at__isnull=True) & ~Q(event__status="cancelled")
    stands |= Q(session__isnull=False, session__event__deleted_at__isnull=True) & ~Q(
        session__event__status="cancelled"
    )
    first: dict[str, Any] = {}
    for chosen in (entered.filter(stands), entered):
        for number, of_event, of_session, at in chosen.order_by("claimed_at", "pk").values_list(
            "number", "event__owner_id", "session__event__owner_id", "claimed_at"
        ):
            first.setdefault(
                number, Number(number=number, owner_id=of_event or of_session, host=used.get(number), since=at)
            )
    Number.objects.using(using).bulk_create(first.values(), batch_size=BATCH)


def part_links_from_places(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    for row in rows(apps.get_model("events", "EventSession").objects.using(using).exclude(room="")):
        if holds_link(row.room):
            keep_link(apps, using, row.room, session_id=row.pk, event_id=row.event_id)
            type(row).objects.using(using).filter(pk=row.pk).update(room="")
    for row in rows(apps.get_model("events", "Event").objects.using(using).exclude(location="")):
        if holds_link(row.location):
            keep_link(apps, using, row.location, event_id=row.pk)
            type(row).objects.using(using).filter(pk=row.pk).update(location="")
            words = "\n".join([row.title, row.description, *row.skill_tags]).lower()
            apps.get_model("events", "EventSearchText").objects.using(using).filter(event_id=row.pk).update(body=words)


def keep_link(apps: Any, using: str, said: str, *, event_id: Any, session_id: Any = None) -> None:
    """Move a link to the meeting, where its organizer finds it; what can't be moved as it is, they are told of."""
    Meeting = apps.get_model("events", "Meeting")
    whose = {"session_id": session_id} if session_id else {"event_id": event_id}
    meeting = Meeting.objects.using(using).filter(**whose).first()
    if meeting is None:
        meeting = Meeting(**whose, **meeting_of_implicit(apps, using, session_id, event_id))
    link = as_link(said)
    if link and meeting.join_url in ("", link):
        meeting.join_url = link
    else:
        meeting.error = f"{MOVED}{said}"[:500]
    meeting.save(using=using)


def meeting_of_implicit(apps: Any, using: str, session_id: Any, event_id: Any) -> dict[str, Any]:
    """Return what the own meeting of an implicit session begins with: until now it met where its event does."""
    Session, Meeting = apps.get_model("events", "EventSession"), apps.get_model("events", "Meeting")
    if not session_id or not Session.objects.using(using).filter(pk=session_id, is_implicit=True).exists():
        return {}
    columns = ("enabled", "number", "join_url", "claimed_at")
    return Meeting.objects.using(using).filter(event_id=event_id).values(*columns).first() or {}


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_without_learning_and_recordings'),
        ('inbound', '0002_inbound_delivery'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(
            model_name='eventsession',
            old_name='room_or_link',
            new_name='room',
        ),
        migrations.AddField(
            model_name='meeting',
            name='claimed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='MeetingHost',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('provider', models.CharField(choices=[('zoom', 'Zoom')], default='zoom', max_length=20)),
                ('account_id', models.CharField(max_length=100)),
                ('host_id', models.CharField(max_length=100)),
                ('proof', models.CharField(choices=[('ran', 'Ran'), ('address', 'Address'), ('staff', 'Staff')], default='ran', max_length=10)),
                ('since', models.DateTimeField()),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='meeting_hosts', to=settings.AUTH_USER_MODEL)),
            ],
        options={"constraints": [models.UniqueConstraint(fields=('provider', 'account_id', 'host_id'), name='meeting_host_once'), models.CheckConstraint(condition=models.Q(('provider__in', ['zoom'])), name='meeting_host_provider_known'), models.CheckConstraint(condition=models.Q(('proof__in', ['ran', 'address', 'staff'])), name='meeting_host_proof_known'), models.CheckConstraint(condition=models.Q(models.Q(('account_id', ''), _negated=True), models.Q(('host_id', ''), _negated=True)), name='meeting_host_named')],},),
        migrations.CreateModel(
            name='MeetingNumber',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('provider', models.CharField(choices=[('zoom', 'Zoom')], default='zoom', max_length=20)),
                ('number', models.CharField(max_length=20)),
                ('since', models.DateTimeField()),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='numbers', to='events.meetinghost')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        options={"constraints": [models.UniqueConstraint(fields=('provider', 'number'), name='meeting_number_once'), models.CheckConstraint(condition=models.Q(('provider__in', ['zoom'])), name='meeting_number_provider_known'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='meeting_number_not_blank')],},),
        migrations.RunPython(name_owners, migrations.RunPython.noop),
        migrations.RunPython(part_links_from_places, migrations.RunPython.noop),
    ]
