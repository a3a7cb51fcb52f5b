"""Examples of every request, answer and refusal on the API page, made from the schema itself.

A value comes from the first of these that has one: the serializer's own `schema_example`, the field's `example`, the
catalogue of values by field name, the field's choices, its format, its kind. In a `schema_example`, `...` leaves a
field out.
"""

from __future__ import annotations

from typing import Any

from lyceum.core.api.schema_values import BY_FORMAT, BY_NAME
from lyceum.core.errors import MissingField, RateLimited, Refusal, ValidationRefused

Json = dict[str, Any]
METHODS = {"get", "post", "put", "patch", "delete"}
# A change shows so many of the fields that could be sent.
CHANGED = 3
REQUIRED = "This field is required."
# What a refusal puts in `details`, where the schema of the request doesn't say it better.
DETAILS: dict[type[Refusal], Json] = {
    MissingField: {"reason": [REQUIRED]},
    ValidationRefused: {"page_size": ["A whole number from 1 to 100, please."]},
    RateLimited: {"retry_after": 60},
}


def add_examples(result: Json, generator: Any, request: Any, public: bool) -> Json:
    """Add examples of requests, answers and refusals to every operation, as a hook of drf-spectacular."""
    made = Examples(result["components"])
    for methods in result["paths"].values():
        for method, operation in methods.items():
            if method in METHODS:
                made.complete(operation, partial=method == "patch")
    for component in result["components"]["schemas"].values():
        component.pop("x-example", None)
    result["components"]["examples"] = made.refusals
    return result


class Examples:
    """Makes examples from the components of one schema, and collects the refusals that they refer to."""

    def __init__(self, components: Json) -> None:
        self.components = components
        self.refusals: Json = {}

    def complete(self, operation: Json, *, partial: bool) -> None:
        """Add the examples of one operation. `partial`: the request changes something, and names a few fields."""
        own, refusals = operation.pop("x-example", {}), operation.pop("x-refusals", {})
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            example = self.request(media["schema"], partial=partial)
            if kind != "application/json" or not self._has_file(media["schema"], example):
                media["example"] = example
        for status, response in operation["responses"].items():
            for kind, media in response.get("content", {}).items():
                if status in refusals:
                    media["examples"] = self._refused(refusals[status], operation)
                elif kind == "application/json":
                    media["example"] = self._answer(media["schema"], own)

    def request(self, schema: Json, *, partial: bool) -> Any:
        """Return a body that the operation takes."""
        schema = self._whole(schema)
        example = schema.get("x-example") or self.value("", schema)
        return dict(list(example.items())[:CHANGED]) if partial else example

    def value(self, name: str, schema: Json) -> Any:
        """Return a value for a field of this name and schema."""
        schema = self._whole(schema)
        if "example" in schema:
            return schema["example"]
        if name in BY_NAME and self._fits(BY_NAME[name], schema):
            return BY_NAME[name]
        if schema.get("enum"):
            return next(value for value in schema["enum"] if value not in ("", None))
        if schema.get("type") == "array":
            return [self.value(name.removesuffix("s"), schema["items"])]
        if schema.get("properties"):
            return self._object(schema)
        return BY_FORMAT.get(schema.get("format") or schema.get("type") or "", {})

    def _object(self, schema: Json) -> Json:
        own = schema.get("x-example", {})
        made = {name: self.value(name, field) for name, field in schema["properties"].items() if name not in own}
        return {name: value for name, value in _joined(schema["properties"], made, own) if value is not ...}

    def _answer(self, schema: Json, own: Json) -> Any:
        example = self.value("", schema)
        return example | own if isinstance(example, dict) else example

    def _whole(self, schema: Json) -> Json:
        """Follow references; of several forms take the first, of joined ones everything."""
        if "$ref" in schema:
            found: Json = self.components["schemas"][schema["$ref"].rpartition("/")[2]]
            return self._whole(found) | {key: value for key, value in schema.items() if key != "$ref"}
        if "oneOf" in schema:
            return {**schema, **self._whole(schema["oneOf"][0])}
        for part in schema.get("allOf", []):
            schema = {**self._whole(part), **schema}
        return schema

    def _fits(self, value: Any, schema: Json) -> bool:
        if value is None:
            return bool(schema.get("nullable"))
        kinds = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list, "object": dict}
        kind = kinds.get(schema.get("type", ""))
        if kind is not None and (not isinstance(value, kind) or (kind is not bool and isinstance(value, bool))):
            return False
        if schema.get("type") == "array":
            return all(self._fits(one, self._whole(schema["items"])) for one in value)
        return "enum" not in schema or value in schema["enum"]

    def _has_file(self, schema: Json, example: Any) -> bool:
        fields = self._whole(schema).get("properties", {})
        return any(fields.get(name, {}).get("format") == "binary" for name in example)

    def _refused(self, kinds: list[type[Refusal]], operation: Json) -> Json:
        """Return an example for each refusal: a reference, or in full where it names the request's own field."""
        found = {}
        for kind in kinds:
            details = self._fault(kind, operation)
            if details is None:
                self.refusals.setdefault(kind.__name__, shown(kind, DETAILS.get(kind, {})))
                found[kind.__name__] = {"$ref": f"#/components/examples/{kind.__name__}"}
            else:
                found[kind.__name__] = shown(kind, details)
        return found

    def _fault(self, kind: type[Refusal], operation: Json) -> Json | None:
        if kind not in (MissingField, ValidationRefused) or "requestBody" not in operation:
            return None
        schema = self._whole(next(iter(operation["requestBody"]["content"].values()))["schema"])
        if kind is MissingField:
            return {name: [REQUIRED] for name in schema.get("required", [])[:1]} or None
        for name, field in schema.get("properties", {}).items():
            if message := _wrong(self._whole(field)):
                return {name: [message]}
        return None


def _joined(fields: Json, made: Json, own: Json) -> list[tuple[str, Any]]:
    """Return the values in the fields' order; what a serializer states beyond its fields comes last."""
    names = [*fields, *(name for name in own if name not in fields)]
    return [(name, own[name] if name in own else made[name]) for name in names]


def shown(kind: type[Refusal], details: Json) -> Json:
    """Return a refusal as an example of OpenAPI."""
    error = {"code": kind.code, "message": kind.message, "status": kind.status, "details": details}
    if "retry_after" in details:
        error["retry_after"] = details["retry_after"]
    return {"summary": kind.code, "value": {"error": error}}


def _wrong(schema: Json) -> str:
    """Return what is said of a value that such a field doesn't take; blank where nothing simple is wrong."""
    if "enum" in schema:
        return '"no-such-value" is not a valid choice.'
    by_kind = {"integer": "A valid integer is required.", "boolean": "Must be a valid boolean."}
    if schema.get("format") == "uuid":
        return "Must be a valid UUID."
    if schema.get("format") == "email":
        return "Enter a valid email address."
    if schema.get("maxLength"):
        return f"Ensure this field has no more than {schema['maxLength']} characters."
    return by_kind.get(schema.get("type", ""), "")
