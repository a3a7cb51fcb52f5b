"""Core: what every app stands on."""

from importlib import import_module

from django.conf import settings
from django.db import connection

from lyceum.core.app_config import LyceumAppConfig


class CoreConfig(LyceumAppConfig):
    name = "lyceum.core"
    label = "core"

    def ready(self) -> None:
        super().ready()
        import_module("lyceum.core.held_by_core")
        if connection.vendor == "postgresql":
            import_module("lyceum.core.postgres_moments")
        # Observability is by setting; without it, nothing of it is even read.
        if settings.SENTRY_DSN:
            reporting = import_module("lyceum.core.observability.reporting")
            reporting.start_reporting(dsn=settings.SENTRY_DSN, environment=settings.LYCEUM_ENV)
        if settings.METRICS_TOKEN:
            import_module("lyceum.core.http.metrics").collect_backlogs()
