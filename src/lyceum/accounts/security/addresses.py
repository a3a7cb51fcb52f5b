"""Where a request really comes from, and what counts as one place."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from lyceum.core.http.client_address import client_address as believed_address


def client_address(request: Any) -> str:
    """Return the caller's IP address, or "" when there is none that can be believed.

    request: Django's or DRF's. Only as many forwarded entries count as TRUSTED_PROXIES says are ours.
    """
    try:
        # A link-local address may carry the name of a network card, which no column takes.
        return str(ip_address(believed_address(request).partition("%")[0]))
    except ValueError:
        return ""


def bucket(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or an IPv6 network of 64 bits, which one home holds whole."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network(f"{parsed}/64", strict=False))
    return str(parsed)
