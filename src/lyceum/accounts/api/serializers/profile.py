"""A person's own profile, the organizer's public page, and staff's view of accounts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.accounts.api.serializers.auth import SignedInUserOut
from lyceum.accounts.api.serializers.fields import PhoneField, TimezoneField, WebAddressField
from lyceum.core.api.fields import CharField, UtcDateTimeField


class ProfileOut(serializers.Serializer[Any]):
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
    newsletter_subscribed = serializers.BooleanField(source="user.newsletter_subscribed")
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


class NotificationsOut(serializers.Serializer[Any]):
    notify_event_reminders = serializers.BooleanField()
    notify_certificate_issued = serializers.BooleanField()
    notify_marketing = serializers.BooleanField()
    notify_new_registration = serializers.BooleanField()
    notify_event_summary = serializers.BooleanField()


class OwnUserOut(SignedInUserOut, OrganizerProfileFields, NotificationsOut):
    """The flat part of one's own account."""

    account_type = serializers.CharField(source="user_type")
    display_name = serializers.CharField()
    professional_title = serializers.CharField()
    credentials = serializers.CharField()
    organization_name = serializers.CharField()
    bio = serializers.CharField()
    timezone = serializers.CharField()
    newsletter_subscribed = serializers.BooleanField()
    upgraded_to_organizer_at = UtcDateTimeField(allow_null=True)
    upgraded_to_instructor_at = UtcDateTimeField(allow_null=True)
    onboarding_completed_at = UtcDateTimeField(allow_null=True)
    last_login_at = UtcDateTimeField(source="last_login", allow_null=True)
    created_at = UtcDateTimeField()


class MeOut(OwnUserOut):
    """One's own account: flat as S0 reads it, with `profile` as S2 does."""

    profile_photo_url = serializers.CharField(allow_null=True)
    profile = ProfileOut()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Join the account's own columns with what was read beside it."""
        answer = dict(OwnUserOut(instance.user, context=self.context).data)
        answer["profile_photo_url"] = instance.avatar_url
        answer["profile"] = ProfileOut(instance, context=self.context).data
        return answer


class NotificationsIn(serializers.Serializer[Any]):
    notify_event_reminders = serializers.BooleanField(required=False)
    notify_certificate_issued = serializers.BooleanField(required=False)
    notify_marketing = serializers.BooleanField(required=False)
    notify_new_registration = serializers.BooleanField(required=False)
    notify_event_summary = serializers.BooleanField(required=False)


class ProfileIn(NotificationsIn):
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


class ProfilePutIn(ProfileIn):
    """The whole profile needs the two names."""

    first_name = CharField(max_length=150)
    last_name = CharField(max_length=150)


class OrganizerProfileIn(serializers.Serializer[Any]):
    organizer_display_name = CharField(max_length=200, required=False, allow_blank=True)
    organizer_logo_url = WebAddressField(required=False)
    organizer_website = WebAddressField(required=False)
    organizer_bio = CharField(max_length=2000, required=False, allow_blank=True)
    organizer_social_linkedin = WebAddressField(required=False)
    organizer_social_twitter = WebAddressField(required=False)
    is_organizer_profile_public = serializers.BooleanField(required=False)


class PublicOrganizerOut(serializers.Serializer[Any]):
    """What anybody may read about an organizer: the page, never the account behind it."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    display_name = serializers.CharField(source="public_organizer_name")
    organizer_logo_url = serializers.CharField()
    organizer_website = serializers.CharField()
    organizer_bio = serializers.CharField()
    organizer_social_linkedin = serializers.CharField()
    organizer_social_twitter = serializers.CharField()


class UpgradeIn(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["organizer", "instructor"], default="organizer")
    organization_name = CharField(max_length=255, required=False, allow_blank=True)
    bio = CharField(max_length=2000, required=False, allow_blank=True)
    website = WebAddressField(required=False)


class DowngradeIn(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["organizer", "instructor"], default="organizer")


class RoleOut(serializers.Serializer[Any]):
    message = serializers.CharField()
    user = SignedInUserOut()


class OnboardingOut(serializers.Serializer[Any]):
    message = serializers.CharField()
    onboarding_completed = serializers.BooleanField()


class StaffUserOut(SignedInUserOut):
    """An account as staff see it."""

    is_active = serializers.BooleanField()
    professional_title = serializers.CharField()
    organization_name = serializers.CharField()
    country = serializers.CharField()
    timezone = serializers.CharField()
    last_login_at = UtcDateTimeField(source="last_login", allow_null=True)
    last_active_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
