"""The network address that a request comes from."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def client_address(request: HttpRequest | Request) -> str:
    """Return the caller's IP address, or "" when there is none that can be believed.

    Only as many forwarded entries count as TRUSTED_PROXIES says are ours.
    """
    return believed_address(request.headers.get("x-forwarded-for", ""), str(request.META.get("REMOTE_ADDR", "")))


def believed_address(x_forwarded_for: str, believed: str) -> str:
    """Return the IP address that a header and the connection's other end (`believed`) tell of, or ""."""
    trusted = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in x_forwarded_for.split(",") if part.strip()]
    if trusted and forwarded:
        believed = forwarded[-min(trusted, len(forwarded))]
    try:
        # A link-local address may carry the name of a network card, which no column takes.
        return str(ip_address(believed.partition("%")[0]))
    except ValueError:
        return ""
