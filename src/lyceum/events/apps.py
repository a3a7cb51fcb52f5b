"""Events: what happens, when, and for whom."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "lyceum.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
