"""The words of an operation on the API page: its summary, its description, whom it is for."""

from __future__ import annotations

import inspect
from typing import Any

from lyceum.core.api.audience import Audience
from lyceum.core.api.scopes import needed_scopes

WHOM = {
    Audience.ANYONE: "anyone, signed in or not",
    Audience.USER: "anyone who is signed in",
    Audience.VERIFIED: "anyone who is signed in and has a verified email address",
    Audience.ORGANIZER: "organizers",
    Audience.INSTRUCTOR: "instructors",
    Audience.STAFF: "staff",
    Audience.SIGNED: "whoever holds the secret in the address, or can sign the body",
}


def summary_of(view: Any, method: str) -> str:
    """Return the first line of the method's docstring; an alias says that it is one."""
    first = _paragraphs(_handler(view, method))[0].replace("\n", " ").rstrip(".")
    return f"{first} (alias)" if alias_of(view, method) else first


def description_of(view: Any, method: str) -> str:
    """Return the class's docstring, the rest of the method's, and whom the operation is for, as Markdown."""
    target = alias_of(view, method)
    alias = [f"Another address for `{target}`, kept for older programs; both behave alike."] if target else []
    return "\n\n".join(
        [*alias, *_paragraphs(type(view)), *_paragraphs(_handler(view, method))[1:], _access(view, method)]
    )


def alias_of(view: Any, method: str) -> str:
    """Return method and address of the operation that this one repeats; blank for one that stands for itself."""
    return str(view.alias_of.get(method, ""))


def words_of_part(view: Any, path: str, name: str) -> str:
    """Return what a variable part of an address stands for: what the view says, else the id of what is listed there."""
    if name in view.schema_path_words:
        return str(view.schema_path_words[name])
    listed = path.split(f"/{{{name}}}")[0].rpartition("/")[2].replace("-", " ").removesuffix("s")
    thing = name.removesuffix("_uuid") if name.endswith("_uuid") else listed
    return f"The id of the {thing}."


def _handler(view: Any, method: str) -> Any:
    return getattr(view, getattr(view, "action", None) or method.lower())


def _paragraphs(documented: Any) -> list[str]:
    return (inspect.getdoc(documented) or "").split("\n\n")


def _access(view: Any, method: str) -> str:
    audience: Audience = view.get_audience()
    parts = [f"**For** {WHOM[audience]}."]
    if audience is not Audience.SIGNED and view.get_authenticators():
        parts.append(_scope(view, method))
    if view.throttle_scope_name is not None:
        parts.append(f"**Limit:** `{view.throttle_scope_name or _usual(audience)}`.")
    return " ".join(parts)


def _scope(view: Any, method: str) -> str:
    needed = " and ".join(f"`{scope}`" for scope in needed_scopes(view, method))
    if view.get_audience() is Audience.ANYONE:
        return f"**API key:** any; with {needed} it speaks for its person." if needed else "**API key:** any."
    return f"**API key:** {needed}." if needed else "API keys don't open it."


def _usual(audience: Audience) -> str:
    return "anon` or `user" if audience in {Audience.ANYONE, Audience.SIGNED} else "user"
