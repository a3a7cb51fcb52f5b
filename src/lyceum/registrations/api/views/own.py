"""One's own registrations."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from lyceum.core.api.views import ApiViewSet, Audience
from lyceum.registrations import errors
from lyceum.registrations.api.filters import MyRegistrationFilter
from lyceum.registrations.api.inputs import CancelInput, ConsentInput
from lyceum.registrations.api.outputs.own import MyCancelledOutput, MyRegistrationOutput, WaitlistPositionOutput
from lyceum.registrations.models import Registration
from lyceum.registrations.selectors import get_own_registration, own_registrations, waitlist_position
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.consent import set_verification_consent


class MyRegistrationViewSet(ApiViewSet):
    """The registrations of the person who is signed in."""

    tag = "Your registrations"

    audience = Audience.USER
    scope = "registrations"
    queryset = Registration.objects.none()
    output_serializers = {"waitlist_position": WaitlistPositionOutput, "cancel": MyCancelledOutput}
    output_serializer_class = MyRegistrationOutput
    input_serializers = {"cancel": CancelInput, "partial_update": ConsentInput}
    filterset_class = MyRegistrationFilter
    search_fields = ["event__title"]
    ordering_fields = ["registered_at", "status", "event__starts_at"]
    ordering = ["-registered_at"]
    success_statuses = {"cancel": 200}
    refusals = {
        "cancel": (errors.AlreadyCancelled, errors.CannotCancel),
        "waitlist_position": (errors.NotWaitlisted,),
    }

    def list(self, request: Any) -> Response:
        """List your registrations.

        The newest come first; `upcoming=true` shows what is still to come.
        """
        return self.page(own_registrations(self.actor))

    def retrieve(self, request: Any, uuid: str) -> Response:
        """Get one of your registrations."""
        return self.answer(get_own_registration(self.actor, self.path_id()))

    def partial_update(self, request: Any, uuid: str) -> Response:
        """Change your registration.

        Whether whoever verifies your certificate sees your name and the event; verification follows at once.
        """
        row = get_own_registration(self.actor, self.path_id())
        allowed = self.read_input().get("allow_public_verification")
        if allowed is not None:
            set_verification_consent(registration_id=row.pk, allowed=allowed, actor=self.actor, at=self.at)
        return self.answer(get_own_registration(self.actor, row.pk))

    def cancel(self, request: Any, uuid: str) -> Response:
        """Cancel your registration.

        Possible until the event starts. A freed seat goes to the waiting list.
        """
        registration_id = self.path_id()
        get_own_registration(self.actor, registration_id)
        reason = self.read_input().get("reason", "") or "Cancelled by the attendee."
        cancel_registration(registration_id=registration_id, actor=self.actor, reason=reason, at=self.at)
        return self.answer(get_own_registration(self.actor, registration_id))

    def waitlist_position(self, request: Any, uuid: str) -> Response:
        """Get your position on the waiting list."""
        row = get_own_registration(self.actor, self.path_id())
        return self.answer(waitlist_position(row, at=self.at))
