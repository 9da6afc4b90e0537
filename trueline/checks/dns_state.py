"""What a run knows of DNS: who said what, and which silence hides what.

A question behind a server that is silent, a resolver that resolves nothing or a zone that is not
known raises NotObserved with that one reason, so that one dead server is reported once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from trueline.codec import dns, resolver
from trueline.codec.dns import DnsAnswer, NotDns
from trueline.model.claim import Claim, holds, unknown
from trueline.model.naming import authorities, home
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.probe import Answers, Reply
from trueline.model.source import Source
from trueline.model.topology import Name, Topology, Vantage, Zone
from trueline.questions import dns as questions
from trueline.questions.dns import Server

Clusters = Mapping[str, ClusterFacts]

# Which requirement says, once, that a server of a kind is silent.
_JUDGED = {"authority": "DNS-001", "pod": "DNS-002", "service": "DNS-003"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of one question: an answer, or `why` there is none."""

    answer: DnsAnswer | None
    why: str = ""

    def __str__(self) -> str:
        if self.answer is None:
            return self.why
        if self.answer.rcode != "NOERROR":
            return _denial(self.answer)
        return " and ".join(self.answer.values) or "no address"

    @property
    def rcode(self) -> str:
        """The code of the answer; empty without one."""
        return self.answer.rcode if self.answer else ""

    @property
    def values(self) -> frozenset[str]:
        """The records of the asked type; none without an answer."""
        return frozenset(self.answer.values if self.answer else ())


def _denial(answer: DnsAnswer) -> str:
    kept = answer.negative_ttl
    if answer.rcode != "NXDOMAIN" or kept is None:
        return answer.rcode
    return f"{answer.rcode}, to be kept for {kept} s"


def ended(reply: Reply) -> str:
    """How a conversation ended that brought no answer."""
    detail = f": {reply.detail}" if reply.detail and reply.outcome in ("failed", "silent") else ""
    return f"no answer ({reply.outcome}{detail})"


def families(answers: tuple[Said, Said]) -> frozenset[str]:
    """The addresses of both families that a server gave."""
    return answers[0].values | answers[1].values


def text(addresses: frozenset[str]) -> str:
    """Addresses as a reader sees them."""
    return " and ".join(sorted(addresses)) or "no address"


@dataclass(frozen=True, slots=True)
class Dns:
    """The plan, the facts of the clusters and the answers of a run, as one place to ask."""

    topology: Topology
    clusters: Clusters
    answers: Answers

    # --- servers

    def said(
        self, server: Server, name: str, kinds: tuple[str, ...], transport: str
    ) -> tuple[Said, ...]:
        """What a server said of a name, one for each kind. Raises NotObserved."""
        question = questions.by_server(server, name, kinds, transport)
        replies = self.answers.of(server.vantage, question).replies
        return tuple(
            _read(replies[index] if index < len(replies) else replies[-1])
            for index in range(len(kinds))
        )

    def both(self, server: Server, name: str, transport: str = "udp") -> tuple[Said, Said]:
        """What a server said of A and AAAA of a name. Raises NotObserved."""
        a, aaaa = self.said(server, name, questions.KINDS, transport)
        return a, aaaa

    def one(self, server: Server, name: str, kind: str, transport: str = "udp") -> Said:
        """What a server said of one kind. Raises NotObserved."""
        return self.said(server, name, (kind,), transport)[0]

    def silence(self, server: Server, transport: str) -> str | None:
        """How a server stays silent; None for one that answers anything. Raises NotObserved."""
        if server.cluster is None:
            mine = (one for one in authorities(self.topology) if one.address == server.address)
            asked = [self.one(server, zone, "SOA", transport) for one in mine for zone in one.zones]
        else:
            kind = questions.internal_kind(self.topology.cluster(server.cluster))
            asked = [self.one(server, questions.INTERNAL, kind, transport)]
        return None if any(said.answer for said in asked) else asked[0].why

    def speaks(self, server: Server, transport: str) -> None:
        """Raise NotObserved when a server is silent: another requirement says so, once."""
        why = self.silence(server, transport)
        if why is not None:
            raise NotObserved(
                f"{server.shown} gives {why} by {transport.upper()}, see {_JUDGED[server.kind]}"
            )

    def serves(self, server: Server, zone: Zone | None, transport: str = "udp") -> None:
        """Raise NotObserved when a server is silent or does not know a zone (None: any will do).

        Cluster DNS is asked for the zone itself over UDP alone.
        """
        self.speaks(server, transport)
        by = transport if server.kind == "authority" else "udp"
        if zone is None or (by != transport and self.silence(server, by) is not None):
            return
        soa = self.one(server, zone.name, "SOA", by)
        if not knows(soa):
            raise NotObserved(f"{server.shown} does not serve {zone} ({soa}), see DNS-005")

    def authority(self, zone: Zone) -> tuple[Server, str]:
        """An authority of a zone that serves it, and by which transport. Raises NotObserved."""
        first = NotObserved(f"the plan names no authority of {zone}")
        for number, (transport, server) in enumerate(
            product(questions.TRANSPORTS, questions.authority_servers(self.topology, zone))
        ):
            try:
                self.serves(server, zone, transport)
            except NotObserved as gap:
                first = first if number else gap
            else:
                return server, transport
        raise first

    # --- resolvers

    def looked_up(self, vantage: Vantage, name: str) -> Reply:
        """What the resolver of a vantage point said of a name. Raises NotObserved."""
        return self.answers.of(vantage.name, questions.by_resolver(name)).last

    def nothing(self, vantage: Vantage, names: tuple[str, ...]) -> str | None:
        """Why none of the names resolves at a vantage point; None when one does."""
        replies = [self.looked_up(vantage, name) for name in names]
        if any(resolver.addresses(reply) for reply in replies):
            return None
        reasons = dict.fromkeys(reply.detail or reply.outcome for reply in replies)
        return ", ".join(reasons)

    def resolves(self, vantage: Vantage, zone: Zone | None) -> None:
        """Raise NotObserved when a vantage point resolves nothing, or nothing of a zone."""
        if self.nothing(vantage, self.wanted(vantage)) is not None:
            raise NotObserved(f"the resolver of {vantage} resolves nothing, see DNS-004")
        if zone is None or self.nothing(vantage, self.planned(vantage, zone)) is None:
            return
        if self.denied(vantage, zone) is None:
            raise NotObserved(f"the resolver of {vantage} resolves no name of {zone}, see DNS-005")

    def denied(self, vantage: Vantage, zone: Zone) -> str | None:
        """Which server on the way serves a zone, and has none of the names asked for there."""
        names = self.planned(vantage, zone)
        for server in self._on_the_way(vantage, zone):
            with suppress(NotObserved):
                self.serves(server, zone)
                if not any(families(self.both(server, name)) for name in names):
                    return server.shown
        return None

    def _on_the_way(self, vantage: Vantage, zone: Zone) -> tuple[Server, ...]:
        return (*self.services(vantage), *questions.authority_servers(self.topology, zone))

    def services(self, vantage: Vantage) -> tuple[Server, ...]:
        """The DNS Service that the resolver of a pod asks; none for any other vantage point."""
        found = [
            questions.service_server(self.topology, cluster)
            for cluster in self.topology.clusters
            if (vantage.kind, vantage.cluster) == ("pod", cluster.name)
        ]
        return tuple(server for server in found if server is not None)

    def wanted(self, vantage: Vantage) -> tuple[str, ...]:
        """Every name that must resolve at a vantage point; in a pod the API's Service too."""
        mine = [name.name for name in self.topology.dns.names if vantage.name in name.vantages]
        return (*mine, questions.INTERNAL) if vantage.kind == "pod" else tuple(mine)

    def planned(self, vantage: Vantage, zone: Zone) -> tuple[str, ...]:
        """The planned names of a zone that must resolve at a vantage point."""
        return tuple(
            name.name
            for name in self.topology.dns.names
            if vantage.name in name.vantages and self.zone(name) == zone
        )

    def zone(self, name: Name) -> Zone | None:
        """The zone of a name."""
        return home(self.topology, name)

    # --- claims

    def claim(
        self,
        subject: str,
        vantage: str,
        look: Callable[[], tuple[bool, str]],
        *,
        expected: str,
        at: Source,
    ) -> Claim:
        """One claim of what `look` finds (whether it holds, and what was seen).

        NotObserved makes this claim alone unknown: one vantage point spoils no other.
        """
        evidence: tuple[str, ...] = ()
        try:
            evidence = (self.answers.origin(vantage),)
            good, observed = look()
        except NotObserved as gap:
            return unknown(subject, expected=expected, why=str(gap), at=at, evidence=evidence)
        return holds(subject, good, expected=expected, observed=observed, at=at, evidence=evidence)


def knows(soa: Said) -> bool:
    """Whether an answer about its SOA shows that a server knows a zone."""
    return soa.rcode == "NOERROR" and bool(soa.values)


def _read(reply: Reply) -> Said:
    if reply.outcome != "answered":
        return Said(answer=None, why=ended(reply))
    try:
        return Said(answer=dns.answer(reply))
    except NotDns as error:
        return Said(answer=None, why=str(error).removesuffix("."))
