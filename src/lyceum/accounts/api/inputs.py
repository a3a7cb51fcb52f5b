"""What the routes of accounts read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from lyceum.accounts.api.fields import PhoneField, TimezoneField, WebAddressField
from lyceum.accounts.services.api_keys import LONGEST_LIFE, SCOPES
from lyceum.core import clock
from lyceum.core.api.fields import CharField, EmailField, PasswordField, UtcDateTimeField

TOKEN_LENGTH = 4096


class NewAccountInput(serializers.Serializer[Any]):
    """Nothing else of an account can be set here; roles, staff rights and verification are ignored."""

    email = EmailField()
    password = PasswordField()
    first_name = CharField(max_length=150)
    last_name = CharField(max_length=150)


class LoginInput(serializers.Serializer[Any]):
    email = EmailField()
    password = PasswordField()


class RefreshInput(serializers.Serializer[Any]):
    refresh = CharField(max_length=TOKEN_LENGTH)


class LogoutInput(serializers.Serializer[Any]):
    refresh = CharField(max_length=TOKEN_LENGTH, required=False)


class EmailInput(serializers.Serializer[Any]):
    email = EmailField()


class MailedTokenInput(serializers.Serializer[Any]):
    token = CharField(max_length=256)


class ResetInput(serializers.Serializer[Any]):
    token = CharField(max_length=256)
    new_password = PasswordField()
    new_password_confirm = PasswordField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


class ChangePasswordInput(serializers.Serializer[Any]):
    old_password = PasswordField()
    new_password = PasswordField()
    new_password_confirm = PasswordField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


class PasswordChangeInput(serializers.Serializer[Any]):
    current_password = PasswordField()
    new_password = PasswordField()
    new_password_confirm = PasswordField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


def refuse_mismatch(attrs: dict[str, Any]) -> dict[str, Any]:
    """Refuse a second typing of the new password that differs from the first."""
    if attrs.get("new_password_confirm", attrs["new_password"]) != attrs["new_password"]:
        raise serializers.ValidationError({"new_password_confirm": ["The two passwords differ."]})
    return attrs


class NotificationsInput(serializers.Serializer[Any]):
    notify_event_reminders = serializers.BooleanField(required=False)
    notify_certificate_issued = serializers.BooleanField(required=False)
    notify_marketing = serializers.BooleanField(required=False)
    notify_new_registration = serializers.BooleanField(required=False)
    notify_event_summary = serializers.BooleanField(required=False)


class ProfileInput(NotificationsInput):
    """A change of one's own profile; what isn't sent stays as it is. Roles and the address are no part of it."""

    first_name = CharField(max_length=150, required=False)
    last_name = CharField(max_length=150, required=False)
    full_name = CharField(max_length=255, required=False)
    professional_title = CharField(max_length=255, required=False, allow_blank=True)
    credentials = CharField(max_length=255, required=False, allow_blank=True)
    organization_name = CharField(max_length=255, required=False, allow_blank=True)
    bio = CharField(max_length=2000, required=False, allow_blank=True)
    phone = PhoneField(required=False)
    country = CharField(max_length=100, required=False, allow_blank=True)
    timezone = TimezoneField(required=False)
    website = WebAddressField(required=False)
    social_linkedin = WebAddressField(required=False)
    social_twitter = WebAddressField(required=False)
    social_github = WebAddressField(required=False)
    newsletter_subscribed = serializers.BooleanField(required=False)
    avatar = serializers.FileField(required=False, allow_null=True, help_text="PNG, JPEG or WebP; null removes it.")
    profile_picture = serializers.FileField(required=False, allow_null=True, help_text="Another name of `avatar`.")


class ProfilePutInput(ProfileInput):
    """The whole profile needs the two names."""

    first_name = CharField(max_length=150)
    last_name = CharField(max_length=150)


class OrganizerProfileInput(serializers.Serializer[Any]):
    organizer_display_name = CharField(max_length=200, required=False, allow_blank=True)
    organizer_logo_url = WebAddressField(required=False)
    organizer_website = WebAddressField(required=False)
    organizer_bio = CharField(max_length=2000, required=False, allow_blank=True)
    organizer_social_linkedin = WebAddressField(required=False)
    organizer_social_twitter = WebAddressField(required=False)
    is_organizer_profile_public = serializers.BooleanField(required=False)


class UpgradeInput(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["organizer", "instructor"], default="organizer")
    organization_name = CharField(max_length=255, required=False, allow_blank=True)
    bio = CharField(max_length=2000, required=False, allow_blank=True)
    website = WebAddressField(required=False)


class DowngradeInput(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["organizer", "instructor"], default="organizer")


class ApiKeyInput(serializers.Serializer[Any]):
    name = CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES), allow_empty=False, max_length=len(SCOPES)
    )
    expires_at = UtcDateTimeField(required=False, help_text="At most a year ahead; 90 days if it isn't given.")

    def validate_expires_at(self, value: datetime) -> datetime:
        now = clock.real_now()
        if not now < value <= now + LONGEST_LIFE:
            raise serializers.ValidationError("Please choose a time within the next year.")
        return value


class DeleteAccountInput(serializers.Serializer[Any]):
    password = PasswordField()
    confirm = serializers.BooleanField(required=False, default=True)
    reason = CharField(max_length=1000, required=False, allow_blank=True)

    def validate_confirm(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Please confirm that your account should be deleted.")
        return value
