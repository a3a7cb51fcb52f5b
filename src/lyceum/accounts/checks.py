"""Settings about sign-in that are refused at start, or that `check --deploy` warns of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's own name

CHOICES = ("optional", "required")


@register
def staff_second_factor_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A word that nobody knows counts as required; that should be meant, not mistyped."""
    if settings.STAFF_SECOND_FACTOR in CHOICES:
        return []
    return [Error("STAFF_SECOND_FACTOR must be optional or required.", id="accounts.E001")]


@register(Tags.security, deploy=True)
def staff_sign_in_with_a_second_factor(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Staff read everybody's data: a stolen password should not be enough for that."""
    if settings.STAFF_SECOND_FACTOR != "optional":
        return []
    words = "STAFF_SECOND_FACTOR is optional: a staff account is opened by its password alone. Set it to required."
    return [Warning(words, id="accounts.W001")]
