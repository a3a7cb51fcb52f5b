"""Editing a template: in place while nothing was printed on it, as a new version afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from lyceum.certificates.facts import TemplateChanged
from lyceum.certificates.models import CertificateTemplate, EventCertificateSettings
from lyceum.certificates.services.template_looks import LOOKS, apply_looks, stored_files
from lyceum.certificates.services.templates import lock_template, make_default
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.core.ids import new_id
from lyceum.core.ledger import publish

_LOOKS_GIVEN: Final = frozenset({
    "template_file", "design", "signature_image", "field_positions", "default_font", "default_font_size",
    "default_color",
})  # fmt: skip
_SAID: Final = ("name", "description", "is_active", "is_default")
_PICTURES: Final = ("preview_key", "sample_key")


def update_template(
    *, template_id: UUID, actor: Actor, at: datetime, changes: Mapping[str, Any]
) -> CertificateTemplate:
    """Change a template. What can be seen on paper never changes once a certificate was printed: then the answer
    is a new version, events follow to it, and the old one stays readable.

    Locks: User, CertificateTemplate (the whole family).
    Returns: the row that holds the change; its id differs from `template_id` when it is a new version.
    Raises: NotFound (404), ValidationRefused (422), TemplateSuperseded (409).
    Publishes: TemplateChanged.
    """
    draft = CertificateTemplate.objects.managed_by(actor).filter(pk=template_id).first()
    if draft is None:
        raise NotFound
    if changes.get("template_file") is not None and changes.get("design"):
        raise ValidationRefused({"design": ["Send either a file or a design, not both."]})
    before = {name: getattr(draft, name) for name in LOOKS}
    with stored_files() as kept:
        # Slow and fallible work first, on a copy of the row, without any lock.
        if _LOOKS_GIVEN & {key for key, value in changes.items() if value is not None}:
            apply_looks(draft, changes, kept)
        changed = {name: getattr(draft, name) for name in LOOKS if getattr(draft, name) != before[name]}
        with transaction.atomic():
            return _write(template_id, draft, changed, changes, actor, at)


def _write(
    template_id: UUID,
    draft: CertificateTemplate,
    looks: dict[str, Any],
    changes: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> CertificateTemplate:
    template = lock_template(template_id, actor)
    fork = bool(looks) and (template.is_used or not template.is_latest_version)
    said = {name: changes[name] for name in _SAID if changes.get(name) not in (None, getattr(template, name))}
    if not looks and not said:
        return template
    for name in said.keys() - {"is_default"}:
        setattr(template, name, said[name])
    if looks:
        for name, value in looks.items():
            setattr(template, name, value)
        for name in _PICTURES:
            setattr(template, name, getattr(draft, name))
    if fork:
        template = _as_new_version(template, at)
    _choose_default(template, said)
    template.save(force_insert=fork)
    if fork:
        EventCertificateSettings.objects.filter(template__family_id=template.family_id).update(
            template=template, updated_at=at
        )
    publish(TemplateChanged(template.id, template_id), actor=actor, about=template.id, at=at)
    return template


def _as_new_version(template: CertificateTemplate, at: datetime) -> CertificateTemplate:
    """Return the changed row as the family's next version, not saved; the family is locked."""
    family = CertificateTemplate.all_objects.filter(family_id=template.family_id)
    # Counted over all of the family, deleted ones too, under the lock: a fork of an old one gets a new number.
    highest = family.aggregate(highest=Max("version"))["highest"]
    latest = family.filter(is_latest_version=True)
    was_default = latest.filter(is_default=True).exists()
    latest.update(is_latest_version=False, is_default=False, updated_at=at)
    template.original_template_id = template.original_id
    template.id = template.pk = new_id()
    template._state.adding = True  # noqa: SLF001 -- Django's own way to say that this row is a new one
    template.version, template.is_latest_version, template.is_default = highest + 1, True, was_default
    template.usage_count, template.last_used_at = 0, None
    return template


def _choose_default(template: CertificateTemplate, changes: Mapping[str, Any]) -> None:
    wanted = changes.get("is_default")
    if wanted:
        make_default(template)
    elif wanted is False or not template.is_active:
        template.is_default = False
