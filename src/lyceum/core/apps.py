"""Core: what every app stands on."""

from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "lyceum.core"
    label = "core"

    def ready(self) -> None:
        # These register their share of the worker's work, and need the models to be loaded.
        import_module("lyceum.core.ledger.delivering")
        import_module("lyceum.core.jobs")
        import_module("lyceum.core.idempotency")
