"""One's own profile, and the public page of organizers."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api import inputs, outputs
from lyceum.accounts.api.views.base import OwnMixin
from lyceum.accounts.errors import ActiveContent, AlreadyInstructor, AlreadyOrganizer, RoleNotHeld
from lyceum.accounts.selectors import get_public_organizer, own_account
from lyceum.accounts.services.preferences import switches_of
from lyceum.accounts.services.profile import complete_onboarding, save_profile, update_organizer_profile, update_profile
from lyceum.accounts.services.roles import give_up_role, take_role
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.http.rendering import JSONParser


class ProfileView(OwnMixin, ApiView):
    """One's own account, as S2 names it."""

    audience = Audience.USER
    scope = "profile"
    parser_classes: Any = (JSONParser, MultiPartParser)
    input_serializers = {"put": inputs.ProfilePutInput, "patch": inputs.ProfileInput}
    output_serializer_class: ClassVar[Any] = outputs.MeOutput

    def get(self, request: Request) -> Response:
        """Return the caller's account and profile."""
        return self.answer(own_account(self.person))

    def put(self, request: Request) -> Response:
        """Change the profile; the two names are required, what else isn't sent stays."""
        return self._save(request)

    def patch(self, request: Request) -> Response:
        """Change what is sent."""
        return self._save(request)

    def _save(self, request: Request) -> Response:
        # A form leaves unticked boxes out, which must not read as "no": only what was sent counts.
        changes = {name: value for name, value in self.read_input().items() if name in request.data}
        return self.answer(own_account(save_profile(changes=changes, **self.own())))

    def own(self) -> dict[str, Any]:
        return {"user_id": self.person_id, "actor": self.actor, "at": self.at}


class OwnUserView(ProfileView):
    """The same as S0 names it."""

    http_method_names = ["get", "patch", "options", "head"]


class NotificationPreferencesView(ProfileView):
    """How the caller wants to be told things."""

    http_method_names = ["get", "patch", "options", "head"]
    parser_classes: Any = (JSONParser,)
    input_serializers = {"patch": inputs.NotificationsInput}
    output_serializer_class: ClassVar[Any] = outputs.NotificationsOutput

    def get(self, request: Request) -> Response:
        """Return the caller's preferences."""
        return self.answer(switches_of(self.person_id))

    def patch(self, request: Request) -> Response:
        """Change what is sent."""
        update_profile(changes=self.read_input(), **self.own())
        return self.answer(switches_of(self.person_id))


class OrganizerProfileView(ProfileView):
    """The caller's public page as an organizer."""

    http_method_names = ["get", "patch", "options", "head"]
    audience = Audience.ORGANIZER
    parser_classes: Any = (JSONParser,)
    input_serializers = {"patch": inputs.OrganizerProfileInput}
    output_serializer_class: ClassVar[Any] = outputs.OrganizerProfileFields

    def get(self, request: Request) -> Response:
        """Return the page as its owner edits it."""
        return self.answer(self.person)

    def patch(self, request: Request) -> Response:
        """Change what is sent."""
        return self.answer(update_organizer_profile(changes=self.read_input(), **self.own()))


class PublicOrganizerView(ApiView):
    """An organizer's public page."""

    audience = Audience.ANYONE
    scope = "events"
    throttle_scope_name = "public_read"
    output_serializer_class = outputs.PublicOrganizerOutput

    def get(self, request: Request, uuid: str) -> Response:
        """Return the page, if its organizer made it public."""
        return self.answer(get_public_organizer(self.path_id()))


class UpgradeView(OwnMixin, ApiView):
    """Becoming an organizer or an instructor."""

    audience = Audience.VERIFIED
    input_serializer_class = inputs.UpgradeInput
    output_serializer_class = outputs.RoleOutput
    success_statuses = {"post": 200}
    refusals = {"post": (AlreadyOrganizer, AlreadyInstructor)}

    def post(self, request: Request) -> Response:
        """Take up a role; the address must be verified."""
        data = self.read_input()
        user = take_role(user_id=self.person_id, actor=self.actor, at=self.at, **data)
        return self.answer({"message": f"You are an {data['role']} now.", "user": user})


class DowngradeView(OwnMixin, ApiView):
    """Giving a role back."""

    audience = Audience.VERIFIED
    input_serializer_class = inputs.DowngradeInput
    output_serializer_class = outputs.RoleOutput
    success_statuses = {"post": 200}
    refusals = {"post": (RoleNotHeld, ActiveContent)}

    def post(self, request: Request) -> Response:
        """Give a role back; refused while there is active content."""
        data = self.read_input()
        user = give_up_role(user_id=self.person_id, role=data["role"], actor=self.actor, at=self.at)
        return self.answer({"message": f"You are no longer an {data['role']}.", "user": user})


class OnboardingView(OwnMixin, ApiView):
    """The first steps."""

    audience = Audience.USER
    scope = "profile"
    output_serializer_class = outputs.OnboardingOutput
    success_statuses = {"post": 200}

    def post(self, request: Request) -> Response:
        """Note that the first steps are done."""
        complete_onboarding(user_id=self.person_id, actor=self.actor, at=self.at)
        return self.answer({"message": "You are all set.", "onboarding_completed": True})
