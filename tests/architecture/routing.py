"""Every address of the product, as the URLconf has it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from lyceum.core.api.audience import Audience
from lyceum.core.api.scopes import needed_scopes
from lyceum.core.api.views import ApiMixin

METHODS = ["get", "post", "put", "patch", "delete"]


def all_patterns(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Path (as its route is written) and callback of everything but Django's own admin."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            if route != "admin/":
                yield from all_patterns(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield f"/{route}", pattern.callback


def methods_of(callback: Any) -> dict[str, str]:
    """HTTP method → the name of the function that answers it."""
    view = view_of(callback)
    if view is None:
        return {"get": "get"}
    if actions := getattr(callback, "actions", None):
        return {method: name for method, name in actions.items() if method in METHODS}
    return {method: method for method in METHODS if hasattr(view, method)}


def view_of(callback: Any) -> Any:
    return getattr(callback, "cls", None) or getattr(callback, "view_class", None)


def audience_of(callback: Any, method: str, action: str) -> str:
    """Who a route is for, and which scopes an API key needs there; a route that does not say is an error in the table.

    "-" lets no key in. Without scopes, nobody is asked who they are.
    """
    view = view_of(callback)
    if view is not None and issubclass(view, ApiMixin):
        audience: Audience | None = view.audiences.get(action, getattr(view, "audience", None))
        if audience is None:
            return "UNSTATED"
        if audience is Audience.SIGNED or not view.authentication_classes:
            return audience.value
        asked = SimpleNamespace(scope=view.scope, shows_people=view.shows_people, verb=action)
        return f"{audience.value}, {' + '.join(needed_scopes(asked, method.upper())) or '-'}"
    if getattr(view, "sign_in_needed", False):
        return "user"
    return "anyone"


def found_routes() -> dict[str, str]:
    """`METHOD /path` → audience and scopes, of everything there is."""
    return {
        f"{method.upper()} {path}": audience_of(callback, method, action)
        for path, callback in all_patterns()
        for method, action in methods_of(callback).items()
    }
