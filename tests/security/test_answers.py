"""What servers answer: a value or the declared error, never more than came in, nothing done."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import dns.update
import pytest
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.profiles import examples
from tests.security.hostile import near
from tests.security.tally import tried
from tests.security.watch import nothing_done
from tests.told import reply
from trueline.codec import dns as dns_codec
from trueline.codec import grpc, http, mysql, pcap, redis, resolver, x509
from trueline.codec.metrics import values
from trueline.model.observation import NotObserved
from trueline.probes import agent_http, agent_neighbours
from trueline.probes.arp_frames import heard


def held(row: str, read: Callable[[], object], *errors: type[Exception]) -> Any:
    """What reading comes to; any other exception than the declared ones passes through."""
    tried(row)
    with nothing_done():
        try:
            return read()
        except errors as error:
            text = str(error)
            assert text
            assert len(text) <= 1000
            return None


def _dns() -> tuple[bytes, ...]:
    query = dns.message.make_query("a.test", "A", id=0x7121)
    good = dns.message.make_response(query)
    good.answer.append(dns.rrset.from_text("a.test.", 5, "IN", "A", "10.0.0.1", "10.0.0.2"))
    negative = dns.message.make_response(query)
    negative.set_rcode(dns.rcode.NXDOMAIN)
    soa = dns.rrset.from_text("test.", 5, "IN", "SOA", "ns.test. h.test. 1 2 3 4 5")
    negative.authority.append(soa)
    update = dns.update.UpdateMessage("test.")
    update.delete("a", "A")
    update.present("a", "SOA")
    return good.to_wire(), negative.to_wire(), update.to_wire()


@examples(10)
@given(near(*_dns()))
def test_dns(data: bytes) -> None:
    received = reply("answered", "answer", received=data)
    found = held("DNS answers", lambda: dns_codec.answer(received), dns_codec.NotDns)
    if found is not None:
        assert sum(map(len, found.values)) <= 8 * len(data)
        assert all(value.isprintable() for value in found.values)


HTTP = (
    b"HTTP/1.1 200 OK\r\nDate: Sun, 14 Mar 2027 02:17:00 GMT\r\nContent-Length: 7\r\n\r\n[1,{}] ",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2]\r\n0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 120 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
    b"HTTP/1.1 200 OK\r\nDate: Sun, 14 Mar 99999 02:17:00 -9999\r\n\r\n" + b"[" * 5000,
    b"HTTP/1.1 100 Continue\r\n\r\n" * 300 + b"HTTP/1.1 200 OK\r\n\r\n",
)


@examples(10)
@given(near(*HTTP))
def test_http(data: bytes) -> None:
    received = reply("answered", "answer", received=data)
    found = held("HTTP answers", lambda: http.answer(received), http.NotHttp)
    if found is not None:
        assert len(found.body) <= len(data)
        held("HTTP answers", lambda: (found.json, found.date, found.text))


@examples(10)
@given(near(*HTTP))
def test_chunks_put_together_are_no_longer_than_they_came(data: bytes) -> None:
    found = held("HTTP bodies in chunks", lambda: agent_http.unchunked(data), ValueError)
    assert found is None or len(found) <= len(data) + 4


def test_chunks_of_negative_length_are_no_bomb() -> None:
    """Each would repeat all that follows it: a quarter of a megabyte came to gigabytes."""
    bomb = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"-2\r\n" * 2000
    tried("HTTP bodies in chunks")
    with pytest.raises(ValueError, match="no length of a chunk"):
        agent_http.unchunked(bomb)


GRPC = (
    bytes.fromhex("000000040000000000") + bytes.fromhex("00000401040000000188"),
    bytes.fromhex("000006040000000000000300000064")
    + bytes.fromhex("0000080700000000000000000000000000"),
    bytes.fromhex("00000f040000000000") + b"\0" * 15 + bytes.fromhex("ffffff010400000001"),
)
MYSQL = (
    b"\x4a\0\0\0\x0a8.0.36\0" + b"\1" * 66 + b"\x11\0\0\2\xff\x15\x04#28000denied",
    b"\x05\0\0\0\xff\x69\x04no",
)
REDIS = (b"+PONG\r\n:3\r\n+OK\r\n", b"-NOAUTH Authentication required.\r\n", b"-DENIED x\r\n")


@pytest.mark.parametrize(
    ("healthy", "read", "error"),
    [
        (GRPC, grpc.answer, grpc.NotHttp2),
        (MYSQL, mysql.answer, mysql.NotMysql),
        (REDIS, redis.answer, redis.NotRedis),
        ((b'["10.0.0.1"]', b'["a"]', b"[" * 3000, b"{}"), resolver.addresses, NotObserved),
    ],
    ids=["grpc", "mysql", "redis", "resolver"],
)
@examples(2.5)
@given(data=st.data())
def test_other_protocols(
    data: st.DataObject, healthy: tuple[bytes, ...], read: Any, error: type[Exception]
) -> None:
    received = reply("answered", "answer", received=data.draw(near(*healthy)))
    held("gRPC, MySQL, Redis and resolver answers", lambda: read(received), error)


def test_speaking_http2_is_told_of_anything() -> None:
    for data in GRPC:
        tried("gRPC, MySQL, Redis and resolver answers")
        assert grpc.speaks(reply("answered", "answer", received=data)) in (True, False)


def _certificate() -> bytes:
    """The same bytes in every run: the key is fixed, and Ed25519 signs without chance."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, "leaf")])
    others = certificates.SubjectAlternativeName(
        [
            certificates.DNSName("a.test"),
            certificates.IPAddress(IPv4Address("10.0.0.1")),
            certificates.UniformResourceIdentifier("spiffe://mesh.test/ns/a/sa/b"),
        ]
    )
    begin = datetime(2027, 1, 1, tzinfo=UTC)
    builder = certificates.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(begin).not_valid_after(begin + timedelta(days=90))
    builder = builder.add_extension(others, critical=False)
    builder = builder.add_extension(certificates.BasicConstraints(True, None), critical=True)
    return builder.sign(key, None).public_bytes(Encoding.DER)


@examples(10)
@given(near(_certificate()))
@example(_certificate().replace(b"0*0\x05\x06\x03+ep", b"0*0\x05\x06\x03\x00ep"))  # an unknown key
@example(_certificate().replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01"))  # version 2
@example(_certificate().replace(b"\x02\x01\x07", b"\x02\x01\x00"))  # serial number 0
def test_certificates(der: bytes) -> None:
    shown = (base64.b64encode(der).decode(),)
    found = held("TLS certificates", lambda: x509.chain(shown), x509.NoCertificate)
    if found is not None:
        held("TLS certificates", lambda: (x509.root_of(found, found), x509.self_signed(found[0])))


ARP = bytes.fromhex(
    "ffffffffffff" "020000000001" "0806" "0001080006040002" "020000000001" "0a000001"
    "020000000002" "0a000002"
)  # fmt: skip


assert heard(ARP)  # scapy loads what it needs now, and not while we look


@examples(10)
@given(near(ARP, ARP.replace(b"\x06\x04\0\2", b"\x06\x04\0\1"), ARP[:41], ARP + b"\0" * 1500))
def test_frames(frame: bytes) -> None:
    found = held("ARP frames", lambda: heard(frame))
    assert found is None or (len(found[0]) == 17 and found[0].replace(":", "").isalnum())
    told = held("ARP frames", lambda: pcap.arp(frame))
    assert told.isprintable()
    assert len(told) < 120


times = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 2**33)


@examples(10)
@given(st.lists(st.tuples(times, st.binary(max_size=80)), max_size=5))
def test_captures(frames: list[tuple[float, bytes]]) -> None:
    made = held("captures (pcap)", lambda: pcap.pcap(frames))
    assert len(made) == 24 + sum(16 + len(frame) for _, frame in frames)


METRICS = (
    b'# HELP a b\na{b="c",d="e\\"f"} 1\na 2 3\na NaN\n',
    b"a{" + b'b="' * 200 + b"} 1\n",
    b"a{" + b'b="\\' * 200,
)


@examples(2.5)
@given(near(*METRICS))
def test_metrics(data: bytes) -> None:
    held("metrics of products", lambda: list(values(data.decode(errors="replace"), "a")))


@examples(2.5)
@given(near(b"IP address  HW type  Flags  Device\n10.0.0.1 0x1 0x2 02:00:00:00:00:01 * eth0\n"))
@example(b"\n10.0.0.1 0x1 0x2 %s * eth0\n" % (b"\x80" * 41))
def test_neighbour_tables(data: bytes) -> None:
    text = data.decode(errors="replace")
    for read in (
        lambda: agent_neighbours.in_table(text, "10.0.0.1"),
        lambda: agent_neighbours.told(text),
    ):
        assert len(held("tables of neighbours", read, ValueError, LookupError) or b"") <= 40
