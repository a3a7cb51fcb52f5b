"""What the routes of accounts answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField


class NewAccountOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="user.id")
    uuid = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    first_name = serializers.CharField(source="user.first_name")
    last_name = serializers.CharField(source="user.last_name")
    is_instructor = serializers.BooleanField(source="user.is_instructor")
    access_token = serializers.CharField(source="access")
    refresh_token = serializers.CharField(source="refresh")


class SignedInUserOutput(serializers.Serializer[Any]):
    """The person a sign-in belongs to."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    email = serializers.EmailField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    full_name = serializers.CharField()
    user_type = serializers.CharField()
    is_organizer = serializers.BooleanField()
    is_instructor = serializers.BooleanField()
    is_staff = serializers.BooleanField()
    email_verified = serializers.BooleanField()


class LoginOutput(serializers.Serializer[Any]):
    access_token = serializers.CharField(source="access")
    refresh_token = serializers.CharField(source="refresh")
    user = SignedInUserOutput()


class TokenOutput(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class VerifiedOutput(serializers.Serializer[Any]):
    message = serializers.CharField()
    email_verified = serializers.BooleanField()


class ManifestFeaturesOutput(serializers.Serializer[Any]):
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

    role = serializers.CharField()
    is_admin = serializers.BooleanField()
    routes = serializers.ListField(child=serializers.CharField())
    features = ManifestFeaturesOutput()


class ProfileOutput(serializers.Serializer[Any]):
    """The `profile` part of one's own account. Private: never shown to anybody else."""

    bio = serializers.CharField(source="user.bio")
    profile_picture = serializers.CharField(source="avatar_url", allow_null=True)
    phone = serializers.CharField(source="user.phone")
    country = serializers.CharField(source="user.country")
    timezone = serializers.CharField(source="user.timezone")
    website = serializers.CharField(source="user.website")
    social_linkedin = serializers.CharField(source="user.social_linkedin")
    social_twitter = serializers.CharField(source="user.social_twitter")
    social_github = serializers.CharField(source="user.social_github")
    newsletter_subscribed = serializers.BooleanField(source="switches.newsletter_subscribed")
    total_hours_learned = serializers.FloatField(source="statistics.total_hours_learned")
    courses_completed = serializers.IntegerField(source="statistics.courses_completed")
    certificates_earned = serializers.IntegerField(source="statistics.certificates_earned")
    current_streak_days = serializers.IntegerField(source="statistics.current_streak_days")
    total_events_attended = serializers.IntegerField(source="statistics.total_events_attended")
    total_events_organized = serializers.IntegerField(source="statistics.total_events_organized")
    last_activity = UtcDateTimeField(source="user.last_active_at", allow_null=True)


class OrganizerProfileFields(serializers.Serializer[Any]):
    """The organizer's page as its owner reads it."""

    organizer_display_name = serializers.CharField()
    organizer_logo_url = serializers.CharField()
    organizer_website = serializers.CharField()
    organizer_bio = serializers.CharField()
    organizer_social_linkedin = serializers.CharField()
    organizer_social_twitter = serializers.CharField()
    is_organizer_profile_public = serializers.BooleanField()


class NotificationsOutput(serializers.Serializer[Any]):
    notify_event_reminders = serializers.BooleanField()
    notify_certificate_issued = serializers.BooleanField()
    notify_marketing = serializers.BooleanField()
    notify_new_registration = serializers.BooleanField()
    notify_event_summary = serializers.BooleanField()


class SwitchesOutput(NotificationsOutput):
    newsletter_subscribed = serializers.BooleanField()


class OwnUserOutput(SignedInUserOutput, OrganizerProfileFields):
    """The flat part of one's own account, without its switches."""

    account_type = serializers.CharField(source="user_type")
    display_name = serializers.CharField()
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
    """One's own account: every column flat, and most of them again in `profile`."""

    profile_photo_url = serializers.CharField(allow_null=True)
    profile = ProfileOutput()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Join the account's own columns with what was read beside it."""
        answer = dict(OwnUserOutput(instance.user, context=self.context).data)
        answer |= SwitchesOutput(instance.switches).data
        answer["profile_photo_url"] = instance.avatar_url
        answer["profile"] = ProfileOutput(instance, context=self.context).data
        return answer


class PublicOrganizerOutput(serializers.Serializer[Any]):
    """What anybody may read about an organizer: the page, never the account behind it."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    display_name = serializers.CharField(source="public_organizer_name")
    organizer_logo_url = serializers.CharField()
    organizer_website = serializers.CharField()
    organizer_bio = serializers.CharField()
    organizer_social_linkedin = serializers.CharField()
    organizer_social_twitter = serializers.CharField()


class RoleOutput(serializers.Serializer[Any]):
    message = serializers.CharField()
    user = SignedInUserOutput()


class OnboardingOutput(serializers.Serializer[Any]):
    message = serializers.CharField()
    onboarding_completed = serializers.BooleanField()


class StaffUserOutput(SignedInUserOutput):
    """An account as staff see it."""

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

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    kind = serializers.CharField()
    device_type = serializers.CharField()
    browser = serializers.CharField()
    os = serializers.CharField()
    display_device = serializers.CharField()
    ip_address = serializers.CharField(allow_null=True)
    is_current = serializers.SerializerMethodField()
    last_activity_at = UtcDateTimeField()
    expires_at = UtcDateTimeField()
    created_at = UtcDateTimeField()

    def get_is_current(self, session: Any) -> bool:
        return bool(session.pk == getattr(self.context["request"].auth, "pk", None))


class TerminatedOutput(serializers.Serializer[Any]):
    message = serializers.CharField()
    terminated = serializers.IntegerField()


class ApiKeyOutput(serializers.Serializer[Any]):
    """A key without its secret."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = UtcDateTimeField()
    last_used_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()


class NewApiKeyOutput(ApiKeyOutput):
    """A key at the only moment its secret can be read."""

    key = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        key, secret = instance
        return {**ApiKeyOutput(key, context=self.context).data, "key": secret}


class SentenceOutput(serializers.Serializer[Any]):
    """A sentence for the person."""

    message = serializers.CharField()
