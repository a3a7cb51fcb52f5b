"""Staff's view of accounts. Secrets are never shown, and what happened can't be edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from lyceum.accounts.models import ApiKey, EmailToken, User, UserSession
from lyceum.accounts.services.sessions import end_sessions
from lyceum.core import clock
from lyceum.core.read_only_admin import ReadOnlyAdmin


class NewUserForm(AdminUserCreationForm):
    """An account made by staff, with the same rules for its password."""

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name")
        field_classes = {"email": forms.EmailField}


class EditUserForm(UserChangeForm):
    """An account edited by staff."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"email": forms.EmailField}


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """Accounts. Deleting one is its owner's own verb; staff switch it off instead."""

    form = EditUserForm
    add_form = NewUserForm
    ordering = ("-created_at",)
    list_display = ("email", "full_name", "user_type", "email_verified_at", "is_active", "created_at", "last_active_at")
    list_filter = (
        "is_active",
        "is_staff",
        "is_organizer",
        "is_instructor",
        ("email_verified_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("email", "full_name", "organization_name")
    readonly_fields = (
        "id",
        "full_name",
        "created_at",
        "updated_at",
        "last_login",
        "last_active_at",
        "email_verified_at",
    )
    filter_horizontal = ("groups", "user_permissions")
    actions = ("deactivate", "activate")
    fieldsets = (
        (None, {"fields": ("id", "email", "password", "email_verified_at")}),
        (
            "Person",
            {
                "fields": (
                    "first_name",
                    "last_name",
                    "full_name",
                    "professional_title",
                    "credentials",
                    "organization_name",
                    "country",
                    "timezone",
                )
            },
        ),
        (
            "Organizer",
            {"fields": ("organizer_display_name", "organizer_bio", "organizer_website", "is_organizer_profile_public")},
        ),
        (
            "Rights",
            {
                "fields": (
                    "is_active",
                    "is_organizer",
                    "is_instructor",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                )
            },
        ),
        ("Moments", {"fields": ("created_at", "updated_at", "last_login", "last_active_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "first_name", "last_name", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Switch off, and sign out everywhere")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Switch accounts off; the one who does it stays."""
        chosen = queryset.exclude(email=request.user.get_username())
        with transaction.atomic():
            open_sessions = UserSession.objects.select_for_update().filter(user__in=chosen, ended_at__isnull=True)
            end_sessions(open_sessions, reason=UserSession.EndReason.TERMINATED, at=clock.real_now())
            count = chosen.update(is_active=False)
        self.message_user(request, f"{count} accounts are switched off.", messages.SUCCESS)

    @admin.action(description="Switch on")
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.message_user(request, f"{queryset.update(is_active=True)} accounts are switched on.", messages.SUCCESS)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Signed-in devices."""

    list_select_related = ("user",)
    list_display = (
        "user",
        "display_device",
        "kind",
        "ip_address",
        "last_activity_at",
        "expires_at",
        "ended_at",
        "end_reason",
    )
    list_filter = ("kind", "device_type", "end_reason", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("user__email", "ip_address")
    date_hierarchy = "last_activity_at"
    exclude = ("refresh_jti", "auth_hash", "web_session_key")
    actions = ("end",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Actions need this right; the form itself shows every field read-only.
        return super(admin.ModelAdmin, self).has_change_permission(request, obj) if obj is None else False

    @admin.action(description="Sign these devices out")
    def end(self, request: HttpRequest, queryset: QuerySet[UserSession]) -> None:
        with transaction.atomic():
            chosen = queryset.order_by().select_for_update(of=("self",)).filter(ended_at__isnull=True)
            count = end_sessions(chosen, reason=UserSession.EndReason.TERMINATED, at=clock.real_now())
        self.message_user(request, f"{count} devices are signed out.", messages.SUCCESS)


@admin.register(EmailToken)
class EmailTokenAdmin(ReadOnlyAdmin):
    """Mailed links, without their secrets."""

    list_select_related = ("user",)
    list_display = ("user", "purpose", "created_at", "expires_at", "used_at")
    list_filter = ("purpose", ("used_at", admin.EmptyFieldListFilter))
    search_fields = ("user__email", "email")
    exclude = ("token_hash",)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys for programs, without their secrets."""

    list_select_related = ("user",)
    list_display = ("user", "name", "prefix", "scopes", "expires_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("user__email", "name", "prefix")
    exclude = ("key_hash",)
