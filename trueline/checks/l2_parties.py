"""Who is behind a MAC: the hosts of the plan, told apart by what they answer for themselves.

A node tells its MACs by answering for its own addresses. A MAC that answers for two nodes is a
NIC of neither: it is a third machine that answers for others (proxy ARP).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from trueline.model.address import Address
from trueline.model.claim import Claim, unknown
from trueline.model.observation import (
    NotObserved,
    SegmentFacts,
    Snapshot,
    Unobserved,
    Wire,
)
from trueline.model.topology import Node, Segment, Topology
from trueline.model.verdict import Verdict
from trueline.model.wires import segment_of

NOBODY = "nobody answers"
LATEST_REPLY = 0.83  # seconds; a Linux proxy-ARP responder was measured to take up to 0.822 s
_NAMED_AT_MOST = 3  # own addresses shown of an unknown machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A machine of the plan: `kind` is `node`, `VM` or `gateway`; `cluster` None but for nodes."""

    kind: str
    name: str
    cluster: str | None = None

    def __str__(self) -> str:
        return self.name if self.kind == "node" else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One machine that answered for an address: a node of the plan, or a foreign one."""

    node: Host | None
    macs: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Parties:
    """What one segment heard, and who of the plan is behind each MAC."""

    segment: Segment
    facts: SegmentFacts
    evidence: tuple[str, ...]
    hosts: dict[Host, tuple[Address, ...]]
    pooled: frozenset[Address]
    behind: dict[str, frozenset[Host]]

    def macs(self, address: Address) -> frozenset[str]:
        """Who answered. Raises NotObserved for an address nobody asked for."""
        return self.facts.macs(address)

    def node_behind(self, mac: str) -> Host | None:
        """The node a MAC belongs to; None for a foreign machine."""
        nodes = [host for host in self.behind.get(mac, frozenset()) if host.kind == "node"]
        return nodes[0] if len(nodes) == 1 else None

    def answers(self, address: Address) -> tuple[Answer, ...]:
        """The machines that answered: nodes first, all MACs of one node together."""
        return self._machines(self.macs(address))

    def direct(self, address: Address) -> tuple[Answer, ...]:
        """The machines that answer for an address when asked directly, and not by broadcast."""
        return self._machines(reply.mac for reply in self.facts.direct.get(str(address), ()))

    def machine(self, mac: str) -> Answer:
        """Whose a MAC is."""
        (only,) = self._machines([mac])
        return only

    def _machines(self, macs: Iterable[str]) -> tuple[Answer, ...]:
        of_node: dict[Host, list[str]] = {}
        foreign: list[Answer] = []
        for mac in sorted(macs):
            node = self.node_behind(mac)
            if node is not None:
                of_node.setdefault(node, []).append(mac)
            else:
                foreign.append(Answer(node=None, macs=(mac,), text=self._foreign(mac)))
        known = [
            Answer(node=node, macs=tuple(found), text=f"{node} ({', '.join(found)})")
            for node, found in sorted(of_node.items(), key=lambda item: item[0].name)
        ]
        return (*known, *foreign)

    def own_addresses(self, mac: str) -> tuple[Address, ...]:
        """What a MAC answers for outside the pools: the addresses a machine has for itself."""
        found = (
            ip_address(text)
            for text, replies in self.facts.replies.items()
            if any(reply.mac == mac for reply in replies)
        )
        return tuple(address for address in found if address not in self.pooled)

    def silent_nodes(self) -> tuple[str, ...]:
        """Nodes on this segment whose MAC is unknown, because they do not answer for themselves."""
        heard = {host for hosts in self.behind.values() for host in hosts}
        return tuple(sorted(h.name for h in self.hosts if h.kind == "node" and h not in heard))

    def _foreign(self, mac: str) -> str:
        hosts = sorted(str(host) for host in self.behind.get(mac, frozenset()))
        if len(hosts) == 1:
            return f"{hosts[0]} ({mac})"
        if hosts:
            return f"a machine that answers for {', '.join(hosts)} too ({mac})"
        own = [str(address) for address in self.own_addresses(mac)]
        more = "" if len(own) <= _NAMED_AT_MOST else f" and {len(own) - _NAMED_AT_MOST} more"
        named = f", also {', '.join(own[:_NAMED_AT_MOST])}{more}" if own else ""
        return f"an unknown machine ({mac}{named})"

    def proven(self, claim: Claim, *, answered: bool) -> Claim:
        """The claim, or UNKNOWN where it rests on a silence that was awaited too briefly.

        What a reply disproves stays disproved, however short the window was.
        """
        if self.facts.window >= LATEST_REPLY or (answered and claim.verdict is Verdict.FAIL):
            return claim
        return unknown(
            claim.subject,
            expected=claim.expected,
            why=(
                f"{claim.observed} within {self.facts.window:.2f} s, and a proxy-ARP responder may "
                f"take {LATEST_REPLY} s"
            ),
            at=claim.at,
            evidence=claim.evidence,
            remedy=f"Set budgets.arp_window to {LATEST_REPLY} or more.",
        )


def parties(address: Address, topology: Topology, wire: Wire, snapshot: Snapshot) -> Parties:
    """Who is who on the segment of an address. Raises NotObserved when its wire is a gap."""
    segment = segment_of(topology, address)
    if segment is None:
        raise NotObserved(f"{address} lies in no segment of the plan")
    return parties_of(segment, topology, wire, snapshot)


def parties_of(segment: Segment, topology: Topology, wire: Wire, snapshot: Snapshot) -> Parties:
    """Who is who on a segment. Raises NotObserved when its wire is a gap."""
    heard = wire.get(segment.name)
    if heard is None:
        raise NotObserved(f"nobody listened on segment {segment.name}")
    facts = heard.value
    hosts = {
        host: tuple(address for address in addresses if address in segment.cidr.network)
        for host, addresses in _hosts(topology, snapshot)
    }
    hosts = {host: addresses for host, addresses in hosts.items() if addresses}
    behind: dict[str, frozenset[Host]] = {}
    for host, addresses in hosts.items():
        for mac in macs_of(facts, addresses):
            behind[mac] = behind.get(mac, frozenset()) | {host}
    pooled = frozenset(
        address
        for address in map(ip_address, facts.replies)
        if any(pool.holds(address) for pool in topology.pools)
    )
    return Parties(
        segment=segment,
        facts=facts,
        evidence=(heard.origin,),
        hosts=hosts,
        pooled=pooled,
        behind=behind,
    )


def macs_of(facts: SegmentFacts, addresses: Iterable[Address]) -> frozenset[str]:
    """Every MAC that answered for any of the addresses; one not asked for adds none."""
    return frozenset(
        reply.mac for address in addresses for reply in facts.replies.get(str(address), ())
    )


def host_of(node: Node) -> Host:
    """A planned node as a host."""
    return Host(kind="node", name=str(node), cluster=node.cluster)


def known_addresses(node: Node, snapshot: Snapshot) -> tuple[Address, ...]:
    """The addresses of a node: planned, then those its API object has beyond the plan."""
    facts = snapshot.clusters.get(node.cluster)
    nodes = () if facts is None or isinstance(facts.nodes, Unobserved) else facts.nodes.value
    seen = (address for fact in nodes if fact.name == node.name for address in fact.addresses)
    return tuple(dict.fromkeys((*node.addresses, *seen)))


def _hosts(topology: Topology, snapshot: Snapshot) -> Iterator[tuple[Host, tuple[Address, ...]]]:
    for node in topology.nodes:
        yield host_of(node), known_addresses(node, snapshot)
    for vm in topology.vms:
        if vm.address is not None:
            yield Host(kind="VM", name=vm.name), (vm.address,)
    for segment in topology.segments:
        if segment.gateway is not None:
            yield Host(kind="gateway", name=f"of {segment.name}"), (segment.gateway,)
