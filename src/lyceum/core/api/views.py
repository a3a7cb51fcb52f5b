"""The base of every API view: audience, actor, input, answer, refusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.api.audience import OPEN, Audience
from lyceum.core.api.idempotency import IdempotentMixin
from lyceum.core.api.paging import CursorPage, Read
from lyceum.core.api.refusals import from_serializer
from lyceum.core.api.scopes import opens
from lyceum.core.errors import MissingField, NotFound, Refusal
from lyceum.core.http.bodies import PLAIN_BYTES
from lyceum.core.http.rendering import JSONParser, JSONRenderer
from lyceum.core.ids import parse_id
from lyceum.core.models.ledger import Fact

__all__ = ["ApiView", "ApiViewSet", "Audience"]


class ApiMixin(IdempotentMixin):
    """What views and view sets share. Per-action settings are keyed by the action, or the lower-case method."""

    audience: ClassVar[Audience]
    audiences: ClassVar[dict[str, Audience]] = {}
    # What an API key needs: `scope`, to read or to write by the method; without it, no key is let in, but where anybody
    # is. Verbs in `shows_people` answer with other people's names, addresses or answers, and need that right too
    # (`scopes.py`).
    scope: ClassVar[str] = ""
    shows_people: ClassVar[tuple[str, ...]] = ()
    refusals: ClassVar[dict[str, tuple[type[Refusal], ...]]] = {}
    throttle_scope_name: ClassVar[str | None] = ""
    input_serializer_class: ClassVar[type[BaseSerializer[Any]] | None] = None
    output_serializer_class: ClassVar[type[BaseSerializer[Any]] | None] = None
    input_serializers: ClassVar[dict[str, type[BaseSerializer[Any]] | None]] = {}
    output_serializers: ClassVar[dict[str, type[BaseSerializer[Any]] | None]] = {}
    success_statuses: ClassVar[dict[str, int]] = {}
    # Of a body in bytes, and of a file by verb: read by `core.http.bodies` before the body is. A verb that isn't named
    # takes no file.
    max_body_bytes: ClassVar[int] = PLAIN_BYTES
    max_upload_bytes: ClassVar[dict[str, int]] = {}
    # Answers that are the same for every visitor, and the query parameters that they depend on, by verb: see
    # `core.http.public_answers`.
    public_reads: ClassVar[dict[str, frozenset[str]]] = {}
    # For the API page: the part that it stands in, the operations that this one repeats by method, and values of an
    # answer's example that the catalogue doesn't have, by verb; and what a variable part of its address stands for.
    tag: ClassVar[str]
    alias_of: ClassVar[dict[str, str]] = {}
    schema_examples: ClassVar[dict[str, dict[str, Any]]] = {}
    schema_path_words: ClassVar[dict[str, str]] = {}
    # OPTIONS is answered for browsers before the view; the schema describes routes better than DRF's guess, which
    # looks up an object that isn't there.
    metadata_class: Any = None
    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def actor(self) -> Actor:
        return getattr(self.request, "actor", None) or Actor.of(self.request.user)

    @cached_property
    def at(self) -> datetime:
        return clock.now()

    @property
    def verb(self) -> str:
        """The action's name in a view set, the method's in a plain view."""
        return getattr(self, "action", None) or (self.request.method or "get").lower()

    def get_audience(self) -> Audience:
        return self.audiences.get(self.verb, self.audience)

    def get_authenticators(self) -> list[Any]:
        """Read no sign-in where the address or a signature says who is asking: an expired one must not refuse it."""
        if self.audience is Audience.SIGNED:
            return []
        authenticators: list[Any] = super().get_authenticators()  # type: ignore[misc]
        return authenticators

    def perform_authentication(self, request: Any) -> None:
        """Read who is asking. Where anybody may come, a key that doesn't cover the route is let in, as nobody's.

        So it is never refused for its scope, and never opens more of its person's than its scopes say.
        """
        super().perform_authentication(request)  # type: ignore[misc]
        if self.get_audience() in OPEN and not opens(self, request.method, self.actor):
            request.user, request.auth = AnonymousUser(), None
            request.actor = self.actor = Actor.anonymous()

    def get_input_class(self) -> type[BaseSerializer[Any]] | None:
        return self.input_serializers.get(self.verb, self.input_serializer_class)

    def get_output_class(self) -> type[BaseSerializer[Any]] | None:
        return self.output_serializers.get(self.verb, self.output_serializer_class)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.get_output_class() or Serializer

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep what is somebody's own, tokens above all, out of every cache on the way."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.throttle_scope_name != "public_read":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def options(self, *_args: Any, **_kwargs: Any) -> Response:
        """Answer with the Allow header alone; what a route takes stands in the schema."""
        return Response(status=204)

    def path_id(self, name: str = "uuid") -> UUID:
        """Return an identifier of the path.

        Raises: NotFound (404) when it is not a UUID.
        """
        value = parse_id(str(self.kwargs[name]))
        if value is None:
            raise NotFound
        return value

    def read_input(self, *, partial: bool = False) -> dict[str, Any]:
        """Return the validated body; of a change, what differs from what GET answers now (see `Input`).

        Raises: MissingField (400), ValidationRefused (422).
        """
        kind = _stated(self.get_input_class(), "input")
        if not hasattr(self.request.data, "keys"):
            raise MissingField({"non_field_errors": ["Please send a JSON object."]})
        context = {**self.get_serializer_context(), "answer": self.get_output_class(), "shown": self._shown}
        serializer = kind(data=self.request.data, partial=partial, context=context)
        if not serializer.is_valid():
            raise from_serializer(serializer)
        return dict(serializer.validated_data)

    def _shown(self) -> dict[str, Any]:
        """Return what GET of this address answers now, as JSON, for a body that may send it back."""
        read = getattr(self, "get", None) if self.request.method in {"PUT", "PATCH"} else None
        shown = {} if read is None else orjson.loads(JSONRenderer().render(read(self.request, **self.kwargs).data))
        return shown if isinstance(shown, dict) else {}

    def get_serializer_context(self) -> dict[str, Any]:
        return {"request": self.request, "view": self, "actor": self.actor, "at": self.at}

    def answer(self, instance: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        """Return one thing through the output serializer."""
        kind = _stated(self.get_output_class(), "output")
        return Response(kind(instance, context=self.get_serializer_context()).data, status=status, headers=headers)

    def page(self, queryset: QuerySet[Any], *, read: Read = list) -> Response:
        """Return one filtered page of a list, by number or, if asked, by cursor.

        read: how the page's rows are read, where what is shown isn't the whole row; it is given the page's query.
        """
        queryset = self.filter_queryset(queryset)  # type: ignore[attr-defined]
        kind = _stated(self.get_output_class(), "output")
        by_cursor = "cursor" in self.request.query_params
        paginator: Any = CursorPage() if by_cursor else self.pagination_class()  # type: ignore[attr-defined]
        rows = paginator.paginate_queryset(queryset, self.request, view=self, read=read)
        data = kind(rows, many=True, context=self.get_serializer_context()).data
        answer: Response = paginator.get_paginated_response(data)
        return answer

    def get_queryset(self) -> QuerySet[Any]:
        """Tell the schema which model a list is of. No row is read this way: reads start from a selector."""
        for stated in (self.get_output_class(), getattr(self, "filterset_class", None)):
            meta = getattr(stated, "Meta", None)
            if getattr(meta, "model", None) is not None:
                return QuerySet(meta.model).none()  # type: ignore[union-attr]
        return Fact.objects.none()

    def known_count(self, queryset: Any) -> int | None:
        """Return the list's length where it is cached; None counts."""
        return None


class ApiView(ApiMixin, GenericAPIView[Any]):
    """One address with its methods. Bodies are JSON unless `parser_classes` says otherwise."""

    queryset = None
    parser_classes = (JSONParser,)


class ApiViewSet(ApiMixin, GenericViewSet[Any]):
    """A resource with its actions. Paths take `<str:uuid>`; read it with `path_id()`."""

    lookup_field = "uuid"
    lookup_value_regex = "[^/]+"
    queryset: QuerySet[Any] | None = None
    parser_classes = (JSONParser,)


def _stated(kind: type[BaseSerializer[Any]] | None, what: str) -> type[BaseSerializer[Any]]:
    if kind is None:
        raise TypeError(f"This view states no {what} serializer.")
    return kind
