"""Events: what happens, when, and for whom."""

from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "lyceum.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # It registers what events contributes, and needs the models to be loaded.
        import_module("lyceum.events.wiring")
