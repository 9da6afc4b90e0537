"""DNS messages (RFC 1035) by dnspython: questions as bytes, answers as values."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from functools import lru_cache

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from trueline.model.probe import Reply, Step

_ID = 0x7121


class NotDns(Exception):
    """What came back is no DNS message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """One answer: `rcode` as NOERROR or NXDOMAIN, `values` of the asked type, sorted.

    `ttl` is the smallest of the answer section, None where it is empty; `negative_ttl` what the
    SOA of a negative answer allows a cache (RFC 2308).
    """

    rcode: str
    values: tuple[str, ...]
    ttl: int | None
    negative_ttl: int | None
    authoritative: bool
    truncated: bool


def step(server: str, name: str, kind: str, transport: str, port: int = 53) -> Step:
    """The step that asks a server for a name; `kind` is A, AAAA, PTR, ...; `transport` udp or tcp.

    The message id is fixed: a connected socket takes no answer but its server's. The bytes are put
    together here: dnspython's message of many parts takes four times as long to make.
    """
    head = struct.pack("!6H", _ID, dns.flags.RD, 1, 0, 0, 0)
    asked = struct.pack("!2H", dns.rdatatype.from_text(kind), dns.rdataclass.IN)
    labels = b"".join(bytes((len(one),)) + one for one in dns.name.from_text(name).labels)
    wire = head + labels + asked
    if transport == "tcp":
        framed = len(wire).to_bytes(2, "big") + wire
        send = base64.b64encode(framed).decode()
        return Step(transport="tcp", host=server, port=port, send=send, read="frame")
    send = base64.b64encode(wire).decode()
    return Step(transport="udp", host=server, port=port, send=send, read="first")


def answer(reply: Reply) -> DnsAnswer:
    """The DNS answer in a reply. Raises NotDns."""
    return _read(reply.received)


@lru_cache(maxsize=4096)  # every check of names looks at the same answers again
def _read(received: str) -> DnsAnswer:
    try:
        message = dns.message.from_wire(base64.b64decode(received))
    except (dns.exception.DNSException, ValueError) as error:
        raise NotDns(f"no DNS answer: {error or type(error).__name__}") from error
    kind = message.question[0].rdtype if message.question else dns.rdatatype.A
    values = tuple(
        sorted(item.to_text() for rrset in message.answer if rrset.rdtype == kind for item in rrset)
    )
    ttls = [rrset.ttl for rrset in message.answer]
    soas = [r for r in message.authority if r.rdtype == dns.rdatatype.SOA]
    return DnsAnswer(
        rcode=dns.rcode.to_text(message.rcode()),
        values=values,
        ttl=min(ttls, default=None),
        negative_ttl=min(soas[0].ttl, soas[0][0].minimum) if soas else None,
        authoritative=bool(message.flags & dns.flags.AA),
        truncated=bool(message.flags & dns.flags.TC),
    )
