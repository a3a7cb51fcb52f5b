from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EmailConfig(AppConfig):
    name = "lyceum.integrations.email"
    label = "email"

    def ready(self) -> None:
        # `wiring` registers the work; every app's `mails` declares its kinds.
        autodiscover_modules("mails")
        import_module("lyceum.integrations.email.wiring")
