"""The admin site. It has no sign-in of its own: the ordinary one, its limits on guessing and its sessions apply."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from lyceum.core.actors import Actor
from lyceum.core.errors import STAFF_LACKS_SECOND_FACTOR, PermissionDenied
from lyceum.core.web import refusal_page


class LyceumAdminSite(AdminSite):
    """Django's admin, entered by the ordinary sign-in page."""

    site_header = "Lyceum administration"
    site_title = "Lyceum administration"
    index_title = "Everything that is kept"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Let staff in whose rights hold here and now, see `User.acts_as_staff`."""
        return request.user.is_active and Actor.of(request.user).is_staff

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people without a sign-in to it; tell those without the right."""
        wanted = request.GET.get("next") or "/admin/"
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"/sign-in/?{urlencode({'next': wanted})}")
        if self.has_permission(request):
            return HttpResponseRedirect("/admin/")
        if Actor.of(request.user).lacks_second_factor:
            messages.warning(request, STAFF_LACKS_SECOND_FACTOR)
            return HttpResponseRedirect("/account/second-factor/")
        return refusal_page(request, PermissionDenied("Only the people who run this site can open its administration."))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """End the device, not only the cookie; the sign-out page does both, and asks when it is a GET."""
        return HttpResponseRedirect("/sign-out/", preserve_request=True)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page that signs the other devices out as well."""
        return HttpResponseRedirect("/account/password/")
