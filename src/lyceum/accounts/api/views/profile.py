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
from lyceum.accounts.services.profile import (
    AVATAR_BYTES,
    complete_onboarding,
    save_profile,
    update_organizer_profile,
    update_profile,
)
from lyceum.accounts.services.roles import give_up_role, take_role
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.http.public_answers import keep_answer
from lyceum.core.http.rendering import JSONParser


class ProfileView(OwnMixin, ApiView):
    """The signed-in person's own account. Roles, the email address and its verification can't be changed here.

    A picture is uploaded as `multipart/form-data`.
    """

    tag = "Your account"

    audience = Audience.USER
    scope = "profile"
    parser_classes: Any = (JSONParser, MultiPartParser)
    max_upload_bytes: ClassVar[dict[str, int]] = dict.fromkeys(("put", "patch"), AVATAR_BYTES)
    input_serializers = {"put": inputs.ProfilePutInput, "patch": inputs.ProfileInput}
    output_serializer_class: ClassVar[Any] = outputs.MeOutput

    def get(self, request: Request) -> Response:
        """Get your account and profile."""
        return self.answer(own_account(self.person))

    def put(self, request: Request) -> Response:
        """Replace the names of your profile.

        `first_name` and `last_name` are required; other fields that are not sent stay as they are.
        """
        return self._save(request)

    def patch(self, request: Request) -> Response:
        """Change your profile.

        Fields that are not sent stay as they are.
        """
        return self._save(request)

    def _save(self, request: Request) -> Response:
        return self.answer(own_account(save_profile(changes=self.read_input(), **self.own())))

    def own(self) -> dict[str, Any]:
        return {"user_id": self.person_id, "actor": self.actor, "at": self.at}


class OwnUserView(ProfileView):
    """The signed-in person's own account, as `users/profile/` shows it."""

    alias_of = {"GET": "GET /api/v1/users/profile/", "PATCH": "PATCH /api/v1/users/profile/"}

    http_method_names = ["get", "patch", "options", "head"]


class NotificationPreferencesView(ProfileView):
    """Which mails the signed-in person wants. Mails about one's own registrations and sign-in are always sent."""

    http_method_names = ["get", "patch", "options", "head"]
    parser_classes: Any = (JSONParser,)
    max_upload_bytes: ClassVar[dict[str, int]] = {}
    input_serializers = {"patch": inputs.NotificationsInput}
    output_serializer_class: ClassVar[Any] = outputs.NotificationsOutput

    def get(self, request: Request) -> Response:
        """Get your notification preferences."""
        return self.answer(switches_of(self.person_id))

    def patch(self, request: Request) -> Response:
        """Change your notification preferences.

        Fields that are not sent stay as they are.
        """
        update_profile(changes=self.read_input(), **self.own())
        return self.answer(switches_of(self.person_id))


class OrganizerProfileView(ProfileView):
    """The signed-in organizer's public page, as its owner edits it. Visitors read it at `organizers/{uuid}/`."""

    http_method_names = ["get", "patch", "options", "head"]
    audience = Audience.ORGANIZER
    parser_classes: Any = (JSONParser,)
    max_upload_bytes: ClassVar[dict[str, int]] = {}
    input_serializers = {"patch": inputs.OrganizerProfileInput}
    output_serializer_class: ClassVar[Any] = outputs.OrganizerProfileFields

    def get(self, request: Request) -> Response:
        """Get your organizer page."""
        return self.answer(self.person)

    def patch(self, request: Request) -> Response:
        """Change your organizer page.

        Fields that are not sent stay as they are.
        """
        return self.answer(update_organizer_profile(changes=self.read_input(), **self.own()))


class PublicOrganizerView(ApiView):
    """An organizer's public page: what the organizer wrote about themselves, never the account behind it."""

    tag = "Public events"

    audience = Audience.ANYONE
    scope = "events"
    throttle_scope_name = "public_read"
    output_serializer_class = outputs.PublicOrganizerOutput
    public_reads: ClassVar[dict[str, frozenset[str]]] = {"get": frozenset()}

    def get(self, request: Request, uuid: str) -> Response:
        """Get an organizer's public page.

        A page that its organizer has not made public answers 404.
        """
        organizer = get_public_organizer(self.path_id())
        keep_answer(request, organizer.pk)
        return self.answer(organizer)


class UpgradeView(OwnMixin, ApiView):
    """Roles beyond attending. An organizer runs events, an instructor teaches courses."""

    tag = "Your account"
    schema_examples = {"post": {"message": "You are an organizer now."}}

    audience = Audience.VERIFIED
    input_serializer_class = inputs.UpgradeInput
    output_serializer_class = outputs.RoleOutput
    success_statuses = {"post": 200}
    refusals = {"post": (AlreadyOrganizer, AlreadyInstructor)}

    def post(self, request: Request) -> Response:
        """Become an organizer or an instructor.

        The role holds at once. `organization_name`, `bio` and `website` go onto the profile, where they are sent.
        """
        data = self.read_input()
        user = take_role(user_id=self.person_id, actor=self.actor, at=self.at, **data)
        return self.answer({"message": f"You are an {data['role']} now.", "user": user})


class DowngradeView(OwnMixin, ApiView):
    """Gives a role back."""

    tag = "Your account"
    schema_examples = {"post": {"message": "You are no longer an organizer."}}

    audience = Audience.VERIFIED
    input_serializer_class = inputs.DowngradeInput
    output_serializer_class = outputs.RoleOutput
    success_statuses = {"post": 200}
    refusals = {"post": (RoleNotHeld, ActiveContent)}

    def post(self, request: Request) -> Response:
        """Stop being an organizer or an instructor.

        Refused with 409 `ACTIVE_CONTENT` while there are events that are published or live.
        """
        data = self.read_input()
        user = give_up_role(user_id=self.person_id, role=data["role"], actor=self.actor, at=self.at)
        return self.answer({"message": f"You are no longer an {data['role']}.", "user": user})


class OnboardingView(OwnMixin, ApiView):
    """The first steps that a program shows to a new account."""

    tag = "Your account"
    schema_examples = {"post": {"message": "You are all set."}}

    audience = Audience.USER
    scope = "profile"
    output_serializer_class = outputs.OnboardingOutput
    success_statuses = {"post": 200}

    def post(self, request: Request) -> Response:
        """Mark your first steps as done."""
        complete_onboarding(user_id=self.person_id, actor=self.actor, at=self.at)
        return self.answer({"message": "You are all set.", "onboarding_completed": True})
