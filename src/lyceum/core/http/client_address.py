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
    trusted = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    believed = str(request.META.get("REMOTE_ADDR", ""))
    if trusted and forwarded:
        believed = forwarded[-min(trusted, len(forwarded))]
    try:
        # A link-local address may carry the name of a network card, which no column takes.
        return str(ip_address(believed.partition("%")[0]))
    except ValueError:
        return ""
