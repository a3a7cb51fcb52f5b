"""Registration, sign-in and mailed links."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import CharField, EmailField, PasswordField

TOKEN_LENGTH = 4096


class NewAccountIn(serializers.Serializer[Any]):
    """Nothing else of an account can be set here; roles, staff rights and verification are ignored."""

    email = EmailField()
    password = PasswordField()
    first_name = CharField(max_length=150)
    last_name = CharField(max_length=150)


class NewAccountOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="user.id")
    uuid = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    first_name = serializers.CharField(source="user.first_name")
    last_name = serializers.CharField(source="user.last_name")
    is_instructor = serializers.BooleanField(source="user.is_instructor")
    access_token = serializers.CharField(source="access")
    refresh_token = serializers.CharField(source="refresh")


class LoginIn(serializers.Serializer[Any]):
    email = EmailField()
    password = PasswordField()


class SignedInUserOut(serializers.Serializer[Any]):
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


class LoginOut(serializers.Serializer[Any]):
    access_token = serializers.CharField(source="access")
    refresh_token = serializers.CharField(source="refresh")
    user = SignedInUserOut()


class TokenOut(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class RefreshIn(serializers.Serializer[Any]):
    refresh = CharField(max_length=TOKEN_LENGTH)


class LogoutIn(serializers.Serializer[Any]):
    refresh = CharField(max_length=TOKEN_LENGTH, required=False)


class EmailIn(serializers.Serializer[Any]):
    email = EmailField()


class MailedTokenIn(serializers.Serializer[Any]):
    token = CharField(max_length=256)


class VerifiedOut(serializers.Serializer[Any]):
    message = serializers.CharField()
    email_verified = serializers.BooleanField()


class ResetIn(serializers.Serializer[Any]):
    token = CharField(max_length=256)
    new_password = PasswordField()
    new_password_confirm = PasswordField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


class ChangePasswordIn(serializers.Serializer[Any]):
    old_password = PasswordField()
    new_password = PasswordField()
    new_password_confirm = PasswordField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refuse_mismatch(attrs)


class PasswordChangeIn(serializers.Serializer[Any]):
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


class ManifestFeaturesOut(serializers.Serializer[Any]):
    create_events = serializers.BooleanField()
    create_courses = serializers.BooleanField()
    manage_certificates = serializers.BooleanField()
    view_billing = serializers.BooleanField()
    browse_events = serializers.BooleanField()
    register_for_events = serializers.BooleanField()
    view_own_registrations = serializers.BooleanField()
    view_own_certificates = serializers.BooleanField()
    can_create_organization = serializers.BooleanField()


class ManifestOut(serializers.Serializer[Any]):
    """What a client should offer this person."""

    role = serializers.CharField()
    is_admin = serializers.BooleanField()
    routes = serializers.ListField(child=serializers.CharField())
    features = ManifestFeaturesOut()
