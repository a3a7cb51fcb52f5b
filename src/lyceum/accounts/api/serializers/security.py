"""Devices, API keys, and leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from lyceum.accounts.services.api_keys import LONGEST_LIFE, SCOPES
from lyceum.core import clock
from lyceum.core.api.fields import CharField, PasswordField, UtcDateTimeField


class SessionOut(serializers.Serializer[Any]):
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


class TerminatedOut(serializers.Serializer[Any]):
    message = serializers.CharField()
    terminated = serializers.IntegerField()


class ApiKeyIn(serializers.Serializer[Any]):
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


class ApiKeyOut(serializers.Serializer[Any]):
    """A key without its secret."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = UtcDateTimeField()
    last_used_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()


class NewApiKeyOut(ApiKeyOut):
    """A key at the only moment its secret can be read."""

    key = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        key, secret = instance
        return {**ApiKeyOut(key, context=self.context).data, "key": secret}


class DeleteAccountIn(serializers.Serializer[Any]):
    password = PasswordField()
    confirm = serializers.BooleanField(required=False, default=True)
    reason = CharField(max_length=1000, required=False, allow_blank=True)

    def validate_confirm(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Please confirm that your account should be deleted.")
        return value
