"""What of a network address counts as one place, and what it tells people."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

# One home or one rented server holds a whole IPv6 network of this size, and may use another of its addresses each time.
IPV6_PLACE_BITS = 64
# What homes and offices use inside (RFC 1918, 3927, 4193, 4291).
_INSIDE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"))
)


def network_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the IPv6 network of 64 bits around an address.

    Whatever counts by address counts by this. What is no address at all is one place, "unknown".
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), IPV6_PLACE_BITS), strict=False))


def location_of(address: str | None) -> str:
    """Return where somebody was, as far as an address tells without asking anybody else: a kind of network in words,
    or the address, which its owner may recognise.
    """
    if not address:
        return "Unknown location"
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return "This computer"
    return "Local network" if any(parsed in network for network in _INSIDE) else str(parsed)
