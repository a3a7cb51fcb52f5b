"""What of a caller's address counts as one place."""

from typing import Any

import pytest
from django.test import RequestFactory

from lyceum.core.api.throttling import ScopeThrottle
from lyceum.core.http.client_address import client_address
from lyceum.core.networks import network_of


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("fe80::1%eth0/0", "fe80::/64"),
        # 6to4 and Teredo count as the IPv6 networks that they are.
        ("2002:c000:201::1", "2002:c000:201::/64"),
        ("2001:0:c000:201::1", "2001:0:c000:201::/64"),
        ("", "unknown"),
        ("203.0.113.1:443", "unknown"),
        ("not an address", "unknown"),
        ("\x00", "unknown"),
    ],
)
def test_what_counts_as_one_place(address: str, place: str) -> None:
    assert network_of(address) == place


@pytest.mark.parametrize(
    ("forwarded", "believed"),
    [
        ("198.51.100.9, 2001:db8::1", "2001:db8::1"),
        ("2001:db8::1%eth0", "2001:db8::1"),
        ("garbage", ""),
        ("192.0.2.1, garbage\x00", ""),
        (", ,", "192.0.2.7"),
        ("9" * 5000, ""),
    ],
)
def test_a_forwarded_address_is_read_or_is_none(settings: Any, forwarded: str, believed: str) -> None:
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == believed


def test_a_caller_of_the_library_s_throttles_is_a_place_too() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2::1")
    assert ScopeThrottle().get_ident(request) == "2001:db8:1:2::/64"
