"""Model fields that keep a rule wherever they are used."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from lyceum.core import clock

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
    DateTimeField = models.DateTimeField[Any, datetime]
    EmailField = models.EmailField[str, str]
    TextField = models.TextField[str, str]
else:
    CharField = models.CharField
    DateTimeField = models.DateTimeField
    EmailField = models.EmailField
    TextField = models.TextField


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


class EncryptedTextField(TextField):
    """A secret as `core.encryption` stores it. It is encrypted and decrypted where it is used, not on every read."""

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Say what Django's own field says: to a migration it is a text."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class StoredFileField(CharField):
    """The key of a file in storage, or nothing. A file that no such column names is removed (`core.files.unused`)."""

    def deconstruct(self) -> Any:
        """Say what Django's own field says: to a migration it is a text."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
