"""Registrations: places, the waiting list, check-in and attendance."""

from importlib import import_module

from django.apps import AppConfig

# Read when the app is ready, because each registers itself somewhere: reactions, mails, handlers, personal data.
REGISTERING: tuple[str, ...] = (
    "reactions",
    "mails",
    "privacy",
    "periodic",
    "zoom_handlers",
    "attendance_reactions",
    "attendance_tasks",
    "attendance_privacy",
)


class RegistrationsConfig(AppConfig):
    name = "lyceum.registrations"
    label = "registrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in REGISTERING:
            import_module(f"{self.name}.{module}")
