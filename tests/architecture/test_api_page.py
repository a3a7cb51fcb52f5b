"""The public API page: every operation says what it does, and shows an example of each body that is true."""

import functools
import io
import re
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.drainage import reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from PIL import Image

from lyceum.accounts.services.api_keys import SCOPES
from lyceum.config.api_page import OPENING, PARTS
from lyceum.core.api.schema import Schema
from lyceum.core.errors import Refusal
from tests.architecture.sources import ROOT

METHODS = ("get", "post", "put", "patch", "delete")
PLACEHOLDER = "string"


@functools.cache
def page() -> dict[str, Any]:
    reset_generator_stats()
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def operations() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in page()["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def json_answers(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (status, response["content"]["application/json"])
        for status, response in operation["responses"].items()
        if "application/json" in response.get("content", {})
    ]


def resolved(example: dict[str, Any]) -> Any:
    if "$ref" in example:
        example = page()["components"]["examples"][example["$ref"].rpartition("/")[2]]
    return example["value"]


def strict(schema: Any) -> Any:
    """OpenAPI 3.0's schema in the words of JSON Schema's draft 4: `nullable` becomes a type of its own."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: strict(value) for key, value in schema.items() if key not in {"nullable", "example"}}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def valid(example: Any, schema: dict[str, Any]) -> list[str]:
    whole = {**strict(schema), "components": strict_components()}
    checker = jsonschema.Draft4Validator(whole, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(example)]


@functools.cache
def strict_components() -> Any:
    return {"schemas": strict(page()["components"]["schemas"])}


def placeholders(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in placeholders(f"{name}.{key}", inner)]
    if isinstance(value, list):
        return [found for inner in value for found in placeholders(name, inner)]
    return [name] if value == PLACEHOLDER else []


def test_every_operation_has_a_summary_of_its_own():
    aliases = {name for name, operation in operations().items() if operation["summary"].endswith(" (alias)")}
    summaries: dict[str, list[str]] = {}
    for name, operation in operations().items():
        if name not in aliases:
            summaries.setdefault(operation["summary"], []).append(name)
    assert {text: names for text, names in summaries.items() if len(names) > 1} == {}
    bad = [
        f"{name}: {text}" for text, (name, *_) in summaries.items() if not re.match(r"[A-Z][^\n]{5,78}[^.\s]$", text)
    ]
    assert bad == []


def test_an_alias_names_the_operation_that_it_stands_for():
    found = {
        name: re.match(r"Another address for `(\w+ /\S+)`", operation["description"])
        for name, operation in operations().items()
        if operation["summary"].endswith(" (alias)")
    }
    assert found
    targets = {name: match and match[1] for name, match in found.items()}
    assert {name: target for name, target in targets.items() if target not in operations() or target in targets} == {}


def test_every_operation_says_what_it_does_and_whom_it_is_for():
    # The last paragraph is made by machine; before it stand the author's own sentences.
    unclear = []
    for name, operation in operations().items():
        own, _, made = operation["description"].rpartition("\n\n")
        if not own.rstrip("*`").endswith((".", "…")) or not made.startswith("**For** "):
            unclear.append(name)
    assert unclear == []


def own_words(description: str) -> str:
    """What we say of a parameter, without the list of its values and the words that the libraries would say."""
    lines = [line for line in description.splitlines() if not line.startswith("* ")]
    stock = {"A search term.", "Which field to use when ordering the results."}
    return "" if description in stock else "".join(lines).strip()


def test_every_parameter_says_what_it_is():
    found = [
        f"{name}: {parameter['name']}"
        for name, operation in operations().items()
        for parameter in operation.get("parameters", [])
        if not own_words(parameter.get("description", ""))
    ]
    assert found == []


def test_the_page_is_divided_into_parts():
    used = {tag for operation in operations().values() for tag in operation["tags"]}
    assert used == set(PARTS)
    assert [tag["name"] for tag in page()["tags"]] == list(PARTS)
    assert all(text.endswith(".") for text in PARTS.values())


def test_every_serializer_says_what_it_holds():
    schemas = page()["components"]["schemas"]
    objects = {name: schema for name, schema in schemas.items() if schema.get("properties")}
    made = re.compile(r"^(Paginated|Patched)")
    assert [name for name, schema in objects.items() if not made.match(name) and not schema.get("description")] == []


def test_every_body_has_an_example():
    missing = []
    for name, operation in operations().items():
        bodies = operation.get("requestBody", {}).get("content", {})
        if bodies and not any("example" in media for media in bodies.values()):
            missing.append(f"{name}: request")
        missing += [
            f"{name}: {status}"
            for status, media in json_answers(operation)
            if not media.get("example") and not media.get("examples")
        ]
    assert missing == []


def test_no_example_is_a_mere_placeholder():
    found = set()
    for name, operation in operations().items():
        for media in operation.get("requestBody", {}).get("content", {}).values():
            found |= set(placeholders(f"{name} request ", media.get("example")))
        for status, media in json_answers(operation):
            found |= set(placeholders(f"{name} {status} ", media.get("example")))
    assert sorted(found) == []


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_answer_is_one_that_its_schema_describes(name: str):
    for status, media in json_answers(operations()[name]):
        shown = [media["example"]] if "example" in media else [resolved(one) for one in media["examples"].values()]
        for example in shown:
            assert valid(example, media["schema"]) == [], status


def test_every_refusal_is_shown_with_its_own_code_and_status():
    kinds = {kind.__name__: kind for kind in Refusal.registry.values()}
    for operation in operations().values():
        for status, media in json_answers(operation):
            for kind, example in media.get("examples", {}).items():
                error = resolved(example)["error"]
                assert (error["code"], error["status"], error["message"]) == (
                    kinds[kind].code, int(status), kinds[kind].message,
                )  # fmt: skip


def png() -> bytes:
    with io.BytesIO() as file:
        Image.new("RGB", (40, 30)).save(file, "PNG")
        return file.getvalue()


def with_files(example: dict[str, Any], kind: Any) -> dict[str, Any]:
    """The example with a file where the page shows a file's name."""
    files = {name for name, field in kind().fields.items() if type(field).__name__ == "FileField"}
    return {
        name: SimpleUploadedFile(str(value), png(), "image/png") if name in files and value else value
        for name, value in example.items()
    }


@functools.cache
def inputs() -> dict[str, Any]:
    """The input serializer of every operation, found while the schema is made."""
    found: dict[str, Any] = {}

    def note(schema: Any) -> Any:
        found[f"{schema.method} {schema.path}"] = schema.view.get_input_class()
        return usual(schema)

    usual = Schema.get_request_serializer
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Schema, "get_request_serializer", note)
        SchemaGenerator().get_schema(request=None, public=True)
    return found


@pytest.mark.parametrize("name", sorted(name for name, operation in operations().items() if "requestBody" in operation))
def test_every_request_is_one_that_the_operation_takes(name: str):
    kind = inputs()[name]
    for media in operations()[name]["requestBody"]["content"].values():
        if "example" in media:
            given = kind(data=with_files(media["example"], kind), partial=name.startswith("PATCH "))
            assert given.is_valid(), given.errors


def test_the_opening_names_every_scope_and_every_throttle():
    names = {*SCOPES, *settings.THROTTLES}
    assert {name for name in names if f"`{name}`" not in OPENING} == set()
    assert set(re.findall(r"`(\w+:(?:read|write))`", OPENING)) == set(SCOPES)


def test_the_opening_goes_into_the_image():
    assert "COPY docs/api.md" in (ROOT / "Dockerfile").read_text()
    assert "!docs/api.md" in (ROOT / ".dockerignore").read_text()
