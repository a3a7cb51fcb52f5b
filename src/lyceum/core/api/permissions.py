"""One permission class: the route's audience, then an API key's scopes."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from lyceum.core.actors import Actor
from lyceum.core.api.audience import OPEN, Audience
from lyceum.core.api.scopes import lacking_scopes, opens
from lyceum.core.errors import STAFF_LACKS_SECOND_FACTOR, EmailNotVerified, NotAuthenticated, PermissionDenied


class AudiencePermission(BasePermission):
    """Let in whom the view's `audience` names; say 401 to nobody and 403 to the wrong role."""

    def has_permission(self, request: Request, view: Any) -> bool:
        audience: Audience = view.get_audience()
        actor: Actor = view.actor
        if audience in OPEN:
            return True
        if not actor.is_user:
            raise NotAuthenticated
        _check_role(audience, actor)
        _check_scope(view, request, actor)
        return True


def _check_role(audience: Audience, actor: Actor) -> None:
    if audience is Audience.STAFF and not actor.is_staff:
        raise PermissionDenied(STAFF_LACKS_SECOND_FACTOR if actor.lacks_second_factor else None)
    if audience is Audience.VERIFIED and not actor.email_verified:
        raise EmailNotVerified
    if audience is Audience.ORGANIZER and not (actor.has_role("organizer") or actor.is_staff):
        raise PermissionDenied("This is for organizers. You can become one in your account.")
    if audience is Audience.INSTRUCTOR and not (actor.has_role("instructor") or actor.is_staff):
        raise PermissionDenied("This is for instructors. You can become one in your account.")


def _check_scope(view: Any, request: Request, actor: Actor) -> None:
    method = request.method or "GET"
    if opens(view, method, actor):
        return
    lacking = lacking_scopes(view, method, actor)
    raise PermissionDenied("This API key doesn't allow that.", scope=lacking[0] if lacking else None)
