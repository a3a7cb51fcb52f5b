"""Middleware that pages need and the API doesn't: sessions, messages, nonces. The API goes past it."""

from __future__ import annotations

from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_htmx.middleware import HtmxMiddleware

API = "/api/v1/"
# What a program's answer may do in a browser that is led to it: nothing.
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


class PagesOnly:
    """Mixed in before a middleware, so that it sees no request of the API."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(API):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class PageCSP(PagesOnly, CSPMiddleware):
    """Content security policy with a nonce for each page."""


class PageSessions(PagesOnly, SessionMiddleware):
    """Sessions of people in browsers."""


class PageAuthentication(PagesOnly, AuthenticationMiddleware):
    """The signed-in person of a page."""


class PageMessages(PagesOnly, MessageMiddleware):
    """Messages shown on the next page."""


class PageHtmx(PagesOnly, HtmxMiddleware):
    """Whether a page was asked for by htmx."""
