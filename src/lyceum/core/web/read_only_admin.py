"""The admin of rows that only verbs write."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """Mixed in before an admin or an inline: staff look, and change things through actions that call verbs."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """A list of rows to look at. Tables grow, so the whole is never counted for a filtered list."""

    show_full_result_count = False
    list_per_page = 50


class ReadOnlyInline(ReadOnly, admin.TabularInline[Any, Any]):
    """Rows below another one, to look at."""

    extra = 0
    can_delete = False
    show_change_link = True
