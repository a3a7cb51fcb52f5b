"""The routes of certificate templates."""

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
from lyceum.certificates.rendering.backgrounds import BACKGROUND_BYTES, SIGNATURE_BYTES
from lyceum.certificates.services.preview import preview_template
from lyceum.certificates.services.templates import (
    create_template,
    delete_template,
    duplicate_template,
    restore_template,
    set_default_template,
)
from lyceum.certificates.services.update_template import update_template
from lyceum.core.api.filters import asked_yes
from lyceum.core.api.views import ApiViewSet, Audience
from lyceum.core.errors import InvalidState
from lyceum.core.http.rendering import JSONParser


class TemplateViewSet(ApiViewSet):
    """The organizer's own certificate templates: a background, and the positions of the fields on it, in pixels from
    the top left.

    A template that a certificate was issued on never changes: changing it makes a new version, with an identifier of
    its own, and events follow.
    """

    tag = "Certificate templates"
    schema_examples: ClassVar = {"set_default": {"message": "Template set as default."}}

    audience = Audience.ORGANIZER
    scope = "certificates"
    parser_classes: Any = (JSONParser, MultiPartParser, FormParser)
    max_upload_bytes: ClassVar = dict.fromkeys(("create", "partial_update"), BACKGROUND_BYTES + SIGNATURE_BYTES)
    search_fields = ("name", "description")
    ordering_fields = ("name", "created_at", "updated_at", "is_default")
    ordering: tuple[str, ...] = ("-is_default", "-created_at")
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
        """List your certificate templates.

        The latest version of each. `include_deleted=true` shows deleted ones too.
        """
        include = asked_yes(self.request, "include_deleted")
        return self.page(selectors.templates_of(self.actor, include_deleted=include))

    def create(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Create a certificate template.

        From a file (PDF, PNG or JPEG, one page, at most 10 MB, as `multipart/form-data`) or a built-in design.
        """
        return self.answer(create_template(actor=self.actor, at=self.at, **self.read_input()), status=201)

    def retrieve(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Get one version of a certificate template."""
        return self.answer(selectors.find_template(self.actor, self.path_id()))

    def partial_update(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Change a certificate template.

        Where certificates were issued on it, a change that can be seen makes a new version: the answer has the new
        identifier, and `previous_version`.
        """
        self.changed_id = self.path_id()
        changes = self.read_input(partial=True)
        return self.answer(update_template(template_id=self.changed_id, actor=self.actor, at=self.at, changes=changes))

    def destroy(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Delete a certificate template.

        One that certificates were issued on stays (409 `TEMPLATE_IN_USE`); it can be deactivated.
        """
        delete_template(template_id=self.path_id(), actor=self.actor, at=self.at)
        return Response(status=204)

    def restore(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Bring a deleted certificate template back."""
        return self.answer(restore_template(template_id=self.path_id(), actor=self.actor, at=self.at))

    def duplicate(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Copy a certificate template.

        The copy starts at version 1.
        """
        copy = duplicate_template(template_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer(copy, status=201)

    def set_default(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Make a template the default.

        Events that chose no template use it.
        """
        set_default_template(template_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer({"message": "Template set as default."})

    def versions(self, request: HttpRequest, **kwargs: Any) -> Response:
        """List the versions of a certificate template.

        The newest comes first.
        """
        self.ordering = ("-version",)
        return self.page(selectors.versions_of(self.actor, self.path_id()))

    def preview(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Preview a certificate template with sample words.

        The answer is a signed link to a picture, which expires.
        """
        link = preview_template(template_id=self.path_id(), actor=self.actor, at=self.at, words={})
        return self.answer({"preview_url": link})

    def draw(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Preview a certificate template with your own words.

        The answer is a signed link to a picture, which expires.
        """
        words = self.read_input()
        link = preview_template(template_id=self.path_id(), actor=self.actor, at=self.at, words=words)
        return self.answer({"preview_url": link})

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "changed_id": getattr(self, "changed_id", None)}
