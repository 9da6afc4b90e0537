"""Endpoints of APIs are equal where they lead to the same place."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from trueline.model.endpoint import Endpoint


@pytest.mark.parametrize(
    ("url", "shown", "shortest"),
    [
        ("https://192.0.2.1:6443", "192.0.2.1:6443", "https://192.0.2.1:6443"),
        ("https://API.test/", "api.test:443", "https://api.test"),
        ("https://api.test:443", "api.test:443", "https://api.test"),
        ("https://[FD00:0::1]:6443/", "[fd00::1]:6443", "https://[fd00::1]:6443"),
        ("https://[fd00::1]", "[fd00::1]:443", "https://[fd00::1]"),
    ],
)
def test_an_endpoint_has_one_spelling(url: str, shown: str, shortest: str) -> None:
    found = Endpoint.of(url)
    assert found is not None
    assert (str(found), found.url) == (shown, shortest)
    assert Endpoint.of(shortest) == found


def test_only_an_address_is_an_address() -> None:
    assert Endpoint("fd00::1", 443).address == ip_address("fd00::1")
    assert Endpoint("api.test", 443).address is None


@pytest.mark.parametrize("url", [None, "", "https://", "192.0.2.1"])
def test_what_names_no_host_is_no_endpoint(url: str | None) -> None:
    assert Endpoint.of(url) is None
