"""Captures, read back by scapy, which has a reader of its own."""

from __future__ import annotations

import io

import pytest
from scapy.layers.l2 import ARP, Ether
from scapy.utils import PcapReader

from trueline.codec.pcap import arp, pcap

ASK = bytes(
    Ether(src="02:00:00:00:00:01", dst="ff:ff:ff:ff:ff:ff")
    / ARP(op=1, hwsrc="02:00:00:00:00:01", psrc="192.0.2.1", pdst="192.0.2.9")
)
TOLD = bytes(
    Ether(src="02:00:00:00:00:09", dst="02:00:00:00:00:01")
    / ARP(op=2, hwsrc="02:00:00:00:00:09", psrc="192.0.2.9", pdst="192.0.2.1")
)


def test_an_analyser_reads_frames_and_times() -> None:
    made = pcap([(1_800_000_000.25, ASK), (1_800_000_000.999_999_7, TOLD + bytes(18))])
    with PcapReader(io.BytesIO(made)) as reader:
        read = list(reader)
    assert [bytes(packet) for packet in read] == [ASK, TOLD + bytes(18)]
    assert [float(packet.time) for packet in read] == [1_800_000_000.25, 1_800_000_001.0]
    assert read[1][ARP].psrc == "192.0.2.9"


def test_nothing_is_an_empty_capture() -> None:
    with PcapReader(io.BytesIO(pcap([]))) as reader:
        assert list(reader) == []


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (ASK, "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff: who has 192.0.2.9, tell 192.0.2.1"),
        (TOLD, "02:00:00:00:00:09 > 02:00:00:00:00:01: 192.0.2.9 is at 02:00:00:00:00:09"),
        (bytes(60), "00:00:00:00:00:00 > 00:00:00:00:00:00: 60 octets, not ARP"),
        (ASK[:41], "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff: 41 octets, not ARP"),
        (b"short", "no frame"),
    ],
)
def test_a_frame_is_one_line(frame: bytes, told: str) -> None:
    assert arp(frame) == told
