"""Staff's view of accounts. Secrets are never shown, and what happened can't be edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from lyceum.accounts.models import ApiKey, EmailToken, SecondFactor, User, UserSession
from lyceum.accounts.services.api_keys import revoke_api_key
from lyceum.accounts.services.change_address import change_address
from lyceum.accounts.services.passwords import mail_reset_link
from lyceum.accounts.services.second_factor import remove_second_factor
from lyceum.accounts.services.sessions import end_sessions
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.plain_text import check_name
from lyceum.core.web.forms import keep_to_one_line
from lyceum.core.web.read_only_admin import ReadOnlyAdmin

# What only a superuser gives; the organizer's and the instructor's role are no rights over others.
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


# A person's names, as everywhere: no line breaks, no web addresses.
NAMES = ("first_name", "last_name")


class PersonForm:
    """Mixed in before a form of staff's: what they type about a person keeps to the limits that people have."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_to_one_line(self.fields.values())
        for name in NAMES:
            if name in self.fields:
                self.fields[name].validators.append(check_name)


class NewUserForm(PersonForm, AdminUserCreationForm):
    """An account made by staff, with the same rules for its password."""

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name")
        field_classes = {"email": forms.EmailField}


class EditUserForm(PersonForm, UserChangeForm):
    """An account edited by staff."""

    # Nobody chooses another's password.
    password = None  # type: ignore[assignment]  # Django's way to leave out an inherited field

    class Meta:
        model = User
        exclude = ("password",)
        field_classes = {"email": forms.EmailField}


class AccountActionForm(ActionForm):
    """The choice of an action, with the reason that taking a second factor off wants."""

    reason = forms.ChoiceField(
        label="Reason (for removing a second factor)",
        required=False,
        choices=[
            ("", "…"),
            ("lost_device", "The person has lost their device"),
            ("compromised", "Somebody else may have it"),
            ("other", "Another reason"),
        ],
    )


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
    actions = ("deactivate", "activate", "mail_reset", "remove_second_factor")
    action_form = AccountActionForm
    fieldsets = (
        (None, {"fields": ("id", "email", "email_verified_at")}),
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
            {
                "fields": (
                    "organizer_display_name",
                    "organizer_bio",
                    "organizer_website",
                    "organizer_contact_email",
                    "is_organizer_profile_public",
                )
            },
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
        """Let only superusers change the account of another member of staff: it would be a way to their rights."""
        if obj is not None and obj.pk != request.user.pk and obj.may_have_rights and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def user_change_password(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Let nobody choose another's password, superusers included; the action mails its owner a link instead."""
        raise PermissionDenied

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep staff from giving themselves rights, and from taking an account over by its address."""
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        return (*fields, *RIGHTS) if obj is None else (*fields, *RIGHTS, "email")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Take a new address as unproven, whoever typed it, and end what was opened with the old one."""
        if not change or "email" not in form.changed_data:
            super().save_model(request, obj, form, change)
            return
        change_address(
            user=obj,
            columns=form.changed_data,
            old_address=form.initial["email"],
            actor=Actor.of(request.user),
            at=clock.real_now(),
        )

    @admin.action(description="Mail a link to choose a new password", permissions=["change"])
    def mail_reset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        chosen = self._changeable(request, queryset).filter(is_active=True)
        for user in chosen:
            mail_reset_link(user_id=user.pk, actor=Actor.of(request.user))
            self.log_change(request, user, "Mailed a link to choose a new password.")
        self.message_user(request, f"{len(chosen)} links are on their way.", messages.SUCCESS)

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

    @admin.action(description="Remove the second factor (choose a reason)", permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Take the second factor off accounts whose owner can't sign in any more; each is mailed about it."""
        form = AccountActionForm(request.POST)
        form.fields["action"].choices = self.get_action_choices(request)  # type: ignore[attr-defined]
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        if not reason:
            self.message_user(
                request, "Please choose a reason, and make sure that it is the owner who asks.", messages.ERROR
            )
            return
        actor, is_superuser = Actor.of(request.user), bool(request.user.is_superuser)
        for person in queryset.order_by("pk"):
            self._remove(request, person, reason, actor, is_superuser)

    def _remove(self, request: HttpRequest, person: User, reason: str, actor: Actor, is_superuser: bool) -> None:
        at = clock.real_now()
        try:
            remove_second_factor(user_id=person.pk, reason=reason, is_superuser=is_superuser, actor=actor, at=at)
        except Refusal as refusal:
            self.message_user(request, f"{person.email}: {refusal.text}", messages.ERROR)
            return
        self.log_change(request, person, f"Second factor removed ({reason}).")
        self.message_user(request, f"{person.email}: the second factor is removed.", messages.SUCCESS)

    def _changeable(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset if request.user.is_superuser else queryset.filter(is_superuser=False, is_staff=False)


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
    list_filter = ("kind", "with_second_factor", "device_type", "end_reason", ("ended_at", admin.EmptyFieldListFilter))
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


@admin.register(SecondFactor)
class SecondFactorAdmin(ReadOnlyAdmin):
    """Who has two-factor sign-in, without its secrets. It is removed by an action of the accounts."""

    list_select_related = ("user",)
    list_display = ("user", "confirmed_at", "started_at")
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter),)
    search_fields = ("user__email",)
    exclude = ("secret", "last_step")


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
