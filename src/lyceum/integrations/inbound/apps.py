"""The inbox of signed deliveries from vendors."""

from importlib import import_module

from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "lyceum.integrations.inbound"
    label = "inbound"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Its work registers itself when the module is read, which needs the models.
        import_module("lyceum.integrations.inbound.tasks")
