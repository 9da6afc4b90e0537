from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from scapy.layers.l2 import ARP, Ether

from trueline.probes.arp_frames import Question, heard
from trueline.probes.interfaces import Interface

OWN = Interface(name="eth0", mac="02:00:00:00:00:01", addresses=(IPv4Address("10.77.0.250"),))
TARGET = IPv4Address("10.77.0.9")


def reply(mac: str = "02:00:00:00:02:09", address: str = "10.77.0.9", **changes: object) -> bytes:
    fields = {"op": 2, "hwsrc": mac, "psrc": address, "hwdst": OWN.mac, "pdst": "10.77.0.250"}
    return bytes(Ether(src=mac, dst=OWN.mac) / ARP(**fields | changes))


def test_question_asks_everybody_from_the_own_address() -> None:
    frame = Ether(Question(OWN).for_address(TARGET))
    assert (frame.src, frame.dst, frame.type) == (OWN.mac, "ff:ff:ff:ff:ff:ff", 0x0806)
    asked = frame[ARP]
    assert (asked.op, asked.hwsrc, asked.psrc) == (1, OWN.mac, "10.77.0.250")
    assert (asked.hwdst, asked.pdst) == ("00:00:00:00:00:00", "10.77.0.9")


def test_question_can_ask_one_machine() -> None:
    frame = Ether(Question(OWN).for_address(TARGET, of="02:00:00:00:03:01"))
    assert (frame.dst, frame[ARP].pdst) == ("02:00:00:00:03:01", "10.77.0.9")


def test_own_address_is_asked_for_by_nobody_so_that_no_cache_changes() -> None:
    asked = Ether(Question(OWN).for_address(IPv4Address("10.77.0.250")))[ARP]
    assert (asked.psrc, asked.pdst) == ("0.0.0.0", "10.77.0.250")


def test_question_is_asked_from_the_address_next_to_the_target() -> None:
    both = (IPv4Address("192.0.2.7"), IPv4Address("10.77.0.250"))
    question = Question(Interface(name="eth0", mac=OWN.mac, addresses=both))
    assert Ether(question.for_address(TARGET))[ARP].psrc == "10.77.0.250"
    assert Ether(question.for_address(IPv4Address("192.0.2.99")))[ARP].psrc == "192.0.2.7"


def test_reply_says_who_holds_which_address() -> None:
    assert heard(reply("02:00:00:AB:02:09")) == ("02:00:00:ab:02:09", TARGET)
    assert heard(reply() + bytes(18)) == ("02:00:00:00:02:09", TARGET)  # padded to 60 bytes


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(reply()[:41], id="cut short"),
        pytest.param(reply(op=1), id="a question"),
        pytest.param(reply(ptype=0x86DD), id="another protocol"),
        pytest.param(b"\xff" * 12 + b"\x08\x00" + bytes(50), id="IPv4"),
    ],
)
def test_anything_else_is_no_reply(frame: bytes) -> None:
    assert heard(frame) is None
