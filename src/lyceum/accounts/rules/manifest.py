"""What a client should offer a person, by role."""

from __future__ import annotations

from dataclasses import dataclass

from lyceum.accounts.models import User

_EVERYBODY = ("events", "registrations", "certificates", "profile", "devices")
_ORGANIZER = ("organizer/events", "organizer/templates", "organizer/profile")


@dataclass(frozen=True)
class Manifest:
    """The caller's role, where to go, and what works there."""

    role: str
    is_admin: bool
    routes: tuple[str, ...]
    features: dict[str, bool]


def manifest_of(user: User) -> Manifest:
    """Return what this person can do now. It hides buttons; the API decides by itself."""
    organizes = user.is_organizer or user.acts_as_staff
    features = {
        "create_events": organizes and user.email_verified,
        "create_courses": False,
        "manage_certificates": organizes,
        "view_billing": False,
        "browse_events": True,
        "register_for_events": True,
        "view_own_registrations": True,
        "view_own_certificates": True,
        "can_create_organization": False,
    }
    routes = _EVERYBODY + (_ORGANIZER if organizes else ()) + (("admin",) if user.acts_as_staff else ())
    return Manifest(role=user.user_type, is_admin=user.acts_as_staff, routes=routes, features=features)
