"""Questions are the bytes that dnspython's own messages come to."""

from __future__ import annotations

import base64

import dns.message
import pytest

from trueline.codec import dns as codec


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("vault.control.local", "A"),
        ("vault.control.local.", "AAAA"),
        (".", "NS"),
        ("64.168.192.in-addr.arpa", "SOA"),
        ("_https._tcp.b\\195\\188ro.example", "SRV"),
        ("bücher.example", "A"),
    ],
)
def test_a_question_is_a_message_of_the_standard(name: str, kind: str) -> None:
    wire = dns.message.make_query(name, kind, id=0x7121).to_wire()
    assert base64.b64decode(codec.step("192.0.2.1", name, kind, "udp").send) == wire
    framed = base64.b64decode(codec.step("192.0.2.1", name, kind, "tcp").send)
    assert framed == len(wire).to_bytes(2, "big") + wire
