from __future__ import annotations

from ipaddress import ip_address

import pytest

from trueline.model.address import Address, Cidr, Range, in_url


@pytest.mark.parametrize(
    ("text", "network", "host_bits"),
    [
        ("10.96.0.0/12", "10.96.0.0/12", False),
        ("10.97.0.0/12", "10.96.0.0/12", True),
        ("203.0.113.9/32", "203.0.113.9/32", False),
        ("2001:db8::/32", "2001:db8::/32", False),
        ("2001:db8::1/64", "2001:db8::/64", True),
    ],
)
def test_a_cidr_keeps_what_was_written_and_what_it_means(
    text: str, network: str, host_bits: bool
) -> None:
    cidr = Cidr.parse(text)
    assert (str(cidr), str(cidr.network), cidr.has_host_bits) == (text, network, host_bits)
    assert (cidr.range.first, cidr.range.last) == (cidr.network[0], cidr.network[-1])


def test_a_cidr_needs_a_prefix() -> None:
    with pytest.raises(ValueError, match=r"'10.0.0.1' has no prefix length"):
        Cidr.parse("10.0.0.1")


@pytest.mark.parametrize(
    ("text", "shown", "size"),
    [
        ("192.0.2.1-192.0.2.5", "192.0.2.1-192.0.2.5", 5),
        ("192.0.2.0 - 192.0.2.3", "192.0.2.0/30", 4),
        ("192.0.2.0/30", "192.0.2.0/30", 4),
        ("192.0.2.7", "192.0.2.7", 1),
        ("2001:db8::-2001:db8::1", "2001:db8::/127", 2),
    ],
)
def test_a_range_reads_every_notation_and_shows_the_shortest(
    text: str, shown: str, size: int
) -> None:
    parsed = Range.parse(text)
    assert (str(parsed), parsed.size) == (shown, size)


def test_a_range_has_one_family() -> None:
    with pytest.raises(ValueError, match=r"192.0.2.1 and 2001:db8::1 are of different families"):
        Range(ip_address("192.0.2.1"), ip_address("2001:db8::1"))


def test_a_range_runs_upwards() -> None:
    with pytest.raises(ValueError, match=r"192.0.2.2 comes after 192.0.2.1"):
        Range.parse("192.0.2.2-192.0.2.1")


@pytest.mark.parametrize(
    ("outer", "inner", "held"),
    [
        ("192.0.2.0/30", "192.0.2.1", True),
        ("192.0.2.0/30", "192.0.2.1-192.0.2.3", True),
        ("192.0.2.0/30", "192.0.2.3-192.0.2.4", False),
        ("192.0.2.4/30", "192.0.2.3-192.0.2.4", False),
        ("0.0.0.0/0", "::", False),
    ],
)
def test_a_range_holds_what_lies_wholly_inside(outer: str, inner: str, held: bool) -> None:
    assert Range.parse(outer).holds(Range.parse(inner)) is held


def test_a_range_holds_an_address() -> None:
    assert Range.parse("192.0.2.0/30").holds(ip_address("192.0.2.2"))


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("192.0.2.0-192.0.2.5", "192.0.2.4-192.0.2.9", "192.0.2.4/31"),
        ("192.0.2.4-192.0.2.9", "192.0.2.0-192.0.2.5", "192.0.2.4/31"),
        ("192.0.2.0-192.0.2.9", "192.0.2.4", "192.0.2.4"),
        ("192.0.2.0", "192.0.2.1", "None"),
        ("192.0.2.0", "::", "None"),
    ],
)
def test_ranges_share_what_both_hold(one: str, other: str, shared: str) -> None:
    assert str(Range.parse(one).shared_with(Range.parse(other))) == shared


def test_a_range_lists_its_addresses_in_order() -> None:
    found = Range.parse("192.0.2.254-192.0.3.1").addresses()
    assert [str(address) for address in found] == [
        "192.0.2.254", "192.0.2.255", "192.0.3.0", "192.0.3.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("fd00::1", "[fd00::1]"),
        (ip_address("fd00::1"), "[fd00::1]"),
        (ip_address("192.0.2.1"), "192.0.2.1"),
        ("api.app.test", "api.app.test"),
    ],
)
def test_a_host_is_written_as_urls_have_it(host: str | Address, written: str) -> None:
    assert in_url(host) == written
