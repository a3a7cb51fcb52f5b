"""Serializer fields that no input can break."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.core.money import to_major
from lyceum.core.plain_text import NOT_STORABLE, check_name, check_one_line


class MultilineField(serializers.CharField):
    """Text of several lines, stripped; NUL and lone surrogates are refused. Always give it a `max_length`."""

    default_error_messages = {"characters": "There is a character in this text that can't be kept."}

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if NOT_STORABLE.search(value):
            self.fail("characters")
        return value


class CharField(MultilineField):
    """Text on one line: no line breaks, no control characters, nothing invisible."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(check_one_line)


class NameField(CharField):
    """What somebody is called: one line without web or email addresses."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(check_name)


class EmailField(serializers.EmailField):
    """An address in lower case, at most 254 characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data).lower()
        if NOT_STORABLE.search(value):
            self.fail("invalid")
        return value


class PasswordField(serializers.CharField):
    """A secret as typed: not stripped, bounded, never in an answer."""

    default_error_messages = {"characters": "There is a character in this that can't be used."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 256)
        super().__init__(write_only=True, trim_whitespace=False, style={"input_type": "password"}, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if NOT_STORABLE.search(value):
            self.fail("characters")
        return value


class UtcDateTimeField(serializers.DateTimeField):
    """A moment: read as ISO 8601, written in UTC with Z."""

    def to_representation(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return value

    def to_internal_value(self, value: Any) -> datetime:
        try:
            return super().to_internal_value(value)
        except (OverflowError, ValueError):
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss][+HH:MM|-HH:MM|Z]")


@extend_schema_field({"type": "number", "example": 89.99})
class MoneyField(serializers.Field[int, Any, Decimal, Any]):
    """Writes an object's `<source>` minor units as a number in major units of its `currency`."""

    def __init__(self, *, minor: str, currency: str = "currency", **kwargs: Any) -> None:
        self.minor, self.currency = minor, currency
        kwargs.setdefault("read_only", True)
        kwargs["source"] = "*"
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> Decimal:
        return to_major(getattr(value, self.minor) or 0, getattr(value, self.currency) or "USD")


class UUIDField(serializers.UUIDField):
    """An identifier in its usual form."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value="")
        return super().to_internal_value(data)


class ListField(serializers.ListField):
    """A list with a stated maximum, counted before anything in it is looked at."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, (list, tuple, set)) and self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(
                [f"Please send at most {self.max_length} of these at once."], "max_length"
            )
        return super().to_internal_value(data)


class DictField(serializers.DictField):
    """An object with a stated maximum of keys, each at most 200 characters long."""

    default_error_messages = {"max_length": "Please send at most {max_length} keys, of 200 characters each."}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.max_length = max_length
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict) and (len(data) > self.max_length or any(len(str(key)) > 200 for key in data)):
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class JSONField(serializers.JSONField):
    """Any JSON value; a list or an object has a stated maximum of entries."""

    default_error_messages = {"max_length": "Please send at most {max_length} entries."}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.max_length = max_length
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, (list, dict)) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)
