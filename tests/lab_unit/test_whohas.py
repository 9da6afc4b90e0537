from __future__ import annotations

import socket

import pytest

from tools.lab.whohas import sender

WANTED = socket.inet_aton("198.51.100.7")
OTHER = socket.inet_aton("198.51.100.8")
MAC = bytes.fromhex("02aabbccddee")


def arp(operation: int, address: bytes) -> bytes:
    """An ARP frame (RFC 826) sent by MAC, which says that it has `address`."""
    ethernet = b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x01" + b"\x08\x06"
    head = b"\x00\x01\x08\x00\x06\x04" + operation.to_bytes(2, "big")
    return ethernet + head + MAC + address + b"\x02\x00\x00\x00\x00\x09" + OTHER


def test_a_reply_names_the_mac_of_its_sender() -> None:
    padded = arp(2, WANTED) + b"\0" * 18
    assert sender(padded, WANTED) == "02:aa:bb:cc:dd:ee"


@pytest.mark.parametrize("frame", [arp(1, WANTED), arp(2, OTHER), arp(2, WANTED)[:30], b""])
def test_a_request_another_answer_and_a_stump_name_nobody(frame: bytes) -> None:
    assert sender(frame, WANTED) is None
