"""Registrations: seats, the waiting list, and attendance in a package of its own."""

from lyceum.core.app_config import LyceumAppConfig


class RegistrationsConfig(LyceumAppConfig):
    name = "lyceum.registrations"
    label = "registrations"
    packages = ("attendance",)
