"""Registering, and a guest's own registration."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from lyceum.core.actors import Actor
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import EmailNotVerified, NotFound
from lyceum.core.ids import new_id
from lyceum.registrations import errors
from lyceum.registrations.api.inputs import CancelInput, ConsentInput, RegisterInput
from lyceum.registrations.api.outputs.own import GuestRegistrationOutput, RegisteredOutput
from lyceum.registrations.models import Registration
from lyceum.registrations.selectors import get_guest_registration
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.consent import set_verification_consent
from lyceum.registrations.services.guest_links import find_by_link
from lyceum.registrations.services.register import Registered, register

MESSAGES = {
    Registration.Status.CONFIRMED: "Successfully registered!",
    Registration.Status.PENDING: "Your place is held. Please pay for it to confirm it.",
    Registration.Status.WAITLISTED: "Added to waitlist.",
}
GUEST = {"token": "The secret of the link in the guest's mail."}


class RegisterView(ApiView):
    """Registers for an event, with an account or as a guest. A guest gives an email address and a name; their mail
    has a link with which they see or cancel their registration.

    For an address that is registered already, a caller who is not signed in gets the answer that a new one would get,
    and nothing changes: its owner is told by mail, and nobody finds out who takes part. The identifier in such an
    answer leads nowhere.
    """

    tag = "Your registrations"
    schema_examples = {"post": {"message": "Successfully registered!"}}

    audience = Audience.ANYONE
    scope = "registrations"
    input_serializer_class = RegisterInput
    output_serializer_class = RegisteredOutput
    refusals = {
        "post": (
            NotFound,
            EmailNotVerified,
            errors.AlreadyRegistered,
            errors.EventFull,
            errors.RegistrationClosed,
            errors.PaymentUnavailable,
        )
    }

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Register for an event.

        Takes a seat, or a position on the waiting list where none is free and the event has one. Who is signed in need
        not send a body. A seat that costs money is held until it is paid for.
        """
        given = self.read_input()
        outcome = register(
            event_id=self.path_id("event_uuid"),
            actor=self.actor,
            email=given.get("email") or "",
            answers=given.get("custom_field_responses"),
            ticket_type_id=given.get("ticket_type"),
            allow_public_verification=given["allow_public_verification"],
            invitation_token=given.get("invitation_token", ""),
            at=self.at,
            **Registration.person_in(given),
        )
        return Response(registered(outcome), status=201)


def registered(outcome: Registered) -> dict[str, Any]:
    """Return the answer in the shape of `RegisteredOutput`, without a serializer: this is the busiest route.

    An address that is registered already is answered as somebody new would be, with an id that leads to nothing.
    """
    key = str(outcome.registration.pk if outcome.registration else new_id())
    return {
        "id": key,
        "uuid": key,
        "registration_uuid": key,
        "status": str(outcome.status),
        "waitlist_position": outcome.position,
        "message": MESSAGES[Registration.Status(outcome.status)],
    }


class GuestRegistrationView(ApiView):
    """A registration, for whoever has the link that was mailed to its owner."""

    tag = "Your registrations"
    schema_path_words = GUEST

    audience = Audience.SIGNED
    throttle_scope_name = "public_read"
    input_serializers = {"patch": ConsentInput}
    output_serializer_class = GuestRegistrationOutput

    def get(self, request: Any, **kwargs: Any) -> Response:
        """Get a registration by its mailed link."""
        registration = find_by_link(self.kwargs["token"])
        return self.answer(get_guest_registration(registration.pk))

    def patch(self, request: Any, **kwargs: Any) -> Response:
        """Change a registration by its mailed link.

        Whether whoever verifies the certificate sees the name and the event; verification follows at once.
        """
        registration = find_by_link(self.kwargs["token"])
        allowed = self.read_input().get("allow_public_verification")
        if allowed is not None:
            guest = Actor.guest(email=registration.email)
            set_verification_consent(registration_id=registration.pk, allowed=allowed, actor=guest, at=self.at)
        return self.answer(get_guest_registration(registration.pk))


class GuestCancelView(ApiView):
    """Cancels a registration, for whoever has the link that was mailed to its owner."""

    tag = "Your registrations"
    schema_path_words = GUEST
    schema_examples = {"post": {"status": "cancelled", "cancelled_at": "2027-03-01T07:45:00Z", "can_cancel": False}}

    audience = Audience.SIGNED
    input_serializer_class = CancelInput
    output_serializer_class = GuestRegistrationOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.AlreadyCancelled, errors.CannotCancel)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Cancel a registration by its mailed link.

        Possible until the event starts. A freed seat goes to the waiting list.
        """
        registration = find_by_link(self.kwargs["token"])
        cancel_registration(
            registration_id=registration.pk,
            actor=Actor.guest(email=registration.email),
            reason=self.read_input().get("reason", ""),
            at=self.at,
        )
        return self.answer(get_guest_registration(registration.pk))
