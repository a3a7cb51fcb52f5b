"""The network address that a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def client_address(request: HttpRequest | Request) -> str:
    """Return the caller's address, believing as many proxies as NUM_PROXIES says."""
    trusted = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if trusted and forwarded:
        return str(forwarded[-min(trusted, len(forwarded))])[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
