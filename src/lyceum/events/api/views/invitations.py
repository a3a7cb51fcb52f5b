"""The invitations to an event."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.api.filters import FilterSet
from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs.invitations import InvitationsInput
from lyceum.events.api.outputs.invitations import InvitationOutput, InvitingOutput, QueuedOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.models import EventInvitation
from lyceum.events.models.choices import InvitationStatus
from lyceum.events.selectors import own_invitation
from lyceum.events.services.invitations import invite, revoke_invitation, send_invitations


class InvitationFilters(FilterSet):
    status = filters.ChoiceFilter(choices=InvitationStatus.choices, help_text="What became of the invitation.")

    class Meta:
        model = EventInvitation
        fields: list[str] = []


class InvitationViewSet(NestedViewSet):
    """Invitations to an event: an address each, with a link of its own. A private event can be read and registered
    for only with one.
    """

    tag = "Invitations"

    # `create` says of an address that it was invited before, or that its owner doesn't want to be.
    shows_people = ("list", "create", "retrieve")
    output_serializer_class = InvitationOutput
    output_serializers = {
        "destroy": None,
        "create": InvitingOutput,
        "send": QueuedOutput,
        "send_all": QueuedOutput,
    }
    input_serializers = {"create": InvitationsInput}
    refusals = {"*": (InvalidState,)}
    success_statuses = {"send": 200, "send_all": 200}
    filterset_class = InvitationFilters
    search_fields = ["email", "full_name"]
    ordering_fields = ["created_at", "email", "sent_at"]
    ordering = ["-created_at"]

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List an event's invitations.

        The newest come first.
        """
        return self.page(self.own_event().invitations.all())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Invite people to an event.

        At most 500 addresses at once. An address that was invited before is skipped. Nothing is mailed unless
        `send_immediately` is true.
        """
        return self.answer(invite(**self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get one invitation."""
        return self.answer(own_invitation(self.actor, self.event_id, self.path_id()))

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Withdraw an invitation.

        One that was used to register stays (409 `INVALID_STATE`).
        """
        revoke_invitation(invitation_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)

    def send(self, request: Request, **kwargs: Any) -> Response:
        """Send one invitation.

        Sent once more, it carries a new link.
        """
        queued = send_invitations(invitation_id=self.path_id(), **self.verb_arguments())
        return self.answer({"queued": queued})

    def send_all(self, request: Request, **kwargs: Any) -> Response:
        """Send every invitation that has not been sent."""
        return self.answer({"queued": send_invitations(**self.verb_arguments())})
