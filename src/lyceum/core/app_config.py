"""The base of every app's configuration: it reads the modules that register themselves when Django is ready."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

from django.apps import AppConfig

# Reading one of these registers what it declares: kinds of mail, reactions to facts, long jobs, due work and upkeep,
# personal data, and what the app contributes to the ports of lower apps.
SELF_REGISTERING = ("mails", "reactions", "jobs", "schedule", "personal_data", "hooks", "checks")


class LyceumAppConfig(AppConfig):
    """An app of the product. `packages` names its own packages that have the same files as an app."""

    # Django looks through each `apps` module for configurations; this base, imported there, isn't one of them.
    default = False
    packages: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        for package in (self.name, *(f"{self.name}.{name}" for name in self.packages)):
            for module in SELF_REGISTERING:
                if find_spec(f"{package}.{module}") is not None:
                    import_module(f"{package}.{module}")
