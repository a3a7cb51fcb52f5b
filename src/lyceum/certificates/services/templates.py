"""Templates: made, copied, chosen, removed. Editing has its own module."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.accounts.models import User
from lyceum.certificates.errors import TemplateInUse, TemplateSuperseded
from lyceum.certificates.facts import TemplateChanged, TemplateCreated, TemplateDeleted
from lyceum.certificates.models import CertificateTemplate, EventCertificateSettings
from lyceum.certificates.policies import require_template_maker, require_template_manager
from lyceum.certificates.services.template_looks import LOOKS, apply_looks, stored_files
from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, MissingField, NotFound, ValidationRefused
from lyceum.core.ledger import publish


def create_template(
    *, actor: Actor, at: datetime, name: str, description: str = "", is_default: bool = False, **looks: Any
) -> CertificateTemplate:
    """Make a template from an uploaded background or a built-in design.

    Locks: User (when it becomes the default).
    looks: template_file or design; signature_image, field_positions, default_font, default_font_size, default_color.
    Raises: PermissionDenied (403), MissingField (400), ValidationRefused (422).
    Publishes: TemplateCreated.
    """
    require_template_maker(actor)
    upload, design = looks.get("template_file"), looks.get("design")
    if upload is None and not design:
        raise MissingField({"template_file": ["Upload a background, or choose a built-in design."]})
    if upload is not None and design:
        raise ValidationRefused({"design": ["Send either a file or a design, not both."]})
    template = CertificateTemplate(
        owner=User.objects.get(pk=actor.user_id),
        name=name,
        description=description,
        default_font="",
        default_font_size=0,
    )
    template.family_id = template.id
    with stored_files() as kept:
        apply_looks(template, looks, kept)
        with transaction.atomic():
            if is_default:
                _clear_default(template.owner_id)
                template.is_default = True
            template.save(force_insert=True)
            publish(TemplateCreated(template_id=template.id), actor=actor, about=template.id, at=at)
    return template


@transaction.atomic
def duplicate_template(*, template_id: UUID, actor: Actor, at: datetime) -> CertificateTemplate:
    """Copy a template; the copy starts again at version 1. The stored files never change, so both point at them.

    The lock keeps the template's files named by a row until the copy names them too.

    Locks: User, CertificateTemplate (the whole family).
    Raises: NotFound (404).
    Publishes: TemplateCreated.
    """
    require_template_maker(actor)
    source = lock_template(template_id, actor)
    copy = CertificateTemplate(
        owner_id=source.owner_id,
        name=f"Copy of {source.name}"[:100],
        description=source.description,
        preview_key=source.preview_key,
        **{name: getattr(source, name) for name in LOOKS},
    )
    copy.family_id = copy.id
    copy.save(force_insert=True)
    publish(TemplateCreated(template_id=copy.id), actor=actor, about=copy.id, at=at)
    return copy


@transaction.atomic
def set_default_template(*, template_id: UUID, actor: Actor, at: datetime) -> CertificateTemplate:
    """Make this the template that the owner's events print on when nothing else was chosen.

    Locks: User, CertificateTemplate.
    Raises: NotFound (404), TemplateSuperseded (409), InvalidState (409) when it is switched off.
    Publishes: TemplateChanged.
    """
    template = lock_template(template_id, actor)
    make_default(template)
    template.save(update_fields=["is_default", "updated_at"])
    publish(TemplateChanged(template.id, template.id), actor=actor, about=template.id, at=at)
    return template


def make_default(template: CertificateTemplate) -> None:
    """Move the default to this locked row, which the caller saves.

    Raises: TemplateSuperseded (409), InvalidState (409).
    """
    if not template.is_latest_version:
        raise TemplateSuperseded
    if not template.is_active:
        raise InvalidState("This template is switched off. Switch it on before making it the default.")
    _clear_default(template.owner_id)
    template.is_default = True


@transaction.atomic
def delete_template(*, template_id: UUID, actor: Actor, at: datetime) -> None:
    """Remove a template that nothing was printed on. Events that chose it go back to the owner's default.

    Locks: User, CertificateTemplate (the whole family).
    Raises: NotFound (404), TemplateInUse (409).
    Publishes: TemplateDeleted.
    """
    template = lock_template(template_id, actor)
    if template.is_used:
        raise TemplateInUse
    was_latest, was_default = template.is_latest_version, template.is_default
    template.is_default, template.is_latest_version, template.deleted_at = False, False, at
    template.save(update_fields=["is_default", "is_latest_version", "deleted_at", "updated_at"])
    EventCertificateSettings.objects.filter(template=template).update(template=None, updated_at=at)
    family = CertificateTemplate.objects.filter(family_id=template.family_id).order_by("-version").first()
    if was_latest and family is not None:
        family.is_latest_version, family.is_default = True, was_default and family.is_active
        family.save(update_fields=["is_latest_version", "is_default", "updated_at"])
    publish(TemplateDeleted(template_id=template.id), actor=actor, about=template.id, at=at)


@transaction.atomic
def restore_template(*, template_id: UUID, actor: Actor, at: datetime) -> CertificateTemplate:
    """Bring back a template of one's own that was removed.

    Locks: User, CertificateTemplate.
    Raises: NotFound (404).
    Publishes: TemplateChanged.
    """
    template = lock_template(template_id, actor, deleted=True)
    siblings = CertificateTemplate.objects.filter(family_id=template.family_id)
    template.is_latest_version = not siblings.filter(is_latest_version=True).exists()
    template.deleted_at = None
    template.save(update_fields=["is_latest_version", "deleted_at", "updated_at"])
    publish(TemplateChanged(template.id, template.id), actor=actor, about=template.id, at=at)
    return template


def lock_template(template_id: UUID, actor: Actor, *, deleted: bool = False) -> CertificateTemplate:
    """Return the template with its owner and its family locked, in this order.

    Raises: NotFound (404).
    """
    found = CertificateTemplate.all_objects.managed_by(actor).filter(pk=template_id, deleted_at__isnull=not deleted)
    template = found.owned_by(actor).first() if deleted else found.first()
    if template is None:
        raise NotFound
    require_template_manager(actor, template)
    User.all_objects.select_for_update(no_key=True).get(pk=template.owner_id)
    family = (
        CertificateTemplate.all_objects.select_for_update(no_key=True)
        .filter(family_id=template.family_id)
        .order_by("pk")
    )
    locked = next((row for row in family if row.pk == template_id), None)
    if locked is None or (locked.deleted_at is not None) != deleted:
        raise NotFound
    return locked


def _clear_default(owner_id: UUID) -> None:
    """Lock the owner, so that two defaults are chosen one after the other, and take the old one's mark away.

    Locks: User.
    """
    User.all_objects.select_for_update(no_key=True).get(pk=owner_id)
    CertificateTemplate.all_objects.filter(owner_id=owner_id, is_default=True).update(is_default=False)
