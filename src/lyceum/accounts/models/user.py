"""The account of one person: sign-in, roles and profile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from lyceum.accounts.ports import Recipient
from lyceum.core.actors import Actor
from lyceum.core.clock import real_now
from lyceum.core.models import SoftDeletedQuerySet, SoftDeletedRecord
from lyceum.core.models.fields import LowercaseEmailField, StoredFileField
from lyceum.core.personal_data import Person
from lyceum.core.plain_text import name_or_blank

FULL_NAME_LENGTH = 255


class UserQuerySet(SoftDeletedQuerySet["User"]):
    """Sets of people that the product talks about."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the accounts this actor may read: staff everybody, others themselves."""
        return self if actor.manages_everything else self.filter(pk__in=[actor.user_id] if actor.is_user else [])

    def verified(self) -> Self:
        """Return the accounts that have proven their address and may sign in: what an address has is theirs."""
        return self.filter(email_verified_at__isnull=False, is_active=True)

    def public_organizers(self) -> Self:
        return self.filter(is_organizer=True, is_organizer_profile_public=True, is_active=True)


class PeopleManager(BaseUserManager["User"]):
    """The accounts that still exist, and the ways to make one."""

    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().filter(deleted_at__isnull=True)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an account. A None password can't be used to sign in."""
        if not email.strip():
            raise ValueError("An account needs an email address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a staff account with every right and a verified address."""
        fields.setdefault("email_verified_at", real_now())
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)


UserManager = PeopleManager.from_queryset(UserQuerySet)
AllUsersManager = models.Manager.from_queryset(UserQuerySet)


class User(AbstractBaseUser, PermissionsMixin, SoftDeletedRecord):
    """One person. `full_name` is always the two names joined; a deleted account is anonymised first."""

    email = LowercaseEmailField(max_length=254, unique=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    full_name = models.CharField(max_length=FULL_NAME_LENGTH, blank=True, editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_organizer = models.BooleanField(default=False)
    is_instructor = models.BooleanField(default=False)
    upgraded_to_organizer_at = models.DateTimeField(null=True, blank=True)
    upgraded_to_instructor_at = models.DateTimeField(null=True, blank=True)
    onboarding_completed_at = models.DateTimeField(null=True, blank=True)
    last_active_at = models.DateTimeField(null=True, blank=True)

    professional_title = models.CharField(max_length=255, blank=True)
    credentials = models.CharField(max_length=255, blank=True)
    organization_name = models.CharField(max_length=255, blank=True)
    bio = models.TextField(max_length=2000, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=100, blank=True)
    timezone = models.CharField(max_length=50, default="UTC")
    avatar_key = StoredFileField(max_length=300, blank=True, editable=False)
    website = models.URLField(max_length=500, blank=True)
    social_linkedin = models.URLField(max_length=500, blank=True)
    social_twitter = models.URLField(max_length=500, blank=True)
    social_github = models.URLField(max_length=500, blank=True)

    organizer_display_name = models.CharField(max_length=200, blank=True)
    organizer_logo_url = models.URLField(max_length=500, blank=True)
    organizer_website = models.URLField(max_length=500, blank=True)
    # Shown to everybody, unlike `email`, with which the person signs in.
    organizer_contact_email = models.EmailField(max_length=254, blank=True, db_default="")
    organizer_bio = models.TextField(max_length=2000, blank=True)
    organizer_social_linkedin = models.URLField(max_length=500, blank=True)
    organizer_social_twitter = models.URLField(max_length=500, blank=True)
    is_organizer_profile_public = models.BooleanField(default=True)

    objects = UserManager()
    all_objects = AllUsersManager()

    # No column: whoever reads how a person came in sets it for that one request. Where nobody does, nobody did.
    came_with_second_factor = False

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta(SoftDeletedRecord.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(email=""), name="user_email_given"),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(is_active=False), name="user_deleted_is_inactive"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="user_newest", condition=Q(deleted_at__isnull=True)),
            models.Index(fields=["id"], name="user_public_organizer", condition=Q(is_organizer=True)),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the joined name in step with its two parts, also in narrow saves."""
        self.full_name = f"{self.first_name} {self.last_name}".strip()[:FULL_NAME_LENGTH]
        if update_fields is not None:
            names = set(update_fields)
            if names & {"first_name", "last_name"}:
                names.add("full_name")
            update_fields = names
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def recipient(self) -> Recipient:
        """The person as a notification names them."""
        return Recipient(self.email, self.full_name, self.pk)

    @property
    def person(self) -> Person:
        """Whom personal data is about: the account, and its address once that was proven."""
        return Person(self.pk, frozenset([self.email] if self.email_verified else []))

    @property
    def email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def lacks_second_factor(self) -> bool:
        """Say whether staff rights are withheld, because they need a second factor that this person didn't show."""
        return self.may_have_rights and settings.STAFF_SECOND_FACTOR != "optional" and not self.came_with_second_factor

    @property
    def acts_as_staff(self) -> bool:
        """Say whether this person is staff here and now. What staff may do asks this, never the column."""
        return self.is_staff and not self.lacks_second_factor

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return not self.lacks_second_factor and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return not self.lacks_second_factor and super().has_module_perms(app_label)

    @property
    def may_have_rights(self) -> bool:
        """Say whether this account could act as staff: who changes it could gain those rights."""
        return self.is_staff or self.is_superuser

    @property
    def user_type(self) -> str:
        if self.is_staff:
            return "admin"
        return "organizer" if self.is_organizer else "attendee"

    @property
    def display_name(self) -> str:
        """The full name, with credentials behind it where there are any."""
        name = self.full_name or self.email.partition("@")[0]
        return f"{name}, {self.credentials}" if self.credentials else name

    @property
    def public_organizer_name(self) -> str:
        """What the public reads as the organizer's name; never the address."""
        names = (self.organizer_display_name, self.organization_name, self.full_name)
        return next(filter(None, map(name_or_blank, names)), "An organizer")

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name or self.full_name

    def soft_delete(self, *, at: datetime) -> None:
        """Refuse: an account leaves only through `delete_account`, which anonymises it and frees the address."""
        raise TypeError("Accounts are removed by the verb delete_account.")
