"""Who may do which verb."""

from lyceum.certificates.models import CertificateTemplate
from lyceum.core.actors import Actor
from lyceum.core.errors import PermissionDenied
from lyceum.events.models import Event


def may_make_templates(actor: Actor) -> None:
    """Let organizers and staff pass. Raises: PermissionDenied (403)."""
    if not (actor.is_user and (actor.is_organizer or actor.is_staff)):
        raise PermissionDenied


def may_change_template(actor: Actor, template: CertificateTemplate) -> None:
    """Let the owner and staff pass. Raises: PermissionDenied (403)."""
    if not (actor.is_system or actor.is_staff or template.owner_id == actor.user_id):
        raise PermissionDenied


def may_issue(actor: Actor, event: Event) -> None:
    """Let the event's owner, staff and the product itself pass. Raises: PermissionDenied (403)."""
    if not (actor.is_system or actor.is_staff or event.owner_id == actor.user_id):
        raise PermissionDenied
