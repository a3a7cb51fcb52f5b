"""What the routes of accounts answer."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.accounts.rules.totp import qr_code
from lyceum.core.api.fields import UtcDateTimeField


class NewAccountOutput(serializers.Serializer[Any]):
    """The new account, signed in."""

    id = serializers.UUIDField(source="user.id")
    uuid = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    first_name = serializers.CharField(source="user.first_name")
    last_name = serializers.CharField(source="user.last_name")
    is_instructor = serializers.BooleanField(source="user.is_instructor")
    access_token = serializers.CharField(
        source="access", help_text="Sent as `Authorization: Bearer …`; works for 15 minutes."
    )
    refresh_token = serializers.CharField(
        source="refresh", help_text="Gets a new pair at `auth/refresh/`; works for 7 days, and once."
    )


class SignedInUserOutput(serializers.Serializer[Any]):
    """The person a sign-in belongs to."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    email = serializers.EmailField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    full_name = serializers.CharField()
    user_type = serializers.CharField(help_text="`attendee`, `organizer` or `admin` (staff).")
    is_organizer = serializers.BooleanField()
    is_instructor = serializers.BooleanField()
    is_staff = serializers.BooleanField()
    email_verified = serializers.BooleanField(
        help_text="Whether the person has followed the link that was mailed to the address."
    )


class LoginOutput(serializers.Serializer[Any]):
    """The tokens of the new session, and the person."""

    access_token = serializers.CharField(
        source="access", help_text="Sent as `Authorization: Bearer …`; works for 15 minutes."
    )
    refresh_token = serializers.CharField(
        source="refresh", help_text="Gets a new pair at `auth/refresh/`; works for 7 days, and once."
    )
    user = SignedInUserOutput()


class TokenOutput(serializers.Serializer[Any]):
    """A pair of tokens."""

    access = serializers.CharField(help_text="The access token, sent as `Authorization: Bearer …`.")
    refresh = serializers.CharField(help_text="The refresh token, for the next pair.")


class VerifiedOutput(serializers.Serializer[Any]):
    """The outcome of a verification."""

    message = serializers.CharField()
    email_verified = serializers.BooleanField()


class ManifestFeaturesOutput(serializers.Serializer[Any]):
    """What the person can do, each as yes or no."""

    create_events = serializers.BooleanField()
    create_courses = serializers.BooleanField()
    manage_certificates = serializers.BooleanField()
    view_billing = serializers.BooleanField()
    browse_events = serializers.BooleanField()
    register_for_events = serializers.BooleanField()
    view_own_registrations = serializers.BooleanField()
    view_own_certificates = serializers.BooleanField()
    can_create_organization = serializers.BooleanField()


class ManifestOutput(serializers.Serializer[Any]):
    """What a client should offer this person."""

    schema_example: ClassVar[dict[str, Any]] = {"role": "attendee"}

    role = serializers.CharField(help_text="The person's main role.")
    is_admin = serializers.BooleanField()
    routes = serializers.ListField(
        child=serializers.CharField(), help_text="The parts of a program that make sense for this person."
    )
    features = ManifestFeaturesOutput()


class ProfileOutput(serializers.Serializer[Any]):
    """The `profile` part of one's own account. Private: never shown to anybody else."""

    schema_example: ClassVar[dict[str, Any]] = {
        "total_hours_learned": 14.5,
        "courses_completed": 0,
        "certificates_earned": 4,
        "current_streak_days": 0,
    }

    bio = serializers.CharField(source="user.bio")
    profile_picture = serializers.CharField(
        source="avatar_url", allow_null=True, help_text="A signed link that expires; null without a picture."
    )
    phone = serializers.CharField(source="user.phone")
    country = serializers.CharField(source="user.country")
    timezone = serializers.CharField(source="user.timezone")
    website = serializers.CharField(source="user.website")
    social_linkedin = serializers.CharField(source="user.social_linkedin")
    social_twitter = serializers.CharField(source="user.social_twitter")
    social_github = serializers.CharField(source="user.social_github")
    newsletter_subscribed = serializers.BooleanField(source="switches.newsletter_subscribed")
    total_hours_learned = serializers.FloatField(
        source="statistics.total_hours_learned", help_text="Hours on certificates earned."
    )
    courses_completed = serializers.IntegerField(source="statistics.courses_completed")
    certificates_earned = serializers.IntegerField(source="statistics.certificates_earned")
    current_streak_days = serializers.IntegerField(
        source="statistics.current_streak_days", help_text="Days in a row with learning activity."
    )
    total_events_attended = serializers.IntegerField(source="statistics.total_events_attended")
    total_events_organized = serializers.IntegerField(source="statistics.total_events_organized")
    last_activity = UtcDateTimeField(
        source="user.last_active_at", allow_null=True, help_text="When the person was last seen."
    )


class OrganizerProfileFields(serializers.Serializer[Any]):
    """The organizer's page as its owner reads it."""

    organizer_display_name = serializers.CharField()
    organizer_logo_url = serializers.CharField()
    organizer_website = serializers.CharField()
    organizer_contact_email = serializers.CharField(help_text="The address that everybody may see; blank for none.")
    organizer_bio = serializers.CharField()
    organizer_social_linkedin = serializers.CharField()
    organizer_social_twitter = serializers.CharField()
    is_organizer_profile_public = serializers.BooleanField()


class NotificationsOutput(serializers.Serializer[Any]):
    """The mails that a person wants."""

    notify_event_reminders = serializers.BooleanField()
    notify_certificate_issued = serializers.BooleanField()
    notify_marketing = serializers.BooleanField()
    notify_new_registration = serializers.BooleanField()
    notify_event_summary = serializers.BooleanField()


class SwitchesOutput(NotificationsOutput):
    """The mails that a person wants, newsletter included."""

    newsletter_subscribed = serializers.BooleanField()


class OwnUserOutput(SignedInUserOutput, OrganizerProfileFields):
    """The flat part of one's own account, without its switches."""

    account_type = serializers.CharField(source="user_type", help_text="The same as `user_type`.")
    display_name = serializers.CharField(help_text="The name with its credentials.")
    professional_title = serializers.CharField()
    credentials = serializers.CharField()
    organization_name = serializers.CharField()
    bio = serializers.CharField()
    timezone = serializers.CharField()
    upgraded_to_organizer_at = UtcDateTimeField(allow_null=True)
    upgraded_to_instructor_at = UtcDateTimeField(allow_null=True)
    onboarding_completed_at = UtcDateTimeField(allow_null=True)
    last_login_at = UtcDateTimeField(source="last_login", allow_null=True)
    created_at = UtcDateTimeField()


class MeOutput(OwnUserOutput, SwitchesOutput):
    """One's own account: flat, and with the personal part once more as `profile`."""

    profile_photo_url = serializers.CharField(allow_null=True, help_text="The same as `profile.profile_picture`.")
    second_factor_enabled = serializers.BooleanField(help_text="Whether signing in takes a code beside the password.")
    profile = ProfileOutput()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Join the account's own columns with what was read beside it."""
        answer = dict(OwnUserOutput(instance.user, context=self.context).data)
        answer |= SwitchesOutput(instance.switches).data
        answer["profile_photo_url"] = instance.avatar_url
        answer["second_factor_enabled"] = instance.second_factor_enabled
        answer["profile"] = ProfileOutput(instance, context=self.context).data
        return answer


class PublicOrganizerOutput(serializers.Serializer[Any]):
    """What anybody may read about an organizer: the page, never the account behind it."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    display_name = serializers.CharField(
        source="public_organizer_name", help_text="The name that the organizer shows in public."
    )
    organizer_logo_url = serializers.CharField()
    organizer_website = serializers.CharField()
    organizer_contact_email = serializers.CharField(help_text="The address that everybody may see; blank for none.")
    organizer_bio = serializers.CharField()
    organizer_social_linkedin = serializers.CharField()
    organizer_social_twitter = serializers.CharField()


class RoleOutput(serializers.Serializer[Any]):
    """A sentence for the person, and the account as it is now."""

    message = serializers.CharField()
    user = SignedInUserOutput()


class OnboardingOutput(serializers.Serializer[Any]):
    """The state of the first steps."""

    message = serializers.CharField()
    onboarding_completed = serializers.BooleanField()


class StaffUserOutput(SignedInUserOutput):
    """An account as staff see it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "last_login_at": "2027-02-02T08:00:11Z",
        "last_active_at": "2027-02-02T10:41:30Z",
    }

    is_active = serializers.BooleanField()
    professional_title = serializers.CharField()
    organization_name = serializers.CharField()
    country = serializers.CharField()
    timezone = serializers.CharField()
    last_login_at = UtcDateTimeField(source="last_login", allow_null=True)
    last_active_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()


class DeviceOutput(serializers.Serializer[Any]):
    """One signed-in device."""

    schema_example: ClassVar[dict[str, Any]] = {
        "is_current": True,
        "last_activity_at": "2027-02-02T10:41:30Z",
        "created_at": "2027-02-02T08:00:11Z",
    }

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    kind = serializers.CharField(help_text="How the session was opened: `web` by the pages, `api` by a program.")
    device_type = serializers.CharField()
    browser = serializers.CharField()
    os = serializers.CharField()
    display_device = serializers.CharField(help_text="Browser and system in words.")
    display_location = serializers.CharField(help_text="Where it was used from, as far as its address tells.")
    ip_address = serializers.CharField(allow_null=True)
    with_second_factor = serializers.BooleanField(
        help_text="Whether the session was opened with a code beside the password."
    )
    is_current = serializers.SerializerMethodField(help_text="Whether this request was made with this session.")
    last_activity_at = UtcDateTimeField()
    expires_at = UtcDateTimeField(help_text="When the session ends unless it is used.")
    created_at = UtcDateTimeField()

    def get_is_current(self, session: Any) -> bool:
        return bool(session.pk == getattr(self.context["request"].auth, "pk", None))


class TerminatedOutput(serializers.Serializer[Any]):
    """How many devices were signed out."""

    message = serializers.CharField()
    terminated = serializers.IntegerField(help_text="How many sessions ended.")


class SecondFactorOutput(serializers.Serializer[Any]):
    """The state of two-factor sign-in."""

    schema_example: ClassVar[dict[str, Any]] = {
        "enabled": True,
        "enabled_at": "2027-01-11T14:05:09Z",
        "recovery_codes_left": 10,
    }

    enabled = serializers.BooleanField(help_text="Whether signing in takes a code beside the password.")
    enabled_at = UtcDateTimeField(allow_null=True)
    recovery_codes_left = serializers.IntegerField(help_text="How many recovery codes are unused.")


class SecondFactorSetupOutput(serializers.Serializer[Any]):
    """What an authenticator app needs, in three forms. It is shown for this set-up only."""

    schema_example: ClassVar[dict[str, Any]] = {
        "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "otpauth_uri": "otpauth://totp/Lyceum:jonas.berg%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lyceum",
        "qr_code": "data:image/svg+xml;charset=utf-8,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E",
    }

    secret = serializers.CharField(help_text="The secret in base 32, to type into the app.")
    otpauth_uri = serializers.CharField(help_text="The same as an address that an app on this device can open.")
    qr_code = serializers.SerializerMethodField(help_text="The address as a QR code: a data URL of an SVG picture.")

    def get_qr_code(self, setup: Any) -> str:
        return qr_code(setup.otpauth_uri)


class RecoveryCodesOutput(serializers.Serializer[Any]):
    """Recovery codes at the only moment they can be read."""

    schema_example: ClassVar[dict[str, Any]] = {
        "recovery_codes": ["7k2m-9qtf-x0c4-hw8d", "b3vz-50ge-nj6r-s1py"],
        "message": "Two-factor sign-in is on. Keep your recovery codes in a safe place.",
    }

    message = serializers.CharField(help_text="A sentence to show to the person.")
    recovery_codes = serializers.ListField(
        child=serializers.CharField(),
        help_text="Ten codes; each opens the account once in place of the app's. They are never shown again.",
    )


class ApiKeyOutput(serializers.Serializer[Any]):
    """A key without its secret."""

    schema_example: ClassVar[dict[str, Any]] = {"name": "Reporting"}

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="The readable beginning of the secret, to tell keys apart.")
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = UtcDateTimeField()
    last_used_at = UtcDateTimeField(allow_null=True, help_text="When the key was last used; null if never.")
    created_at = UtcDateTimeField()


class NewApiKeyOutput(ApiKeyOutput):
    """A key at the only moment its secret can be read."""

    key = serializers.CharField(help_text="The secret, sent as `Authorization: Api-Key …`. It is never shown again.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        key, secret = instance
        return {**ApiKeyOutput(key, context=self.context).data, "key": secret}


class SentenceOutput(serializers.Serializer[Any]):
    """A sentence for the person."""

    message = serializers.CharField(help_text="A sentence to show to the person.")
