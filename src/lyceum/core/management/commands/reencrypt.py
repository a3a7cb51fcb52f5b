"""Encrypt every stored secret with the newest of ENCRYPTION_KEYS, so that an older key can be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from lyceum.core.encryption import Unreadable, reencrypt
from lyceum.core.models.fields import EncryptedTextField


class Command(BaseCommand):
    help = "Encrypt every stored secret with the newest of ENCRYPTION_KEYS. It may run while the product does."

    def handle(self, *args: Any, **options: Any) -> None:
        done = unreadable = 0
        for model, field in encrypted_columns():
            changed, lost = _renew(model, field)
            done, unreadable = done + changed, unreadable + lost
        self.stdout.write(f"{done} secrets were encrypted with the newest key.")
        if unreadable:
            raise CommandError(
                f"{unreadable} secrets can't be read with any key. Keep the older keys, and look for one."
            )


def encrypted_columns() -> Iterator[tuple[type[Model], EncryptedTextField]]:
    """Yield every encrypted column of the product."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 -- Django documents `_meta` for this
            if isinstance(field, EncryptedTextField):
                yield model, field


def _renew(model: type[Model], field: EncryptedTextField) -> tuple[int, int]:
    changed = lost = 0
    rows: Any = model._base_manager  # noqa: SLF001 -- Django documents this manager for code that must reach every row
    for key, stored in rows.exclude(**{field.attname: ""}).values_list("pk", field.attname).iterator():
        try:
            renewed = reencrypt(stored, purpose=field.purpose)
        except Unreadable:
            lost += 1
            continue
        if renewed != stored:
            # Only if nobody has written another secret meanwhile.
            changed += rows.filter(pk=key, **{field.attname: stored}).update(**{field.attname: renewed})
    return changed, lost
