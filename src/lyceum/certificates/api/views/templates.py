"""/templates/"""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.response import Response

from lyceum.certificates import selectors
from lyceum.certificates.api.inputs import PreviewInput, TemplateCreateInput, TemplateUpdateInput
from lyceum.certificates.api.outputs import (
    MessageOutput,
    PreviewOutput,
    TemplateChangedOutput,
    TemplateListOutput,
    TemplateOutput,
)
from lyceum.certificates.errors import TemplateInUse, TemplateSuperseded
from lyceum.certificates.services.previewing import preview_template
from lyceum.certificates.services.template_editing import update_template
from lyceum.certificates.services.templates import (
    create_template,
    delete_template,
    duplicate_template,
    restore_template,
    set_default_template,
)
from lyceum.core.api.views import ApiViewSet, Audience
from lyceum.core.errors import InvalidState
from lyceum.core.http.rendering import JSONParser


class TemplateViewSet(ApiViewSet):
    """Certificate templates of one's own."""

    audience = Audience.ORGANIZER
    scope = "certificates"
    parser_classes: Any = (JSONParser, MultiPartParser, FormParser)
    search_fields = ("name", "description")
    ordering_fields = ("name", "created_at", "updated_at", "is_default")
    ordering = ("-is_default", "-created_at")
    list_verbs = ("versions",)
    refusals: ClassVar = {
        "create": (InvalidState,),
        "partial_update": (TemplateSuperseded, InvalidState),
        "destroy": (TemplateInUse,),
        "set_default": (TemplateSuperseded, InvalidState),
    }
    input_serializers: ClassVar = {
        "create": TemplateCreateInput,
        "partial_update": TemplateUpdateInput,
        "draw": PreviewInput,
    }
    output_serializers: ClassVar = {
        "list": TemplateListOutput,
        "versions": TemplateListOutput,
        "partial_update": TemplateChangedOutput,
        "preview": PreviewOutput,
        "draw": PreviewOutput,
        "set_default": MessageOutput,
    }
    output_serializer_class = TemplateOutput
    success_statuses: ClassVar = {"duplicate": 201, "set_default": 200, "restore": 200, "draw": 200}
    schema_parameters: ClassVar = {"list": [OpenApiParameter("include_deleted", bool, description="Deleted ones too.")]}

    def list(self, request: HttpRequest, **kwargs: Any) -> Response:
        """List the latest version of each of one's templates."""
        include = self.request.query_params.get("include_deleted", "").lower() in ("true", "1")
        return self.page(selectors.templates_of(self.actor, include_deleted=include))

    def create(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Make a template from a file or a built-in design."""
        return self.answer(create_template(actor=self.actor, at=self.at, **self.read_input()), status=201)

    def retrieve(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Return one version of a template; old versions stay readable."""
        return self.answer(selectors.find_template(self.actor, self.path_id()))

    def partial_update(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Change a template. A used one gets a new version: the answer has its id, and `previous_version`."""
        self.changed_id = self.path_id()
        changes = self.read_input(partial=True)
        return self.answer(update_template(template_id=self.changed_id, actor=self.actor, at=self.at, changes=changes))

    def destroy(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Remove a template that nothing was printed on."""
        delete_template(template_id=self.path_id(), actor=self.actor, at=self.at)
        return Response(status=204)

    def restore(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Bring back a removed template of one's own."""
        return self.answer(restore_template(template_id=self.path_id(), actor=self.actor, at=self.at))

    def duplicate(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Copy a template; the copy starts at version 1."""
        copy = duplicate_template(template_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer(copy, status=201)

    def set_default(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Make this the template for events that chose none."""
        set_default_template(template_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer({"message": "Template set as default."})

    def versions(self, request: HttpRequest, **kwargs: Any) -> Response:
        """List every version, newest first."""
        return self.page(selectors.versions_of(self.actor, self.path_id()))

    def preview(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Return a link to a picture of the template with sample words."""
        link = preview_template(template_id=self.path_id(), actor=self.actor, at=self.at, words={})
        return self.answer({"preview_url": link})

    def draw(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Return a link to a picture of the template with the words given."""
        words = self.read_input()
        link = preview_template(template_id=self.path_id(), actor=self.actor, at=self.at, words=words)
        return self.answer({"preview_url": link})

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "changed_id": getattr(self, "changed_id", None)}

    def get_default_ordering(self) -> tuple[str, ...]:
        return ("-version",) if self.verb == "versions" else self.ordering
