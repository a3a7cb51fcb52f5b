"""Answers to an event's questions: checked strictly, and kept as one text each.

A multiselect is kept as a JSON list, a checkbox as `true` or `false`, a date as ISO 8601, a number in plain digits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from lyceum.core.errors import MissingField, ValidationRefused
from lyceum.core.ids import parse_id
from lyceum.core.plain_text import NOT_STORABLE, check_one_line
from lyceum.events.models import EventCustomField
from lyceum.events.models.choices import FieldType

TEXT_LENGTH = 1000
TEXTAREA_LENGTH = 10000
OPTION_LENGTH = 200
NUMBER_DIGITS = 15


class _Unacceptable(ValueError):
    """An answer that doesn't fit its question; the text says why."""


def validate_answers(
    fields: Iterable[EventCustomField], answers: Any, *, under: str = "custom_field_responses"
) -> dict[UUID, str]:
    """Return each given answer as the text to keep, by field id.

    fields: the event's active questions.
    answers: {field id: value} as the body had it, or None.
    under: the key of the body that the errors are reported below.
    Raises: MissingField (400) where a required answer is absent, ValidationRefused (422) for the rest; in both the
        details are {under: {field id: [messages]}}.
    """
    if answers is None:
        answers = {}
    if not isinstance(answers, Mapping):
        raise ValidationRefused({under: ["Please send an object of field ids and answers."]})
    known = {field.pk: field for field in fields}
    given, errors = _by_field(answers, known)
    cleaned: dict[UUID, str] = {}
    missing = False
    for field in known.values():
        value = given.get(field.pk)
        if _is_blank(value) or (field.required and value is False):
            if field.required:
                missing = True
                errors[str(field.pk)] = ["Please answer this question."]
            continue
        try:
            cleaned[field.pk] = clean_answer(field, value)
        except _Unacceptable as problem:
            errors[str(field.pk)] = [str(problem)]
    if errors:
        raise (MissingField if missing else ValidationRefused)({under: errors})
    return cleaned


def clean_answer(field: EventCustomField, value: Any) -> str:
    """Return one answer as the text to keep. Raises: ValueError with a message for people."""
    return _CLEANERS[field.field_type](field, value)


def read_answer(field_type: str, text: str) -> Any:
    """Return a kept answer as its JSON value; a text that no longer parses comes back as it is."""
    try:
        if field_type == FieldType.MULTISELECT:
            return json.loads(text)
        if field_type == FieldType.NUMBER:
            return Decimal(text)
    except (ValueError, InvalidOperation):
        return text
    if field_type == FieldType.CHECKBOX:
        return text == "true"
    return text


def _by_field(
    answers: Mapping[Any, Any], known: Mapping[UUID, EventCustomField]
) -> tuple[dict[UUID, Any], dict[str, list[str]]]:
    given: dict[UUID, Any] = {}
    errors: dict[str, list[str]] = {}
    for key, value in answers.items():
        field_id = parse_id(str(key))
        if field_id is None or field_id not in known:
            # The key is a stranger's text: only so much of it is repeated.
            errors[str(key)[:40].replace("\x00", "")] = ["This event doesn't ask this question."]
        else:
            given[field_id] = value
    return given, errors


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise _Unacceptable("Please answer with text.")
    text: str = value.strip()
    if len(text) > longest:
        raise _Unacceptable(f"Please use at most {longest} characters.")
    if NOT_STORABLE.search(text):
        raise _Unacceptable("There is a character in this text that can't be kept.")
    return text


def _line(field: EventCustomField, value: Any) -> str:
    text = _text(value, TEXT_LENGTH)
    try:
        check_one_line(text)
    except ValidationError:
        raise _Unacceptable("Please answer in one line.") from None
    return text


def _paragraphs(field: EventCustomField, value: Any) -> str:
    return _text(value, TEXTAREA_LENGTH)


def _choice(field: EventCustomField, value: Any) -> str:
    text = _text(value, OPTION_LENGTH)
    if text not in field.options:
        raise _Unacceptable("Please choose one of the options.")
    return text


def _choices(field: EventCustomField, value: Any) -> str:
    if not isinstance(value, list):
        raise _Unacceptable("Please answer with a list of options.")
    if len(value) > len(field.options):
        raise _Unacceptable("Please choose each option at most once.")
    chosen = [_choice(field, item) for item in value]
    if len(set(chosen)) != len(chosen):
        raise _Unacceptable("Please choose each option at most once.")
    return json.dumps(chosen, ensure_ascii=False)


def _tick(field: EventCustomField, value: Any) -> str:
    if not isinstance(value, bool):
        raise _Unacceptable("Please answer with true or false.")
    return "true" if value else "false"


def _day(field: EventCustomField, value: Any) -> str:
    text = _text(value, 10)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _Unacceptable("Please give a date as YYYY-MM-DD.") from None


def _number(field: EventCustomField, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise _Unacceptable("Please answer with a number.")
    text = value.strip() if isinstance(value, str) else str(value)
    try:
        number = Decimal(text) if len(text) <= 40 else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _Unacceptable("Please answer with a number.")
    if abs(number.adjusted()) >= NUMBER_DIGITS or len(number.as_tuple().digits) > 2 * NUMBER_DIGITS:
        raise _Unacceptable("This number is too long.")
    _check_range(field, number)
    return format(number, "f")


def _check_range(field: EventCustomField, number: Decimal) -> None:
    if field.min_value is not None and number < field.min_value:
        raise _Unacceptable(f"Please answer with {Decimal(field.min_value).normalize():f} or more.")
    if field.max_value is not None and number > field.max_value:
        raise _Unacceptable(f"Please answer with {Decimal(field.max_value).normalize():f} or less.")


_CLEANERS: dict[str, Callable[[EventCustomField, Any], str]] = {
    FieldType.TEXT: _line,
    FieldType.TEXTAREA: _paragraphs,
    FieldType.SELECT: _choice,
    FieldType.RADIO: _choice,
    FieldType.MULTISELECT: _choices,
    FieldType.CHECKBOX: _tick,
    FieldType.DATE: _day,
    FieldType.NUMBER: _number,
}
