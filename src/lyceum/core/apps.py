"""Core: what every app stands on."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "lyceum.core"
    label = "core"

    def ready(self) -> None:
        # These register their share of the worker's work, and need the models to be loaded.
        import_module("lyceum.core.ledger.delivering")
        import_module("lyceum.core.jobs")
        import_module("lyceum.core.idempotency")
        # Observability is by setting; without it, nothing of it is even read.
        if settings.SENTRY_DSN:
            reporting = import_module("lyceum.core.reporting")
            reporting.start_reporting(dsn=settings.SENTRY_DSN, environment=settings.LYCEUM_ENV)
        if settings.METRICS_TOKEN:
            import_module("lyceum.core.metrics").register_backlog()
