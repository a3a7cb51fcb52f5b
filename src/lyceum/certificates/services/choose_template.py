"""Which template certificates are printed on."""

from __future__ import annotations

from uuid import UUID

from lyceum.certificates.errors import NoTemplate
from lyceum.certificates.models import CertificateTemplate, EventCertificateSettings
from lyceum.core.errors import ValidationRefused
from lyceum.events.models import Event


def choose_template(event: Event, named_id: UUID | None) -> CertificateTemplate | None:
    """Return the template that an organizer's order prints on: the one it names, the event's, the owner's default.

    None stands for the built-in design.
    Raises: ValidationRefused (422) for a stranger's, NoTemplate (400) for a deleted or inactive one.
    """
    if named_id is None:
        template = _chosen_for(event)
    else:
        template = CertificateTemplate.all_objects.filter(owner_id=event.owner_id, pk=named_id).first()
        if template is None:
            raise ValidationRefused({"template_uuid": ["You have no such template."]})
    if template is None:
        return _default_of(event)
    if not _is_usable(template):
        raise NoTemplate
    return template


def usual_template(event: Event) -> CertificateTemplate | None:
    """Return what the product prints on by itself: as above, but an inactive choice gives way to the default."""
    template = _chosen_for(event)
    return template if template is not None and _is_usable(template) else _default_of(event)


def _chosen_for(event: Event) -> CertificateTemplate | None:
    settings = EventCertificateSettings.objects.filter(event=event).select_related("template").first()
    return settings.template if settings is not None else None


def _default_of(event: Event) -> CertificateTemplate | None:
    return CertificateTemplate.objects.filter(owner_id=event.owner_id, is_default=True, is_active=True).first()


def _is_usable(template: CertificateTemplate) -> bool:
    return template.deleted_at is None and template.is_active
