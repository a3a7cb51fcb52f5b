"""Django's own command, with files that the program which serves them may read."""

from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic

from lyceum.core.files.permissions import readable_by_everybody


class Command(collectstatic.Command):
    """Collect the pages' styles and scripts; unlike all else that the product writes, everybody may read them."""

    def handle(self, **options: Any) -> str | None:
        with readable_by_everybody():
            found: str | None = super().handle(**options)
        return found
