"""The base of every page's view."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.views import View

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import NotAuthenticated, Refusal
from lyceum.core.http.client_address import client_address
from lyceum.core.http.refusals import refusal_page
from lyceum.core.links import absolute
from lyceum.core.rate_limits import hit
from lyceum.core.web.forms import PageForm


class PageView(View):
    """One page. A refusal that nobody caught becomes a page of its own."""

    template: ClassVar[str] = ""
    # Pages behind a secret or a sign-in: not indexed, not cached, and their address goes to no other site. (It is
    # not withheld from this one: a browser would then send "Origin: null" with a form, which the check against
    # forged requests refuses.)
    private: ClassVar[bool] = False
    sign_in_needed: ClassVar[bool] = False
    # The throttle scope of reading; writing counts as an ordinary request, unless the page counts it itself.
    read_scope: ClassVar[str | None] = "public_read"
    counts_writing: ClassVar[bool] = True
    # Answers that are the same for every visitor, and the query parameters that they depend on, by method: see
    # `core.http.public_answers`.
    public_reads: ClassVar[dict[str, frozenset[str]]] = {}
    # Forms on this page may be sent by visitors, without a token of their own: see `core.http.forgery`.
    visitors_may_post: ClassVar[bool] = False

    @cached_property
    def actor(self) -> Actor:
        return Actor.of(self.request.user)

    @property
    def user_id(self) -> UUID:
        """The signed-in person's id, on pages that need a sign-in.

        Raises: NotAuthenticated (401).
        """
        if self.actor.user_id is None:
            raise NotAuthenticated
        return self.actor.user_id

    @cached_property
    def at(self) -> datetime:
        return clock.now()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self._throttle()
            if self.sign_in_needed and not self.actor.is_user:
                return to_sign_in(request)
            response = super().dispatch(request, *args, **kwargs)
        except Refusal as refusal:
            response = refusal_page(request, refusal)
        if self.private or self.sign_in_needed:
            patch_cache_control(response, no_store=True, private=True)
            response["Referrer-Policy"] = "same-origin"
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def show(self, *, status: int = 200, template: str = "", **context: Any) -> HttpResponse:
        """Return the page with what it shows."""
        form = context.get("form")
        context["form_refused"] = isinstance(form, PageForm) and form.is_bound and bool(form.errors)
        context["private_page"] = self.private or self.sign_in_needed
        context["at"] = self.at
        context.setdefault("canonical", absolute(self.request.path))
        return render(self.request, template or self.template, context, status=status)

    def show_refused(self, form: PageForm, **context: Any) -> HttpResponse:
        """Return the page again, with what was typed and what is wrong with it."""
        return self.show(form=form, status=422, **context)

    def _throttle(self) -> None:
        reading = self.request.method in ("GET", "HEAD", "OPTIONS")
        scope = self.read_scope if reading else ("user" if self.actor.is_user else "anon")
        if scope is not None and (reading or self.counts_writing):
            user_id = self.actor.user_id if self.actor.is_user else None
            hit(scope, user_id=user_id, address=client_address(self.request))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to the sign-in page, and back here afterwards."""
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
