"""Settings about secrets that are refused at start, or that `check --deploy` warns of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's own name

from lyceum.core.encryption import SHORTEST_KEY


@register
def encryption_keys_are_long(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A short key could be guessed by whoever has a copy of the database."""
    if all(len(key) >= SHORTEST_KEY and len(set(key)) >= 5 for key in settings.ENCRYPTION_KEYS):
        return []
    words = f"Each of ENCRYPTION_KEYS needs {SHORTEST_KEY} random characters or more."
    return [Error(words, id="core.E001")]


@register(Tags.security, deploy=True)
def encryption_has_its_own_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a key of its own, what is encrypted is lost together with SECRET_KEY."""
    if settings.ENCRYPTION_KEYS:
        return []
    words = (
        "ENCRYPTION_KEYS is not set: secrets in the database are encrypted with SECRET_KEY, and lost when it changes."
    )
    return [Warning(words, id="core.W001")]
