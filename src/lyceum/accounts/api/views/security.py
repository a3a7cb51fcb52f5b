"""Devices, API keys, taking one's data along, and deleting an account. No API key opens these."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api import inputs, outputs
from lyceum.accounts.api.authentication import current_session
from lyceum.accounts.api.outputs import SentenceOutput
from lyceum.accounts.api.views.base import OwnMixin
from lyceum.accounts.errors import ActiveContent, TooManyApiKeys
from lyceum.accounts.selectors import get_own, own_api_keys, own_sessions
from lyceum.accounts.services.api_keys import create_api_key, revoke_api_key
from lyceum.accounts.services.leaving import delete_account, request_export
from lyceum.accounts.services.sessions import end_other_sessions, end_session
from lyceum.core import clock
from lyceum.core.api.jobs import JobOutput
from lyceum.core.api.views import ApiView, ApiViewSet, Audience
from lyceum.core.http.client_address import client_address


class SessionViewSet(OwnMixin, ApiViewSet):
    """Signed-in devices."""

    audience = Audience.USER
    output_serializers = {
        "list": outputs.DeviceOutput,
        "retrieve": outputs.DeviceOutput,
        "terminate_all": outputs.TerminatedOutput,
    }
    success_statuses = {"terminate_all": 200}
    ordering_fields = ("last_activity_at", "created_at")

    def list(self, request: Request) -> Response:
        """Return the caller's signed-in devices, the last used first."""
        return self.page(own_sessions(self.actor, at=clock.real_now()))

    def retrieve(self, request: Request, uuid: str) -> Response:
        """Return one of the caller's devices."""
        return self.answer(get_own(own_sessions(self.actor, at=clock.real_now()), self.path_id()))

    def destroy(self, request: Request, uuid: str) -> Response:
        """Sign one device out; its tokens stop working at once."""
        end_session(session_id=self.path_id(), actor=self.actor, at=clock.real_now())
        return Response(status=204)

    def terminate_all(self, request: Request) -> Response:
        """Sign every device out but the one that asks."""
        session = current_session(request)
        ended = end_other_sessions(
            user_id=self.person_id, keep=session.pk if session else None, actor=self.actor, at=clock.real_now()
        )
        return self.answer({"message": "Every other device is signed out.", "terminated": ended})


class ApiKeyViewSet(ApiViewSet):
    """Keys for programs."""

    audience = Audience.USER
    answers_stored = False
    input_serializers = {"create": inputs.ApiKeyInput}
    output_serializers = {
        "list": outputs.ApiKeyOutput,
        "retrieve": outputs.ApiKeyOutput,
        "create": outputs.NewApiKeyOutput,
    }
    refusals = {"create": (TooManyApiKeys,)}
    ordering_fields = ("created_at", "expires_at", "name")

    def list(self, request: Request) -> Response:
        """Return the caller's keys, without their secrets."""
        return self.page(own_api_keys(self.actor))

    def retrieve(self, request: Request, uuid: str) -> Response:
        """Return one of the caller's keys, without its secret."""
        return self.answer(get_own(own_api_keys(self.actor), self.path_id()))

    def create(self, request: Request) -> Response:
        """Make a key. Its secret is in this answer and never again."""
        data = self.read_input()
        made = create_api_key(
            name=data["name"],
            scopes=data["scopes"],
            expires_at=data.get("expires_at"),
            actor=self.actor,
            at=clock.real_now(),
        )
        return self.answer(made, status=201)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Take a key away, at once."""
        revoke_api_key(api_key_id=self.path_id(), actor=self.actor, at=clock.real_now())
        return Response(status=204)


class ExportDataView(OwnMixin, ApiView):
    """Taking one's data along."""

    audience = Audience.USER
    output_serializer_class = JobOutput
    success_statuses = {"post": 202}

    def post(self, request: Request) -> Response:
        """Start gathering everything held about the caller into a ZIP; poll the job for the link."""
        return self.answer(request_export(user_id=self.person_id, actor=self.actor, at=self.at), status=202)


class DeleteAccountView(OwnMixin, ApiView):
    """Deleting an account."""

    audience = Audience.USER
    throttle_scope_name = "auth_login"
    answers_stored = False
    input_serializer_class = inputs.DeleteAccountInput
    output_serializer_class = SentenceOutput
    success_statuses = {"post": 200}
    refusals = {"post": (ActiveContent,)}

    def post(self, request: Request) -> Response:
        """Anonymise and hide the caller's account; money, attendance and certificates stay."""
        delete_account(
            user_id=self.person_id,
            password=self.read_input()["password"],
            address=client_address(request),
            actor=self.actor,
            at=clock.real_now(),
        )
        return self.answer({"message": "Your account is deleted."})
