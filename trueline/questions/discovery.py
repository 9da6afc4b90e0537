"""What discovery asks from this host: what speaks on a port, and what a name leads to."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from ipaddress import ip_address

from trueline.codec import dns, resolver, x509
from trueline.model.address import Address, in_url
from trueline.model.found import NameSeen, PortSeen
from trueline.model.probe import Answer, Probe, Request, Step

Asked = tuple[Address, int]

_CONNECT = 1.5  # seconds; above 1 s, so that a lost SYN is sent again
_ANSWER = 2.0  # seconds
_HTTP = b"HTTP/"


def of_ports(asked: Mapping[Asked, str | None]) -> dict[str, Probe]:
    """A question with TLS and one without for each port; a value is the server name to ask by."""
    batch: dict[str, Probe] = {}
    for (address, number), name in asked.items():
        plain = Step(transport="tcp", host=str(address), port=number)
        spoken = Step(
            transport="tcp",
            host=str(address),
            port=number,
            request=_request(str(address)),
            read="first",
        )
        secret = Step(
            transport="tls",
            host=str(address),
            port=number,
            server_name=name,
            alpn=("http/1.1",),
            request=_request(name or str(address)),
            read="first",
        )
        for kind, step in (("open", plain), ("plain", spoken), ("tls", secret)):
            batch[_key(address, number, kind)] = _probe(step)
    return batch


def _request(host: str) -> Request:
    return Request(method="GET", path="/", host=in_url(host))


def port_seen(answers: Mapping[str, Answer], address: Address, number: int) -> PortSeen:
    """What the answers to `of_ports` say of one port."""
    opened, plain, secret = (
        answers[_key(address, number, kind)].last for kind in ("open", "plain", "tls")
    )
    if opened.outcome != "connected":
        return PortSeen(connected=False)
    if secret.tls is not None:
        speaks = "https" if _starts_with_http(secret.received) else "tls"
        names, served = _names(secret.tls.chain), _serves(plain.received)
        return PortSeen(connected=True, speaks=speaks, names=names, plain=served)
    return PortSeen(connected=True, speaks="http" if _starts_with_http(plain.received) else None)


def _names(shown: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return x509.chain(shown)[0].dns_names
    except (x509.NoCertificate, IndexError):
        return ()


def _serves(received: str) -> bool:
    """Whether it is an answer to plain HTTP, and no refusal of it (400, as TLS servers give)."""
    return _starts_with_http(received) and base64.b64decode(received)[8:12] != b" 400"


def _starts_with_http(received: str) -> bool:
    return base64.b64decode(received).startswith(_HTTP)


def of_names(wanted: Mapping[str, str]) -> dict[str, Probe]:
    """Two questions for each name: to the authority that is its value, and to the resolver here."""
    batch: dict[str, Probe] = {}
    for name, authority in wanted.items():
        for kind in ("A", "AAAA"):
            batch[f"{name} {kind}"] = _probe(dns.step(authority, name, kind, "udp"))
        batch[f"{name} here"] = _probe(resolver.step(name))
    return batch


def name_seen(answers: Mapping[str, Answer], name: str) -> NameSeen:
    """What the answers to `of_names` say of one name."""
    told = [one for kind in ("A", "AAAA") if (one := _answer(answers[f"{name} {kind}"]))]
    addresses = tuple(dict.fromkeys(ip_address(text) for one in told for text in one.values))
    here = resolver.addresses(answers[f"{name} here"].last)
    return NameSeen(
        addresses=addresses,
        here=bool(addresses) and {str(one) for one in addresses} <= here,
        authoritative=all(one.authoritative for one in told) if told else None,
    )


def _answer(answer: Answer) -> dns.DnsAnswer | None:
    try:
        return dns.answer(answer.last) if answer.last.outcome == "answered" else None
    except dns.NotDns:
        return None


def _probe(step: Step) -> Probe:
    return Probe(steps=(step,), connect=_CONNECT, answer=_ANSWER)


def _key(address: Address, number: int, kind: str) -> str:
    return f"{address} {number} {kind}"
