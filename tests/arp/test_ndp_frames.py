"""Neighbour discovery, written and read against scapy's own frames."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from scapy.layers.inet6 import (
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
)
from scapy.layers.l2 import Ether

from trueline.probes.interfaces import Interface
from trueline.probes.ndp_frames import Solicitation, about, advertised

MAC = "02:00:00:00:00:01"
OWN = Interface(
    name="eth0", mac=MAC, addresses=(IPv6Address("fe80::1"), IPv6Address("fd00:77::250"))
)
TARGET = IPv6Address("fd00:77::ab:cdef")
HOLDER = "02:00:00:00:02:09"


def advertisement(
    holder: str = HOLDER, *, hops: int = 255, named: str | None = HOLDER, code: int = 0
) -> bytes:
    head = Ether(src=holder, dst=MAC) / IPv6(src=str(TARGET), dst="fd00:77::250", hlim=hops)
    message = head / ICMPv6ND_NA(tgt=str(TARGET), R=0, S=1, O=1, code=code)
    return bytes(message / ICMPv6NDOptDstLLAddr(lladdr=named) if named else message)


def as_scapy_makes_it(frame: bytes) -> bytes:
    """The same frame with lengths and checksum by scapy."""
    read = Ether(frame)
    del read[IPv6].plen
    del read[ICMPv6ND_NS].cksum
    return bytes(read)


def test_a_question_asks_the_group_of_an_address() -> None:
    frame = Solicitation(OWN).for_address(TARGET)
    read = Ether(frame)
    assert (read.src, read.dst, read.type) == (MAC, "33:33:ff:ab:cd:ef", 0x86DD)
    assert (read[IPv6].src, read[IPv6].dst) == ("fd00:77::250", "ff02::1:ffab:cdef")
    assert (read[IPv6].hlim, read[ICMPv6ND_NS].tgt) == (255, "fd00:77::ab:cdef")
    assert read[ICMPv6NDOptSrcLLAddr].lladdr == MAC
    assert as_scapy_makes_it(frame) == frame


def test_a_question_can_ask_one_machine() -> None:
    frame = Solicitation(OWN).for_address(TARGET, of=HOLDER)
    read = Ether(frame)
    assert (read.dst, read[IPv6].dst) == (HOLDER, "fd00:77::ab:cdef")
    assert as_scapy_makes_it(frame) == frame


@pytest.mark.parametrize("of", [None, HOLDER])
def test_the_own_address_is_asked_for_by_nobody_so_that_no_cache_changes(of: str | None) -> None:
    frame = Solicitation(OWN).for_address(OWN.addresses[1], of=of)  # type: ignore[arg-type]
    read = Ether(frame)
    assert (read[IPv6].src, read[IPv6].dst) == ("::", "ff02::1:ff00:250")
    assert read.dst == (of or "33:33:ff:00:02:50")
    assert ICMPv6NDOptSrcLLAddr not in read
    assert as_scapy_makes_it(frame) == frame


def test_a_link_local_address_is_asked_for_from_one() -> None:
    read = Ether(Solicitation(OWN).for_address(IPv6Address("fe80::9")))
    assert read[IPv6].src == "fe80::1"


def test_an_advertisement_says_who_holds_which_address() -> None:
    assert advertised(advertisement()) == (HOLDER, TARGET)
    assert advertised(advertisement() + bytes(4)) == (HOLDER, TARGET)  # the padding of a switch


def test_the_mac_that_is_named_counts_and_else_the_senders() -> None:
    assert advertised(advertisement("02:00:00:00:09:09")) == (HOLDER, TARGET)
    assert advertised(advertisement("02:00:00:00:09:09", named=None)) == (
        "02:00:00:00:09:09",
        TARGET,
    )


def test_other_options_are_passed_over() -> None:
    plain = Ether(advertisement(named=None))
    nonce = bytes((14, 1)) + bytes(6)
    mac = bytes((2, 1)) + bytes.fromhex(HOLDER.replace(":", ""))
    head = plain[IPv6].copy()
    del head.plen, head[ICMPv6ND_NA].cksum
    frame = Ether(src="02:00:00:00:09:09", dst=MAC) / head / nonce / mac
    assert advertised(bytes(frame)) == (HOLDER, TARGET)
    endless = Ether(src="02:00:00:00:09:09", dst=MAC) / head / bytes(8) / mac
    assert advertised(bytes(endless)) == ("02:00:00:00:09:09", TARGET)


def changed(frame: bytes, at: int, octet: int) -> bytes:
    return frame[:at] + bytes((octet,)) + frame[at + 1 :]


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(advertisement()[:77], id="cut short"),
        pytest.param(advertisement()[:80], id="cut short within its options"),
        pytest.param(changed(advertisement(), 12, 8), id="another protocol"),
        pytest.param(changed(advertisement(), 20, 17), id="UDP"),
        pytest.param(changed(advertisement(), 19, 8), id="shorter than it must be"),
        pytest.param(changed(advertisement(), 80, 7), id="a wrong checksum"),
        pytest.param(advertisement(code=1), id="of an unknown code"),
        pytest.param(advertisement(hops=254), id="from another network"),
        pytest.param(Solicitation(OWN).for_address(TARGET), id="a question"),
    ],
)
def test_anything_else_is_no_advertisement(frame: bytes) -> None:
    assert advertised(frame) is None


def test_questions_and_advertisements_are_about_an_address() -> None:
    assert about(Solicitation(OWN).for_address(TARGET)) == TARGET.packed
    assert about(advertisement()) == TARGET.packed
    assert about(changed(advertisement(), 54, 134)) is None
