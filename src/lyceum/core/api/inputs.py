"""The base of every body that the API takes: no field of it is lost in silence."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar, Final, cast

from django.http import QueryDict
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import Field, SkipField, empty

from lyceum.core.nearest_names import LONGEST, unknown_name

AnyField = Field[Any, Any, Any, Any]
# So many names that aren't known are told of at once.
MOST_TOLD: Final = 10
# Which row of a list is meant; it is no statement about the row.
_IDENTITY: Final = ("uuid", "id")


class Input(serializers.Serializer[Any]):
    """A body, or a part of one.

    A name that it doesn't know is refused, with the nearest one that it knows. A name that the answer shows, and that
    nobody can write, is ignored; so what GET answered can be sent back whole. Of that, what says the same as GET says
    now leaves the validated values: they hold what is to change, and of several fields that describe one thing those
    that differ from what is stored. Rows of a list are compared by their `uuid`, which stays in them.

    The context of the outermost input tells it of the answer: `answer` is its serializer, and `shown` is called for
    the JSON that GET answers now. Without them it knows its own fields alone, and nothing is stored yet.
    """

    # Other names that clients use → our own. They are read and never answered, unless an output says so.
    second_names: ClassVar[Mapping[str, str]] = {}
    # Fields that are one statement: where one of them differs from what is stored, all that were sent count.
    one_statement: ClassVar[tuple[frozenset[str], ...]] = ()

    # What the last body said that is so already.
    restated: frozenset[str] = frozenset()
    _shown: Mapping[str, Any] = {}
    _left_out: frozenset[str] = frozenset()

    def get_fields(self) -> dict[str, AnyField]:
        """Add the second names; each is read as its own name is."""
        fields = dict(super().get_fields())
        for second, own in self.second_names.items():
            fields[second] = _second(fields.get(second), fields[own], own, second)
        return fields

    @property
    def _writable_fields(self) -> Any:
        """Read nothing that is as stored (it may be older than a rule of today), and nothing that a form leaves out."""
        return (field for name, field in self.fields.items() if name not in self.restated | self._left_out)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            return dict(super().to_internal_value(data))
        self._shown = self._find_shown(data)
        sent = {name for name in self.fields.keys() if name in data}  # noqa: SIM118 -- the stubs iterate over values
        self.restated = self._whole(sent, {name for name in sent if _same(data[name], self._stored(name))})
        # A form has no unticked boxes, which must not read as "no".
        self._left_out = frozenset(self._optional() - sent) if isinstance(data, QueryDict) else frozenset()
        unknown = self._find_unknown(data)
        try:
            values: dict[str, Any] = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                error.detail.update(cast(dict[str, Any], unknown))
            raise
        if unknown:
            raise serializers.ValidationError(unknown)
        self._drop_restated(sent, values)
        self._join_second_names(sent, values)
        return values

    def _drop_restated(self, sent: set[str], values: dict[str, Any]) -> None:
        """Drop what is as stored though it is written in another way, such as a time with another offset."""
        same = {name for name in sent - self.restated if self._says_the_same(name, values)}
        self.restated = self._whole(sent, same | self.restated)
        for name in self.restated:
            values.pop(str(self.fields[name].source), None)

    def _says_the_same(self, name: str, values: Mapping[str, Any]) -> bool:
        field, stored = self.fields[name], self._stored(name)
        source = str(field.source)
        if stored is empty or source not in values:
            return False
        value = values[source]
        if isinstance(getattr(field, "child", None), Input):
            # Its rows have lost what is as stored.
            return isinstance(stored, list) and value == [{"uuid": row_id} for row_id in _ids(stored, value)]
        if isinstance(field, Input):
            return bool(value == stored)
        restates = getattr(field, "restates", None)
        try:
            return bool(restates(value, stored) if restates else field.run_validation(stored) == value)
        except (serializers.ValidationError, SkipField):
            return False

    def _join_second_names(self, sent: set[str], values: dict[str, Any]) -> None:
        """Give what came under a second name its own. Raises: ValidationError where both came and differ."""
        for second, own in self.second_names.items():
            key = str(self.fields[second].source)
            if key not in values:
                continue
            value, own_key = values.pop(key), str(self.fields[own].source)
            if own in sent and values.get(own_key, value) != value:
                raise serializers.ValidationError({second: [f"This is another name for {own}; they differ."]})
            values[own_key] = value

    def _whole(self, sent: set[str], restated: set[str] | frozenset[str]) -> frozenset[str]:
        """Return what is restated without the parts of a statement that is new as a whole."""
        for statement in self.one_statement:
            if (sent & statement) - restated:
                restated = restated - statement
        return frozenset(restated)

    def _find_shown(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is stored of this resource, or of this row of one."""
        parent: Any = self.parent
        if parent is None:
            shown = self.context.get("shown")
            return shown() if shown is not None and self._may_restate(data) else {}
        if isinstance(parent, Input) or not isinstance(parent.parent, Input):
            # A part that is replaced whole is compared whole.
            return {}
        rows = parent.parent._shown.get(str(parent.field_name))  # noqa: SLF001 -- it is an input too
        return _row_of(rows, data.get("uuid", data.get("id")))

    def _may_restate(self, data: Mapping[str, Any]) -> bool:
        """Whether the body can say of something what is so already, and say something else beside it."""
        compared = any(hasattr(self.fields[name], "restates") for name in data if name in self.fields)
        return len(data) > 1 or compared or any(isinstance(value, (list, dict)) for value in data.values())

    def _optional(self) -> set[str]:
        return {name for name, field in self.fields.items() if not field.required and field.default is empty}

    def _stored(self, name: str) -> Any:
        if name in _IDENTITY:
            return empty
        return self._shown.get(name, self._shown.get(self.second_names.get(name, name), empty))

    def _find_unknown(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        strangers = [str(name) for name in data if name not in self.fields]
        if strangers:
            answered = self._answered
            strangers = [name for name in strangers if name not in answered][:MOST_TOLD]
        # A stranger's text: only so much of it is repeated.
        return {
            name[:LONGEST].replace("\x00", ""): [ErrorDetail(unknown_name(name, self.fields), "unknown")]
            for name in strangers
        }

    @cached_property
    def _answered(self) -> Mapping[str, Any]:
        """Return the fields that the answer shows in this place."""
        parent: Any = self.parent
        kind = self.context.get("answer") if parent is None else self._answered_part(parent)
        return getattr(kind() if isinstance(kind, type) else kind, "fields", {})

    def _answered_part(self, parent: Any) -> Any:
        above, name = (parent, self.field_name) if isinstance(parent, Input) else (parent.parent, parent.field_name)
        part = above._answered.get(str(name)) if isinstance(above, Input) else None  # noqa: SLF001 -- an input too
        return getattr(part, "child", part)


def _second(stated: AnyField | None, own: AnyField, name: str, second: str) -> AnyField:
    """Return the field of a second name: the one that is stated, or one like the own name's."""
    field = deepcopy(own) if stated is None else stated
    # Kept apart until both are read, so that they can be compared.
    field.source = f"also {second}"
    field.required, field.default = False, empty
    field.help_text = field.help_text if stated else f"Another name for `{name}`."
    return field


def _row_of(rows: Any, row_id: Any) -> Mapping[str, Any]:
    if not isinstance(rows, list) or not isinstance(row_id, str):
        return {}
    return next((row for row in rows if isinstance(row, dict) and row.get("uuid") == row_id.lower()), {})


def _ids(stored: list[Any], rows: list[Any]) -> list[Any]:
    """Return the stored rows' ids, as the sent rows write them."""
    sent = {str(row.get("uuid")): row.get("uuid") for row in rows}
    return [sent.get(str(row.get("uuid"))) if isinstance(row, dict) else None for row in stored]


def _same(sent: Any, stored: Any) -> bool:
    """Whether two JSON values are the same; true is no 1."""
    return bool(sent == stored) and isinstance(sent, bool) == isinstance(stored, bool)
