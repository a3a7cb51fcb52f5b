"""Every certificate stands for an award from now on: each registration that was issued one gets its award.

The award of a registration with several certificates, of which all but one are revoked, is that of the newest one.
"""

import uuid
from collections.abc import Iterator

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import lyceum.core.ids
import lyceum.core.models.fields

BATCH = 500
# What an award keeps of a certificate's words besides its columns.
WORDING = (
    "attendee_title", "attendee_organization", "event_end_date", "event_datetime", "event_timezone",
    "event_duration_minutes", "cpd_accreditation", "organizer_name", "organizer_email", "attendance_minutes",
    "attendance_percent", "custom_fields",
)
PERSONAL_WORDING = ("attendee_title", "attendee_organization", "custom_fields")


def give_awards(apps, schema_editor):
    Award, Certificate = apps.get_model("certificates", "Award"), apps.get_model("certificates", "Certificate")
    for registration_ids in registrations_with_certificates(Certificate):
        certificates = Certificate.objects.filter(registration_id__in=registration_ids)
        newest = {}
        for one in certificates.select_related("registration", "event").order_by("issued_at", "id"):
            newest[one.registration_id] = one
        Award.objects.bulk_create([award_of(Award, one) for one in newest.values()], batch_size=100)
        award = Award.objects.filter(kind="attendance", source_id=OuterRef("registration_id")).values("pk")[:1]
        certificates.update(award_id=Subquery(award))


def registrations_with_certificates(Certificate) -> Iterator[list[uuid.UUID]]:
    known = Certificate.objects.order_by("registration_id").values_list("registration_id", flat=True).distinct()
    ids = list(known[:BATCH])
    while ids:
        yield ids
        ids = list(known.filter(registration_id__gt=ids[-1])[:BATCH])


def award_of(Award, certificate):
    said, place = certificate.certificate_data or {}, certificate.registration
    wording = {key: said[key] for key in WORDING if key in said}
    erased = place.email.endswith("@deleted.invalid")
    if erased:
        wording = {key: value for key, value in wording.items() if key not in PERSONAL_WORDING}
    return Award(
        kind="attendance",
        source_id=place.pk,
        person_id=place.user_id,
        person_name="" if erased else said.get("attendee_name") or place.full_name,
        person_email="" if erased else place.email,
        subject_kind="event",
        subject_id=certificate.event_id,
        subject_title=said.get("event_title") or certificate.event.title,
        earned_on=certificate.event_date,
        credits=certificate.cpd_credits,
        credit_type=certificate.cpd_type,
        hours=certificate.hours_completed,
        skill_tags=certificate.skill_tags,
        wording=wording,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0002_pdf_lease'),
        ('events', '0002_search'),
        ('registrations', '0002_holds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.UUIDField(default=lyceum.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('attendance', 'Attendance')], max_length=20)),
                ('source_id', models.UUIDField()),
                ('person_name', models.CharField(blank=True, max_length=255)),
                ('person_email', lyceum.core.models.fields.LowercaseEmailField(blank=True, max_length=254)),
                ('subject_kind', models.CharField(choices=[('event', 'Event')], max_length=20)),
                ('subject_id', models.UUIDField()),
                ('subject_title', models.CharField(max_length=200)),
                ('earned_on', models.DateField()),
                ('credits', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('credit_type', models.CharField(blank=True, max_length=50)),
                ('hours', models.DecimalField(decimal_places=2, default=0, max_digits=6)),
                ('skill_tags', models.JSONField(blank=True, default=list)),
                ('wording', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['-earned_on', '-id'],
            },
        ),
        migrations.AddField(
            model_name='award',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='awards', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(fields=('kind', 'source_id'), name='award_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('credits__isnull', True), ('credits__gte', 0), _connector='OR'), name='award_credits_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('hours__gte', 0)), name='award_hours_not_negative'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('person__isnull', True), models.Q(('person_email', ''), _negated=True)), fields=['person_email'], name='award_without_account'),
        ),
        migrations.AlterField(
            model_name='certificate',
            name='event',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='events.event'),
        ),
        migrations.AlterField(
            model_name='certificate',
            name='registration',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='registrations.registration'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='award',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.award'),
        ),
        migrations.RunPython(give_awards, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='certificate',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.award'),
        ),
        migrations.RemoveConstraint(
            model_name='certificate',
            name='certificate_one_issued',
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at__isnull', True), ('status', 'issued')), fields=('award',), name='certificate_one_issued_per_award'),
        ),
    ]
