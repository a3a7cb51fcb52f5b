"""The five throttle scopes, each with buckets of its own, counted in fixed windows on the shared cache."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from lyceum.core.http.client_address import client_address
from lyceum.core.networks import network_of
from lyceum.core.rate_limits import hit


class ScopeThrottle(BaseThrottle):
    """Count each request in the view's scope: the named one, else `user` or `anon`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        # The schema's own views come from a library and state no scope.
        scope = getattr(view, "throttle_scope_name", "")
        # `auth_login` counts failures where they happen. A hundred guests behind one address must not lock its sign-in.
        if scope in {None, "auth_login"}:
            return True
        user = request.user
        signed_in = bool(user and user.is_authenticated)
        if scope == "":
            scope = "user" if signed_in else "anon"
        hit(scope, user_id=user.pk if signed_in else None, address=client_address(request))
        return True

    def get_ident(self, request: Request) -> str:
        """Return the caller's place, for whatever of the library's asks: never a raw address."""
        return network_of(client_address(request))
