"""Every address of the product, as the URLconf has it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from lyceum.core.api.audience import Audience
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


def audience_of(callback: Any, action: str) -> str:
    """Who a route is for; a route that does not say is an error in the table."""
    view = view_of(callback)
    if view is not None and issubclass(view, ApiMixin):
        audience: Audience | None = view.audiences.get(action, getattr(view, "audience", None))
        return audience.value if audience else "UNSTATED"
    if getattr(view, "sign_in_needed", False):
        return "user"
    return "anyone"


def found_routes() -> dict[str, str]:
    """`METHOD /path` → audience, of everything there is."""
    return {
        f"{method.upper()} {path}": audience_of(callback, action)
        for path, callback in all_patterns()
        for method, action in methods_of(callback).items()
    }
