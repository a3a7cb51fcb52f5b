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
from lyceum.accounts.services.api_keys import revoke_api_key
from lyceum.accounts.services.sessions import end_sessions
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.web.read_only_admin import ReadOnlyAdmin

# What only a superuser gives; the organizer's and the instructor's role are no rights over others.
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


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

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let only superusers change a superuser, password included."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep staff from giving themselves rights."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *RIGHTS)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Take a new address as unproven, whoever typed it."""
        if change and "email" in form.changed_data:
            obj.email_verified_at = None
        super().save_model(request, obj, form, change)

    @admin.action(description="Switch off, and sign out everywhere", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Switch accounts off; the one who does it stays.

        Locks: User by id, UserSession by id.
        """
        chosen = self._changeable(request, queryset).exclude(email=request.user.get_username())
        with transaction.atomic():
            people = list(chosen.order_by("pk").select_for_update().values_list("pk", flat=True))
            open_sessions = UserSession.objects.filter(user__in=people, ended_at__isnull=True)
            end_sessions(
                open_sessions.order_by("pk").select_for_update(),
                reason=UserSession.EndReason.TERMINATED,
                at=clock.real_now(),
            )
            count = User.objects.filter(pk__in=people).update(is_active=False)
        self.message_user(request, f"{count} accounts are switched off.", messages.SUCCESS)

    @admin.action(description="Switch on", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = self._changeable(request, queryset).update(is_active=True)
        self.message_user(request, f"{count} accounts are switched on.", messages.SUCCESS)

    def _changeable(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset if request.user.is_superuser else queryset.filter(is_superuser=False)


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

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Say whether this member of staff may sign others out."""
        return bool(request.user.has_perm("accounts.change_usersession"))

    @admin.action(description="Sign these devices out", permissions=["end"])
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
    actions = ("revoke",)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Say whether this member of staff may take keys away."""
        return bool(request.user.has_perm("accounts.change_apikey"))

    @admin.action(description="Revoke these keys", permissions=["end"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Take keys away at once, each with its fact."""
        actor = Actor.system()
        for key in queryset.filter(revoked_at__isnull=True):
            revoke_api_key(api_key_id=key.pk, actor=actor, at=clock.real_now())
            self.log_change(request, key, "Revoked.")
        self.message_user(request, "The keys are revoked.", messages.SUCCESS)
