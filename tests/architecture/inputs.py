"""What routes read, for tests about every input."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

from rest_framework import serializers

import lyceum


def input_classes() -> list[type[serializers.BaseSerializer[Any]]]:
    """Return every serializer of the files that say what routes read, by name."""
    found = []
    for module in pkgutil.walk_packages(lyceum.__path__, "lyceum."):
        if re.search(r"\.api\.(inputs(\.\w+)?|event_fields)$", module.name):
            found += [
                kind
                for kind in vars(importlib.import_module(module.name)).values()
                if isinstance(kind, type)
                and issubclass(kind, serializers.BaseSerializer)
                and kind.__module__ == module.name
                and not kind.__name__.endswith("Output")
            ]
    return sorted(found, key=lambda kind: kind.__qualname__)
