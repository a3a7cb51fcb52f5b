"""An event's questions. Editing them never loses an answer: what may have been answered is archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import MissingField, NotFound, ValidationRefused
from lyceum.events.errors import FieldHasAnswers
from lyceum.events.models import Event, EventCustomField
from lyceum.events.models.choices import EventStatus, FieldType
from lyceum.events.ports import is_used
from lyceum.events.rules.custom_answers import clean_answer
from lyceum.events.services.locking import check_structure_open, lock_own_event

WITH_OPTIONS = (FieldType.SELECT, FieldType.MULTISELECT, FieldType.RADIO)
WITH_CHECKED_DEFAULT = (FieldType.SELECT, FieldType.RADIO, FieldType.DATE, FieldType.NUMBER)
MOST_FIELDS = 50
# With those that are archived, because somebody may have answered them.
MOST_KEPT = 500
COLUMNS = (
    "label",
    "field_type",
    "required",
    "options",
    "placeholder",
    "help_text",
    "default_value",
    "min_value",
    "max_value",
    "show_on_certificate",
    "order",
)


@transaction.atomic
def add_custom_field(*, event_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime) -> EventCustomField:
    """Ask one more question.

    Locks: Event.
    Raises: NotFound (404), EventLocked (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    active = event.custom_fields.active().count()
    _check_number(active + 1)
    _check_kept(event, 1)
    return _insert(event, values, order=active)


@transaction.atomic
def update_custom_field(
    *, event_id: UUID, field_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime
) -> EventCustomField:
    """Change a question; its kind only while nobody can have answered it.

    Locks: Event.
    Raises: NotFound (404), EventLocked, FieldHasAnswers (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    field = _own_field(event, field_id)
    if _changed_columns(field, values):
        check_structure_open(event)
        _change(event, field, values)
    return field


@transaction.atomic
def remove_custom_field(*, event_id: UUID, field_id: UUID, actor: Actor, at: datetime) -> None:
    """Stop asking a question; its answers stay.

    Locks: Event.
    Raises: NotFound (404), EventLocked (409).
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    _retire(event, [_own_field(event, field_id)], at)


@transaction.atomic
def reorder_custom_fields(
    *, event_id: UUID, order: Sequence[UUID], actor: Actor, at: datetime
) -> list[EventCustomField]:
    """Ask the questions in this order; every active one is named once.

    Locks: Event.
    Raises: NotFound (404), EventLocked (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    fields = {field.pk: field for field in event.custom_fields.active()}
    if sorted(order) != sorted(fields):
        raise ValidationRefused({"order": ["Please name each of the event's fields exactly once."]})
    for position, field_id in enumerate(order):
        fields[field_id].order = position
    EventCustomField.objects.bulk_update(fields.values(), ["order"])
    return [fields[field_id] for field_id in order]


def replace_custom_fields(event: Event, rows: Sequence[Mapping[str, Any]], *, at: datetime) -> None:
    """Make a locked event's questions equal to a list, compared by uuid: known ones change, new ones join, others go.

    Raises: FieldHasAnswers (409), ValidationRefused (422).
    """
    _check_number(len(rows))
    current = {field.pk: field for field in event.custom_fields.active()}
    named = [row["uuid"] for row in rows if row.get("uuid")]
    strangers = sorted(str(field_id) for field_id in set(named) - set(current))
    if strangers or len(set(named)) != len(named):
        raise ValidationRefused({"custom_fields": ["A uuid here isn't one of this event's fields, or stands twice."]})
    _retire(event, [field for field_id, field in current.items() if field_id not in named], at)
    _check_kept(event, len(rows) - len(named))
    as_shown = [row.get("uuid") for row in rows] == list(current)
    for position, row in enumerate(rows):
        if row.get("uuid"):
            _change(event, current[row["uuid"]], row if as_shown else {"order": position, **row})
        else:
            _insert(event, row, order=position)


def add_custom_fields(event: Event, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give a new event its questions.

    Raises: ValidationRefused (422).
    """
    _check_number(len(rows))
    for position, row in enumerate(rows):
        _insert(event, row, order=position)


def check_field(field: EventCustomField) -> None:
    """Look at the question as a whole.

    Raises: ValidationRefused (422).
    """
    errors: dict[str, list[str]] = {}
    if field.field_type in WITH_OPTIONS:
        if len(field.options) < 2:
            errors["options"] = ["Please give at least two options to choose from."]
        elif len(set(field.options)) != len(field.options):
            errors["options"] = ["Each option may stand only once."]
    elif field.options:
        errors["options"] = ["This kind of question has no options."]
    if field.min_value is not None and field.max_value is not None and field.min_value > field.max_value:
        errors["max_value"] = ["The largest value can't be below the smallest."]
    if field.default_value and not errors and field.field_type in WITH_CHECKED_DEFAULT:
        try:
            clean_answer(field, field.default_value)
        except ValueError as problem:
            errors["default_value"] = [str(problem)]
    if errors:
        raise ValidationRefused(errors)


def may_have_answers(event: Event) -> bool:
    """Say whether anybody may have answered: the event was published once, or somebody has registered."""
    return event.published_at is not None or event.status != EventStatus.DRAFT or is_used(event)


def _insert(event: Event, values: Mapping[str, Any], *, order: int) -> EventCustomField:
    missing = {name: ["This field is required."] for name in ("label", "field_type") if not values.get(name)}
    if missing:
        raise MissingField(missing)
    columns = {name: values[name] for name in COLUMNS if name in values}
    field = EventCustomField(event=event, **{"order": order, **columns})
    check_field(field)
    field.save(force_insert=True)
    return field


def _change(event: Event, field: EventCustomField, values: Mapping[str, Any]) -> None:
    changed = _changed_columns(field, values)
    if "field_type" in changed and may_have_answers(event):
        raise FieldHasAnswers
    for name in changed:
        setattr(field, name, values[name])
    check_field(field)
    if changed:
        field.save(update_fields=[*changed, "updated_at"])


def _changed_columns(field: EventCustomField, values: Mapping[str, Any]) -> list[str]:
    return [name for name in COLUMNS if name in values and getattr(field, name) != values[name]]


def _retire(event: Event, fields: Sequence[EventCustomField], at: datetime) -> None:
    if not fields:
        return
    rows = EventCustomField.objects.filter(pk__in=[field.pk for field in fields])
    if may_have_answers(event):
        rows.update(archived_at=at, updated_at=at)
    else:
        rows.delete()


def _own_field(event: Event, field_id: UUID) -> EventCustomField:
    field = event.custom_fields.active().filter(pk=field_id).first()
    if field is None:
        raise NotFound
    return field


def _check_number(number: int) -> None:
    if number > MOST_FIELDS:
        raise ValidationRefused({"custom_fields": [f"An event asks at most {MOST_FIELDS} questions."]})


def _check_kept(event: Event, more: int) -> None:
    if more and event.custom_fields.count() + more > MOST_KEPT:
        text = f"This event has had {MOST_KEPT} questions, and answers to them are kept. Please change those it has."
        raise ValidationRefused({"custom_fields": [text]})
