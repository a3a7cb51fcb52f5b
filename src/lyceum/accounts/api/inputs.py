"""What the routes of accounts read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.accounts.api.fields import PhoneField, TimezoneField, WebAddressField
from lyceum.accounts.services.api_keys import LONGEST_LIFE, SCOPES
from lyceum.core import clock
from lyceum.core.api.fields import (
    CharField,
    EmailField,
    ListField,
    MultilineField,
    NameField,
    PasswordField,
    UtcDateTimeField,
)
from lyceum.core.api.inputs import Input

TOKEN_LENGTH = 4096
CODE_LENGTH = 64


class NewAccountInput(Input):
    """Nothing else of an account can be set here; roles, staff rights and verification are ignored."""

    email = EmailField(help_text="The address to sign in with; it is stored in lower case.")
    password = PasswordField(help_text="At least 12 characters, and not a common one.")
    first_name = NameField(max_length=150)
    last_name = NameField(max_length=150)


class LoginInput(Input):
    """Who signs in."""

    schema_example: ClassVar[dict[str, Any]] = {
        "email": "jonas.berg@example.com",
        "password": "quiet-harbour-1894",
        "code": "492039",
    }

    email = EmailField()
    password = PasswordField()
    code = CharField(
        max_length=CODE_LENGTH,
        required=False,
        allow_blank=True,
        help_text="With two-factor sign-in: the six digits of the authenticator app, or a recovery code.",
    )


class OwnPasswordInput(Input):
    """The password, as proof that the person asks."""

    schema_example: ClassVar[dict[str, Any]] = {"password": "quiet-harbour-1894"}
    password = PasswordField(help_text="The present password.")


class FreshSignInInput(Input):
    """The password, where the sign-in isn't fresh enough by itself."""

    password = PasswordField(
        required=False, help_text="The present password; needed where the sign-in isn't of the last few minutes."
    )


class SecondFactorCodeInput(Input):
    """A code of the authenticator app."""

    schema_example: ClassVar[dict[str, Any]] = {"code": "492039"}

    code = CharField(max_length=CODE_LENGTH, help_text="The six digits that the app shows now.")


class RefreshInput(Input):
    """The refresh token to exchange."""

    refresh = CharField(
        max_length=TOKEN_LENGTH, help_text="The refresh token that sign-in or the last refresh answered."
    )


class LogoutInput(Input):
    """The session to end, by its refresh token."""

    refresh = CharField(
        max_length=TOKEN_LENGTH,
        required=False,
        help_text="The refresh token of the session to end; absent ends all sessions.",
    )


class EmailInput(Input):
    """The email address to mail to."""

    email = EmailField()


class MailedTokenInput(Input):
    """What the mailed link carries."""

    token = CharField(max_length=256, help_text="The `token` of the mailed link.")


class ResetInput(Input):
    """A new password, and the token of the mailed link."""

    token = CharField(max_length=256, help_text="The `token` of the mailed link.")
    new_password = PasswordField(help_text="At least 12 characters, and not a common one.")
    new_password_confirm = PasswordField(
        required=False, help_text="The new password once more; if sent, it must be the same."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


class ChangePasswordInput(Input):
    """The present password, and the new one."""

    old_password = PasswordField(help_text="The present password.")
    new_password = PasswordField(help_text="At least 12 characters, and not a common one.")
    new_password_confirm = PasswordField(
        required=False, help_text="The new password once more; if sent, it must be the same."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


class PasswordChangeInput(Input):
    """The present password, and the new one."""

    current_password = PasswordField(help_text="The present password.")
    new_password = PasswordField(help_text="At least 12 characters, and not a common one.")
    new_password_confirm = PasswordField(
        required=False, help_text="The new password once more; if sent, it must be the same."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


def refuse_mismatch(attrs: dict[str, Any]) -> dict[str, Any]:
    """Refuse a second typing of the new password that differs from the first."""
    if attrs.get("new_password_confirm", attrs["new_password"]) != attrs["new_password"]:
        raise serializers.ValidationError({"new_password_confirm": ["The two passwords differ."]})
    return attrs


class NotificationsInput(Input):
    """The mails that a person wants."""

    schema_example: ClassVar[dict[str, Any]] = {"notify_event_reminders": True, "notify_marketing": False}
    notify_event_reminders = serializers.BooleanField(
        required=False, help_text="Reminders before an event that the person has a seat at."
    )
    notify_certificate_issued = serializers.BooleanField(
        required=False, help_text="A mail when a certificate is issued."
    )
    notify_marketing = serializers.BooleanField(required=False, help_text="News about the platform.")
    notify_new_registration = serializers.BooleanField(
        required=False, help_text="For organizers: a mail for each new registration."
    )
    notify_event_summary = serializers.BooleanField(
        required=False, help_text="For organizers: a summary after an event."
    )


class ProfileInput(NotificationsInput):
    """A change of one's own profile; what isn't sent stays as it is. Roles and the address are no part of it."""

    second_names: ClassVar[dict[str, str]] = {"profile_picture": "avatar"}
    schema_example: ClassVar[dict[str, Any]] = {
        "first_name": "Jonas",
        "professional_title": "Dental hygienist",
        "timezone": "Europe/Stockholm",
    }

    first_name = NameField(max_length=150, required=False)
    last_name = NameField(max_length=150, required=False)
    full_name = NameField(max_length=255, required=False, help_text="The whole name; first and last name follow it.")
    professional_title = CharField(max_length=255, required=False, allow_blank=True)
    credentials = CharField(
        max_length=255, required=False, allow_blank=True, help_text="Letters after the name, such as BSc or RN."
    )
    organization_name = CharField(max_length=255, required=False, allow_blank=True)
    bio = MultilineField(max_length=2000, required=False, allow_blank=True)
    phone = PhoneField(required=False)
    country = CharField(max_length=100, required=False, allow_blank=True)
    timezone = TimezoneField(
        required=False, help_text="A name of the IANA time zone database, such as Europe/Stockholm."
    )
    website = WebAddressField(required=False)
    social_linkedin = WebAddressField(required=False)
    social_twitter = WebAddressField(required=False)
    social_github = WebAddressField(required=False)
    newsletter_subscribed = serializers.BooleanField(
        required=False, help_text="Whether the person takes the newsletter."
    )
    avatar = serializers.FileField(required=False, allow_null=True, help_text="PNG, JPEG or WebP; null removes it.")


class ProfilePutInput(ProfileInput):
    """The whole profile needs the two names."""

    schema_example: ClassVar[dict[str, Any]] = {"first_name": "Jonas", "last_name": "Berg", "bio": "Hygienist."}

    first_name = NameField(max_length=150)
    last_name = NameField(max_length=150)


class OrganizerProfileInput(Input):
    """An organizer's public page."""

    schema_example: ClassVar[dict[str, Any]] = {
        "organizer_display_name": "Northern Dental Academy",
        "organizer_bio": "Courses for dental teams since 1998.",
        "is_organizer_profile_public": True,
    }
    organizer_display_name = CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="The name on the public page and on certificates; blank shows the person's name.",
    )
    organizer_logo_url = WebAddressField(required=False)
    organizer_website = WebAddressField(required=False)
    organizer_contact_email = EmailField(
        required=False,
        allow_blank=True,
        help_text="An address that everybody may see, on the public page and on certificates; blank shows none.",
    )
    organizer_bio = MultilineField(max_length=2000, required=False, allow_blank=True)
    organizer_social_linkedin = WebAddressField(required=False)
    organizer_social_twitter = WebAddressField(required=False)
    is_organizer_profile_public = serializers.BooleanField(
        required=False, help_text="Whether visitors can read the page."
    )


class UpgradeInput(Input):
    """The role to take up, and what to put onto the profile."""

    role = serializers.ChoiceField(
        choices=["organizer", "instructor"], default="organizer", help_text="`organizer` or `instructor`."
    )
    organization_name = CharField(max_length=255, required=False, allow_blank=True)
    bio = MultilineField(max_length=2000, required=False, allow_blank=True)
    website = WebAddressField(required=False)


class DowngradeInput(Input):
    """The role to give back."""

    role = serializers.ChoiceField(
        choices=["organizer", "instructor"], default="organizer", help_text="The role to give back."
    )


class ApiKeyInput(FreshSignInInput):
    """A new API key."""

    schema_example: ClassVar[dict[str, Any]] = {"name": "Reporting", "scopes": ["events:read", "registrations:read"]}
    name = CharField(max_length=100, help_text="A name to tell keys apart by.")
    scopes = ListField(
        child=serializers.ChoiceField(choices=SCOPES),
        allow_empty=False,
        max_length=len(SCOPES),
        help_text="What the key opens; see the list of scopes above.",
    )
    expires_at = UtcDateTimeField(required=False, help_text="At most a year ahead; 90 days if it isn't given.")

    def validate_expires_at(self, value: datetime) -> datetime:
        now = clock.real_now()
        if not now < value <= now + LONGEST_LIFE:
            raise serializers.ValidationError("Please choose a time within the next year.")
        return value


class DeleteAccountInput(Input):
    """The password, as proof that the person asks."""

    schema_example: ClassVar[dict[str, Any]] = {
        "password": "quiet-harbour-1894",
        "confirm": True,
        "reason": "I have changed profession.",
    }
    password = PasswordField(help_text="The present password.")
    confirm = serializers.BooleanField(required=False, default=True, help_text="false is refused.")
    reason = MultilineField(
        max_length=1000, required=False, allow_blank=True, help_text="Why the person leaves; for the operators alone."
    )

    def validate_confirm(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Please confirm that your account should be deleted.")
        return value
