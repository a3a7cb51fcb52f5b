"""Bodies made from the OpenAPI schema: the least that an operation takes, with one text of it replaced."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Place = tuple[str | int, ...]

_BY_FORMAT = {
    "email": "somebody@example.org",
    "uuid": "01890000-0000-7000-8000-000000000000",
    "date-time": "2040-06-04T09:00:00Z",
    "date": "2040-06-04",
    "uri": "https://example.org/here",
    "decimal": "1.00",
}
_DEEP_ENOUGH = 4


class Bodies:
    """Reads one whole schema, whose parts refer to each other."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def operations(self, *methods: str) -> Iterator[tuple[str, str, Schema]]:
        """Give method, path template and operation."""
        for path, operations in self.schema["paths"].items():
            for method, operation in operations.items():
                if method in methods:
                    yield method, path, operation

    def poisoned(self, operation: Schema, value: Any, *, form: str = "") -> Iterator[tuple[str, Any]]:
        """Give, for each text of the JSON body, where it stands and a body in which it is `value`.

        form: only texts of that format; "any" for numbers, lists and things too.
        """
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return
        shape = content["application/json"]["schema"]
        for place in self._texts(shape, (), form):
            yield ".".join(map(str, place)), put(self._least(shape), place, value, self._with(shape, place))

    def least(self, operation: Schema) -> Any:
        """Return the smallest JSON body that the schema allows."""
        content = operation.get("requestBody", {}).get("content", {})
        return self._least(content["application/json"]["schema"]) if "application/json" in content else {}

    def resolve(self, shape: Schema) -> Schema:
        """Follow references and take the first of several choices that is not null or blank."""
        if "$ref" in shape:
            return self.resolve(self.schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]])
        for word in ("allOf", "oneOf", "anyOf"):
            for choice in shape.get(word, []):
                found = self.resolve(choice)
                if found.get("type") != "null" and found.get("enum") not in ([None], [""]):
                    return found
        return shape

    def _least(self, shape: Schema, depth: int = 0) -> Any:
        shape = self.resolve(shape)
        if "enum" in shape:
            return shape["enum"][0]
        kind = shape.get("type")
        if kind == "object" or "properties" in shape:
            required = shape.get("required", []) if depth < _DEEP_ENOUGH else []
            return {name: self._least(shape["properties"][name], depth + 1) for name in required}
        if kind == "array":
            return [self._least(shape["items"], depth + 1)] if depth < _DEEP_ENOUGH else []
        if kind in ("integer", "number"):
            return max(shape.get("minimum", 1), 1)
        if kind == "boolean":
            return True
        return _BY_FORMAT.get(shape.get("format", ""), "x" * max(shape.get("minLength", 1), 1))

    def _with(self, shape: Schema, place: Place) -> list[Any]:
        """Return what belongs around each step of the place: the least of every container on the way."""
        found = []
        for step in place:
            shape = self.resolve(shape)
            found.append(self._least(shape))
            if isinstance(step, int):
                shape = shape["items"]
            else:
                extra = shape.get("additionalProperties")
                shape = shape.get("properties", {}).get(step) or (extra if isinstance(extra, dict) else {})
        return found

    def _texts(self, shape: Schema, place: Place, form: str) -> Iterator[Place]:
        shape = self.resolve(shape)
        if len(place) > _DEEP_ENOUGH:
            return
        for name, inner in shape.get("properties", {}).items():
            if not inner.get("readOnly"):
                yield from self._texts(inner, (*place, name), form)
        if extra := shape.get("additionalProperties"):
            yield from self._texts(extra if isinstance(extra, dict) else {}, (*place, "any"), form)
        if shape.get("type") == "array":
            yield from self._texts(shape["items"], (*place, 0), form)
        # A thing without a type takes anything, so a text too.
        if form == "any":
            yield from [place] if place else []
            return
        if form and shape.get("format") != form:
            return
        if place and shape.get("type", "string") == "string" and "properties" not in shape:
            yield place


def put(body: Any, place: Place, value: Any, around: list[Any]) -> Any:
    """Return the body with the value at the place, making what is missing on the way."""
    body = copy.deepcopy(body)
    inner = body
    for step, following in zip(place, [*around[1:], None], strict=True):
        last = following is None
        if isinstance(step, int):
            while len(inner) <= step:
                inner.append(None)
        if last:
            inner[step] = value
        elif isinstance(step, int) or not inner.get(step):
            inner[step] = copy.deepcopy(following)
        inner = inner[step]
    return body
