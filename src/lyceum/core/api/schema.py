"""OpenAPI: every route with its input, its answer and every refusal."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from lyceum.core import errors
from lyceum.core.api.audience import Audience
from lyceum.core.api.schema_words import description_of, summary_of, words_of_part
from lyceum.core.errors import Refusal


class ErrorBody(serializers.Serializer[Any]):
    """What was refused, and why."""

    code = serializers.CharField(help_text="The name of the refusal, for programs; it never changes.")
    message = serializers.CharField(
        help_text="What went wrong and what to do next, for people; its wording may change."
    )
    status = serializers.IntegerField(help_text="The answer's HTTP status.")
    details = serializers.DictField(help_text="More about it; of a bad request each field with its messages.")
    retry_after = serializers.IntegerField(
        required=False, help_text="With status 429: the seconds after which to try again."
    )


class Error(serializers.Serializer[Any]):
    """A refusal. Everything that is refused is answered in this shape."""

    error = ErrorBody()


class Schema(AutoSchema):
    """Reads the view's own statements, so that the schema can't drift from them."""

    # Routes are made of ApiView; the others (the schema's own) are left out by `only_api`.
    view: Any

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_summary(self) -> str:
        return summary_of(self.view, self.method)

    def get_description(self, path: str = "", method: str = "") -> str:
        return description_of(self.view, self.method)

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Add what the hook that makes the examples needs to know; it takes these notes out again."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation["x-example"] = self.view.schema_examples.get(self.view.verb, {})
            operation["x-refusals"] = {
                str(status): sorted(kinds, key=lambda kind: kind.__name__) for status, kinds in self._refusals().items()
            }
        return operation

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """Note the values that a serializer states for its example, and advise against its second names."""
        parent = cast(Any, super())
        schema = parent._map_serializer(serializer, direction, bypass_extensions)  # noqa: SLF001 -- its own, untyped
        for second in getattr(serializer, "second_names", ()):
            schema["properties"][second] = {**schema["properties"][second], "deprecated": True}
        example = getattr(serializer, "schema_example", None)
        return {**schema, "x-example": example} if example else schema

    def get_operation_id(self) -> str:
        parts = [part for part in self.path.replace("{", "").replace("}", "").split("/") if part]
        name = "_".join(part.replace("-", "_").replace(".", "_") for part in parts if part not in {"api", "v1"})
        return f"{self.method.lower()}_{name}"

    def get_request_serializer(self) -> Any:
        view = self.view
        kind = view.get_input_class() if self.method in {"POST", "PUT", "PATCH", "DELETE"} else None
        if kind is None:
            return None
        return kind(partial=self.method == "PATCH") if self.method == "PATCH" else kind

    def get_response_serializers(self) -> Any:
        view = self.view
        status = view.success_statuses.get(view.verb) or {"DELETE": 204}.get(self.method, self._created())
        answers: dict[Any, Any] = {}
        for code in status if isinstance(status, tuple) else (status,):
            # Downloads name their own content types; everything else is JSON.
            answers[(code, *getattr(view, "schema_media_types", {}).get(view.verb, ("application/json",)))] = (
                self._success(code)
            )
        for code, refusals in sorted(self._refusals().items()):
            codes = sorted({refusal.code for refusal in refusals})
            answers[code] = OpenApiResponse(Error, description=", ".join(codes))
        return answers

    def _created(self) -> int:
        return 201 if self.method == "POST" and self.view.verb in {"create", "post"} else 200

    def _success(self, code: int) -> Any:
        view = self.view
        special = getattr(view, "schema_answers", {}).get(view.verb, {}).get(code)
        if special is not None:
            return special
        kind = None if code == 204 else view.get_output_class()
        if kind is None:
            return OpenApiResponse(description="Done; the answer has no body.")
        return kind(many=True) if self._is_list_view() else kind

    def _refusals(self) -> dict[int, set[type[Refusal]]]:
        view, found = self.view, set[type[Refusal]]()
        found |= {errors.RateLimited, errors.NotAcceptable, errors.PermissionDenied, errors.ServiceUnavailable}
        if view.get_audience() is not Audience.SIGNED:
            found |= {errors.NotAuthenticated, *_token_refusals()}
        if view.get_audience() is Audience.VERIFIED:
            found.add(errors.EmailNotVerified)
        if "{" in self.path or self._is_list_view():
            found.add(errors.NotFound)
        found |= {errors.ValidationRefused} if self.method == "GET" else set()
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            found |= {errors.ParseRefused, errors.MissingField, errors.ValidationRefused}
            found |= {errors.UnsupportedMediaType, errors.PayloadTooLarge}
        if self.method == "POST":
            found |= {errors.IdempotencyKeyReused, errors.IdempotencyInProgress}
        found |= set(view.refusals.get("*", ())) | set(view.refusals.get(view.verb, ()))
        by_status: dict[int, set[type[Refusal]]] = defaultdict(set)
        for refusal in found:
            by_status[refusal.status].add(refusal)
        return by_status

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                "description": words_of_part(self.view, self.path, name),
                "schema": {"type": "string", "format": "uuid"} if name.endswith("uuid") else {"type": "string"},
            }
            for name in variables
        ]

    def get_override_parameters(self) -> list[Any]:
        view = self.view
        parameters: list[Any] = list(getattr(view, "schema_parameters", {}).get(view.verb, []))
        if self.method == "POST" and view.answers_stored:
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    str,
                    OpenApiParameter.HEADER,
                    description="Any text of your own, at most 255 characters. The same request with the same key "
                    "within 24 hours gets the first one's answer, and nothing is done twice.",
                )
            )
        return parameters

    def _is_list_view(self, serializer: Any = None) -> bool:
        view = self.view
        if self.method != "GET":
            return False
        return view.verb == "list" or view.verb in getattr(view, "list_verbs", ())


def _token_refusals() -> set[type[Refusal]]:
    names = {"TOKEN_INVALID", "TOKEN_EXPIRED", "AUTHENTICATION_FAILED"}
    return {kind for kind in Refusal.registry.values() if kind.code in names and kind.status == 401}


def only_api(endpoints: list[Any]) -> list[Any]:
    """Keep the versioned API and its aliases; pages and schema views describe themselves."""
    return [entry for entry in endpoints if entry[0].startswith("/api/") and not entry[0].startswith("/api/schema")]
