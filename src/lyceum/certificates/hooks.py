"""What certificates contribute to the apps below."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts.ports import register_statistics
from lyceum.certificates import selectors
from lyceum.certificates.models import CertificateTemplate, EventCertificateSettings
from lyceum.core.actors import Actor
from lyceum.core.errors import ValidationRefused
from lyceum.events.models import Event
from lyceum.events.ports import register_extension
from lyceum.registrations.ports import register_certificate_column

KEY = "certificate_template"


class CertificateExtension:
    """Which template an event prints on: one of its owner's own, or none for the default."""

    name = "certificates"

    def validate(self, *, values: Mapping[str, Any], event: Event, actor: Actor, at: datetime) -> Mapping[str, Any]:
        if KEY not in values or values[KEY] == self.read(event_ids=[event.pk])[event.pk][KEY]:
            return {}
        wanted = values[KEY]
        if wanted is None:
            return {KEY: None}
        own = CertificateTemplate.objects.filter(owner_id=event.owner_id, pk=wanted)
        active = own.values_list("is_active", flat=True).first()
        if active is None:
            raise ValidationRefused({KEY: ["You have no such template."]})
        if not active:
            raise ValidationRefused({KEY: ["This template is switched off. Please choose another one."]})
        return {KEY: wanted}

    def save(self, *, event: Event, values: Mapping[str, Any], actor: Actor, at: datetime) -> None:
        if KEY in values:
            EventCertificateSettings.objects.update_or_create(event=event, defaults={"template_id": values[KEY]})

    def read(self, *, event_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        chosen = dict(
            EventCertificateSettings.objects.filter(event_id__in=event_ids).values_list("event_id", "template_id")
        )
        return {event_id: {KEY: chosen.get(event_id)} for event_id in event_ids}

    def copy(self, *, source: Event, target: Event, actor: Actor, at: datetime) -> None:
        own = EventCertificateSettings.objects.filter(
            event=source, template__owner_id=target.owner_id, template__deleted_at__isnull=True
        ).first()
        if own is not None:
            EventCertificateSettings.objects.update_or_create(event=target, defaults={"template_id": own.template_id})


register_extension(CertificateExtension())
register_statistics(selectors.statistics)
register_certificate_column(selectors.issued_certificate_of_registration)
