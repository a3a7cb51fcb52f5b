"""Model fields that keep a rule wherever they are used."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from lyceum.core import clock

if TYPE_CHECKING:
    DateTimeField = models.DateTimeField[Any, datetime]
    EmailField = models.EmailField[str, str]
else:
    DateTimeField = models.DateTimeField
    EmailField = models.EmailField


class RowTimeField(DateTimeField):
    """When a row was made or changed, on the product's clock, so that it agrees with the row's business times."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if not self.auto_now and not (self.auto_now_add and add):
            return super().pre_save(model_instance, add)
        moment = clock.now()
        setattr(model_instance, self.attname, moment)
        return moment

    def deconstruct(self) -> Any:
        """Say what Django's own field says: which clock is asked is nothing that a migration knows."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs


class LowercaseEmailField(EmailField):
    """An address, stripped and in lower case on the way in, so that it is unique whatever its case."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.strip().lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.strip().lower() if isinstance(value, str) else value
