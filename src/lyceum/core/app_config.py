"""The base of every app's configuration: it reads the modules that register themselves when Django is ready."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, ClassVar

from django.apps import AppConfig

from lyceum.core.work.schedules import register_schedule

# Reading one of these registers what it declares: kinds of mail, reactions to facts, long jobs, personal data, what the
# app contributes to the ports of lower apps, and what its constraints refuse. What a `schedule` declares is registered
# after it was read.
SELF_REGISTERING = (
    "mails",
    "reactions",
    "jobs",
    "schedule",
    "personal_data",
    "hooks",
    "api.event_fields",
    "checks",
    "constraints",
)


class LyceumAppConfig(AppConfig):
    """An app of the product. `packages` names its own packages that have the same files as an app."""

    # Django looks through each `apps` module for configurations; this base, imported there, isn't one of them.
    default = False
    packages: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        for module in self.modules(*SELF_REGISTERING):
            if module.__name__.endswith(".schedule"):
                register_schedule(module.SCHEDULE)

    def modules(self, *names: str) -> Iterator[ModuleType]:
        """Import and yield the modules of these names that the app and its own packages have."""
        for package in (self.name, *(f"{self.name}.{name}" for name in self.packages)):
            for name in names:
                if exists(f"{package}.{name}"):
                    yield import_module(f"{package}.{name}")


def exists(module: str) -> bool:
    """Say whether there is a module of this dotted name; it may lie in a package that is absent too."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
