"""What listens somewhere in a random world, and what it says to one step of a conversation."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.random_worlds.certificates import leaf
from tests.reach.answering import grpc_answer
from tests.told import NOW, http, reply, shows
from trueline.model.probe import Reply, Request, Step, Tls
from trueline.model.topology import Vantage

TOOK = 0.01  # seconds that everything takes
Page = tuple[int, str]  # status and body


@dataclass(frozen=True, kw_only=True)
class Server:
    """One listener. `signer` and `names` make the certificate it shows, `ahead` is its clock.

    Its certificate is valid from `start` to `end`, in seconds from now.
    """

    signer: str = ""
    names: tuple[str, ...] = ()
    uri: str | None = None
    start: float = -3600.0
    end: float = 86400.0
    ahead: float = 0.0

    def says(self, step: Step) -> Reply:  # noqa: ARG002
        """How the step ends. A plain listener takes the connection and says nothing."""
        return reply("connected", "tcp", seconds={"tcp": TOOK})

    def to(self, place: Vantage) -> Server:  # noqa: ARG002
        """The listener as who stands there meets it; most treat everybody alike."""
        return self

    @property
    def tls(self) -> Tls:
        dates = {"start": self.start, "end": self.end}
        return shows(leaf(self.signer, *self.names, uri=self.uri, **dates))


@dataclass(frozen=True, kw_only=True)
class Web(Server):
    """An HTTP server: `pages` by host and path, `other` for everything else."""

    pages: Mapping[tuple[str | None, str], Page] = field(default_factory=dict)
    other: Page = (404, "not found")
    redirects: tuple[str, ...] = ()  # hosts that plain HTTP sends to TLS

    def says(self, step: Step) -> Reply:
        secure = self.tls if step.transport == "tls" else None
        if step.read == "nothing":
            rung = "tls" if secure else "tcp"
            return reply("connected", rung, tls=secure, seconds={"tcp": TOOK})
        if step.request is None:
            return reply("reset", "tcp", "answer")
        host = step.request.host.split(":")[0]
        date = format_datetime(datetime.fromtimestamp(int(NOW + self.ahead), UTC), usegmt=True)
        if host in self.redirects and not secure:
            return timed(http(301, "", Location=f"https://{host}/", Date=date))
        status, body = self.page(step.request)
        return timed(http(status, body, tls=secure, Date=date))

    def page(self, request: Request) -> Page:
        """What it has for a request."""
        host = request.host.split(":")[0]
        page = self.pages.get((host, request.path)) or self.pages.get((None, request.path))
        return page or self.other


@dataclass(frozen=True, kw_only=True)
class Grpc(Server):
    """A gRPC server, which only greets who calls nothing."""

    def says(self, step: Step) -> Reply:
        if step.read == "nothing":
            return super().says(step)
        return timed(reply("answered", "answer", received=grpc_answer()))


@dataclass(frozen=True, kw_only=True)
class MeshPod(Server):
    """A workload with a sidecar; strict, it wants TLS and a certificate of the mesh."""

    strict: bool = True
    answers: str = ""
    admits_strangers: bool = False
    old_tls: bool = False

    def says(self, step: Step) -> Reply:
        if step.transport == "tls":
            if step.highest == "1.1" and not self.old_tls:
                return reply("tls failed", "tcp", "tls", detail="protocol version")
            if step.request is None:
                return reply("connected", "tls", tls=self.tls)
            if self.strict and not self.admits_strangers:
                return reply("tls failed", "tcp", "tls", detail="certificate required")
            return http(200, self.answers, tls=self.tls)
        if step.read == "nothing":
            return super().says(step)
        return reply("reset", "tcp", "answer") if self.strict else http(200, self.answers)


@dataclass(frozen=True, kw_only=True)
class EastWest(Server):
    """An east-west gateway: TLS by server names it knows leads to workloads, nothing else does."""

    behind: Mapping[str, MeshPod] = field(default_factory=dict)

    def says(self, step: Step) -> Reply:
        if step.transport == "tls":
            known = self.behind.get(step.server_name or "")
            if known is None and step.server_name not in self.names:
                return reply("tls failed", "tcp", "tls", detail="unrecognized name")
            return reply("connected", "tls", tls=known.tls if known else self.tls)
        if step.read == "nothing":
            return super().says(step)
        return reply("reset", "tcp", "answer")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a DNS server knows of a name and type."""

    values: tuple[str, ...] = ()
    rcode: str = "NOERROR"
    ttl: int = 30


@dataclass(frozen=True, kw_only=True)
class DnsServer(Server):
    """A DNS server: `records` by name and type; names without any record do not exist."""

    records: Mapping[tuple[str, str], Record] = field(default_factory=dict)
    authoritative: bool = False
    minimum: int = 30
    took: float = TOOK
    transports: tuple[str, ...] = ("udp", "tcp")

    def says(self, step: Step) -> Reply:
        if step.read == "nothing":
            return super().says(step)
        if step.transport not in self.transports:
            return reply("silent" if step.transport == "udp" else "timed out", "route", "answer")
        wire = base64.b64decode(step.send)
        query = dns.message.from_wire(wire[2:] if step.transport == "tcp" else wire)
        name = query.question[0].name.to_text(omit_final_dot=True)
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        answer = self._answer(query, name, kind)
        return reply("answered", "answer", received=answer, seconds={"answer": self.took})

    def _answer(self, query: dns.message.Message, name: str, kind: str) -> bytes:
        known = {asked for asked, _ in self.records}
        missing = Record(rcode="NOERROR" if name in known or name == "." else "NXDOMAIN")
        said = self.records.get((name, kind), missing)
        message = dns.message.make_response(query)
        message.set_rcode(dns.rcode.from_text(said.rcode))
        if self.authoritative:
            message.flags |= dns.flags.AA
        if said.values:
            found = dns.rrset.from_text(f"{name}.", said.ttl, "IN", kind, *said.values)
            message.answer.append(found)
        else:
            soa = f"ns.test. root.test. 1 2 3 4 {self.minimum}"
            found = dns.rrset.from_text("test.", self.minimum, "IN", "SOA", soa)
            message.authority.append(found)
        return message.to_wire()


def timed(given: Reply) -> Reply:
    """The same reply, after as long as everything takes."""
    return replace(given, seconds={"answer": TOOK})


def resolved(addresses: tuple[str, ...]) -> Reply:
    """The reply of a system's resolver that knows a name, or that there is none."""
    if not addresses:
        detail = "Name or service not known"
        return reply("unresolved", None, "resolve", detail=detail, seconds={"resolve": TOOK})
    text = json.dumps(sorted(addresses)).encode()
    return reply("answered", "resolve", received=text, seconds={"resolve": TOOK})
