"""Accounts as staff see them."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api.outputs import StaffUserOutput
from lyceum.accounts.models import User
from lyceum.accounts.selectors import get_visible_user, visible_users
from lyceum.core.api.filters import BooleanFilter, FilterSet
from lyceum.core.api.views import ApiViewSet, Audience


class UserFilter(FilterSet):
    """Filters of the list of accounts."""

    email_verified = BooleanFilter(
        field_name="email_verified_at", lookup_expr="isnull", exclude=True, help_text="Whether the address is proven."
    )
    is_active = BooleanFilter(help_text="Whether the account may sign in.")
    is_staff = BooleanFilter(help_text="Whether the person works for the product.")
    is_organizer = BooleanFilter(help_text="Whether the person runs events.")
    is_instructor = BooleanFilter(help_text="Whether the person runs courses.")

    class Meta:
        model = User
        fields = ("is_active", "is_staff", "is_organizer", "is_instructor", "email_verified")


class UserViewSet(ApiViewSet):
    """Every account. Staff alone can read them."""

    tag = "Accounts"

    audience = Audience.STAFF
    queryset: Any = User.objects.none()
    output_serializer_class = StaffUserOutput
    filterset_class = UserFilter
    search_fields = ("email", "full_name", "organization_name")
    ordering_fields = ("created_at", "email", "last_name", "last_login")

    def list(self, request: Request) -> Response:
        """List all accounts.

        The newest come first.
        """
        return self.page(visible_users(self.actor))

    def retrieve(self, request: Request, uuid: str) -> Response:
        """Get one account."""
        return self.answer(get_visible_user(self.actor, self.path_id()))
