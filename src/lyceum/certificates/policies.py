"""Who may do what with certificates and their templates."""

from lyceum.certificates.models import CertificateTemplate
from lyceum.core.actors import Actor
from lyceum.core.errors import PermissionDenied
from lyceum.core.ownership import may_manage
from lyceum.events.models import Event


def may_make_templates(actor: Actor) -> bool:
    """Say whether an account makes templates: organizers and staff do, the product itself never."""
    return actor.is_user and (actor.has_role("organizer") or actor.is_staff)


def may_issue(actor: Actor, event: Event) -> bool:
    """Say whether an actor may issue and revoke an event's certificates: whoever manages the event."""
    return may_manage(actor, event.owner_id)


def require_template_maker(actor: Actor) -> None:
    """Raises: PermissionDenied (403) for whoever makes no templates."""
    if not may_make_templates(actor):
        raise PermissionDenied


def require_template_manager(actor: Actor, template: CertificateTemplate) -> None:
    """Raises: PermissionDenied (403) for whoever doesn't manage the template."""
    if not may_manage(actor, template.owner_id):
        raise PermissionDenied


def require_issuer(actor: Actor, event: Event) -> None:
    """Raises: PermissionDenied (403) for whoever may not issue the event's certificates."""
    if not may_issue(actor, event):
        raise PermissionDenied
