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
from lyceum.accounts.services.leave import delete_account, request_export
from lyceum.accounts.services.sessions import end_other_sessions, end_session
from lyceum.core import clock
from lyceum.core.api.jobs import JobOutput
from lyceum.core.api.views import ApiView, ApiViewSet, Audience
from lyceum.core.errors import EmailNotVerified, ReauthenticationRequired
from lyceum.core.http.client_address import client_address


class SessionViewSet(OwnMixin, ApiViewSet):
    """The devices that the account is signed in on. Each sign-in opens one session."""

    tag = "Devices and API keys"
    schema_examples = {"terminate_all": {"message": "Every other device is signed out."}}

    audience = Audience.USER
    output_serializers = {
        "list": outputs.DeviceOutput,
        "retrieve": outputs.DeviceOutput,
        "terminate_all": outputs.TerminatedOutput,
    }
    success_statuses = {"terminate_all": 200}
    ordering_fields = ("last_activity_at", "created_at")

    def list(self, request: Request) -> Response:
        """List the devices you are signed in on.

        The one used last comes first.
        """
        return self.page(own_sessions(self.actor, at=clock.real_now()))

    def retrieve(self, request: Request, uuid: str) -> Response:
        """Get one of your devices."""
        return self.answer(get_own(own_sessions(self.actor, at=clock.real_now()), self.path_id()))

    def destroy(self, request: Request, uuid: str) -> Response:
        """Sign one device out.

        Its tokens stop working at once.
        """
        end_session(session_id=self.path_id(), actor=self.actor, at=clock.real_now())
        return Response(status=204)

    def terminate_all(self, request: Request) -> Response:
        """Sign out every device but this one."""
        session = current_session(request)
        ended = end_other_sessions(
            user_id=self.person_id, keep=session.pk if session else None, actor=self.actor, at=clock.real_now()
        )
        return self.answer({"message": "Every other device is signed out.", "terminated": ended})


class ApiKeyViewSet(OwnMixin, ApiViewSet):
    """API keys, with which programs act for the account, each within its scopes. See "API keys and scopes" above."""

    tag = "Devices and API keys"

    audience = Audience.USER
    answers_stored = False
    input_serializers = {"create": inputs.ApiKeyInput}
    output_serializers = {
        "list": outputs.ApiKeyOutput,
        "retrieve": outputs.ApiKeyOutput,
        "create": outputs.NewApiKeyOutput,
    }
    audiences = {"create": Audience.VERIFIED}
    refusals = {"create": (TooManyApiKeys, EmailNotVerified, ReauthenticationRequired)}
    ordering_fields = ("created_at", "expires_at", "name")

    def list(self, request: Request) -> Response:
        """List your API keys.

        Their secrets can't be read again.
        """
        return self.page(own_api_keys(self.actor))

    def retrieve(self, request: Request, uuid: str) -> Response:
        """Get one of your API keys.

        Its secret can't be read again.
        """
        return self.answer(get_own(own_api_keys(self.actor), self.path_id()))

    def create(self, request: Request) -> Response:
        """Create an API key.

        The secret is the `key` of this answer, and is never shown again. An account has at most 20 keys, and its
        address must be verified. A key ends when the password is changed or reset.

        A sign-in that is older than a few minutes (15, unless the operator says otherwise) needs the `password` too,
        or is refused with 403 `REAUTHENTICATION_REQUIRED`.
        """
        data = self.read_input()
        made = create_api_key(
            name=data["name"],
            scopes=data["scopes"],
            expires_at=data.get("expires_at"),
            password=data.get("password", ""),
            address=client_address(request),
            user=self.person,
            actor=self.actor,
            at=clock.real_now(),
        )
        return self.answer(made, status=201)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Revoke an API key.

        It stops working at once.
        """
        revoke_api_key(api_key_id=self.path_id(), actor=self.actor, at=clock.real_now())
        return Response(status=204)


class ExportDataView(OwnMixin, ApiView):
    """Gives a person a copy of everything that is held about them."""

    tag = "Your account"
    schema_examples = {
        "post": {
            "kind": "accounts.export_data",
            "status": "queued",
            "done": 0,
            "total": None,
            "download_url": None,
            "finished_at": None,
        }
    }

    audience = Audience.USER
    output_serializer_class = JobOutput
    success_statuses = {"post": 202}

    def post(self, request: Request) -> Response:
        """Ask for a copy of your data.

        It is gathered into a ZIP file as a job: poll `jobs/{uuid}/` until its status is `completed`, then follow its
        `download_url`.
        """
        return self.answer(request_export(user_id=self.person_id, actor=self.actor, at=self.at), status=202)


class DeleteAccountView(OwnMixin, ApiView):
    """Deletes the account of the person who is signed in."""

    tag = "Your account"
    schema_examples = {"post": {"message": "Your account is deleted."}}

    audience = Audience.USER
    throttle_scope_name = "auth_login"
    answers_stored = False
    input_serializer_class = inputs.DeleteAccountInput
    output_serializer_class = SentenceOutput
    success_statuses = {"post": 200}
    refusals = {"post": (ActiveContent,)}

    def post(self, request: Request) -> Response:
        """Delete your account.

        Name, address and profile are erased, and every session and key ends. Certificates, attendance and payments
        stay, for they prove something to others. Refused with 409 `ACTIVE_CONTENT` while there are events that are
        published or live.
        """
        delete_account(
            user_id=self.person_id,
            password=self.read_input()["password"],
            address=client_address(request),
            actor=self.actor,
            at=clock.real_now(),
        )
        return self.answer({"message": "Your account is deleted."})
