"""Fields that only accounts need."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.core.validators import RegexValidator, URLValidator

from lyceum.core.api.fields import CharField


class WebAddressField(CharField):
    """An http or https address of at most 500 characters; blank removes it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("allow_blank", True)
        super().__init__(**kwargs)
        self.validators.append(URLValidator(schemes=["http", "https"]))


class TimezoneField(CharField):
    """A name of the IANA time zone database."""

    default_error_messages = {"timezone": "Please choose a time zone such as Europe/Paris."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if value not in available_timezones():
            self.fail("timezone")
        return value


class PhoneField(CharField):
    """A telephone number as people write them; blank removes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, allow_blank=True, **kwargs)
        self.validators.append(RegexValidator(r"^[0-9+()./ -]*\Z", "Please use digits, spaces and + ( ) - . / only."))
