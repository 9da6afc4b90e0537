"""A healthy wire as facts, derived from a plan and its clusters: what every check of it passes.

    wire = wire_for(world(), facts_for(world()))       # dict of segment name to SegmentFacts
    bad = heard(wire, "192.168.64.101", FOREIGN)       # one more machine answers
    silent = heard(wire, "192.168.64.101", only=())    # nobody does

Every node, VM and gateway answers for itself; every reserved address that a Service holds is
answered by the first node of its cluster (by name) that has a ready speaker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address

from trueline.model.address import Address
from trueline.model.frame import NeighbourReply
from trueline.model.metallb import holders, speaker_nodes
from trueline.model.observation import ClusterFacts, Observation, Observed, SegmentFacts, Unobserved
from trueline.model.topology import Segment, Topology

NOW = 1_763_000_000.0
FOREIGN = "02:00:00:00:00:99"
ORIGIN = "ARP sweep of segment lan over eth0, 0.85 s from this host (runner)"

Wire = dict[str, Observed[SegmentFacts]]


def mac_of(name: str) -> str:
    """The MAC of a node (`cluster/node`), a VM or a gateway (`gateway of segment`)."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return "02:" + ":".join(digest[start : start + 2] for start in range(0, 10, 2))


def wire_for(topology: Topology, clusters: dict[str, ClusterFacts]) -> Wire:
    """What every segment of the plan says when all is well, by name."""
    return {item.name: _seen(_segment(item, topology, clusters)) for item in topology.segments}


def heard(
    wire: Wire, address: str, *more: str, only: Iterable[str] | None = None, segment: str = "lan"
) -> Wire:
    """The same wire where other MACs answer for an address: `more` of them, or `only` those."""
    facts = wire[segment].value
    replies = dict(facts.replies)
    before = [reply.mac for reply in replies.get(address, ())]
    replies[address] = _replies([*(before if only is None else only), *more])
    return wire | {segment: _seen(replace(facts, replies=replies))}


def unheard(wire: Wire, reason: str, segment: str = "lan") -> Wire:
    """The same wire with one segment out of reach."""
    gap = Unobserved(
        reason=reason, at=NOW, source=f"ARP sweep of segment {segment}", vantage="this host"
    )
    return wire | {segment: gap}


def heard_directly(wire: Wire, address: str, *macs: str, segment: str = "lan") -> Wire:
    """The same wire, on which the address is silent but for who is asked directly."""
    silent = heard(wire, address, only=(), segment=segment)[segment].value
    return wire | {segment: _seen(replace(silent, direct={address: _replies(macs)}))}


def listened(wire: Wire, window: float, segment: str = "lan") -> Wire:
    """The same wire, listened to for that long."""
    return wire | {segment: _seen(replace(wire[segment].value, window=window))}


def _seen(facts: SegmentFacts) -> Observation[SegmentFacts]:
    source = f"ARP sweep of segment {facts.segment} over {facts.interface}, {facts.window:.2f} s"
    return Observation(value=facts, at=NOW, source=source, vantage="this host (runner)")


def _replies(macs: Iterable[str]) -> tuple[NeighbourReply, ...]:
    return tuple(NeighbourReply(mac=mac, after=0.001) for mac in macs)


def _segment(
    segment: Segment, topology: Topology, clusters: dict[str, ClusterFacts]
) -> SegmentFacts:
    network = segment.cidr.network
    replies: dict[str, tuple[NeighbourReply, ...]] = {
        str(address): () for address in network.hosts()
    }
    for address, name in _holders(segment, topology, clusters):
        if address in network:
            replies[str(address)] = _replies([mac_of(name)])
    return SegmentFacts(
        segment=segment.name, interface="eth0", window=topology.budgets.arp_window, replies=replies
    )


def _holders(
    segment: Segment, topology: Topology, clusters: dict[str, ClusterFacts]
) -> Iterable[tuple[Address, str]]:
    if segment.gateway is not None:
        yield segment.gateway, f"gateway of {segment.name}"
    for node in topology.nodes:
        for address in node.addresses:
            yield address, str(node)
    for vm in topology.vms:
        if vm.address is not None:
            yield ip_address(vm.address), vm.name
    for cluster in topology.clusters:
        if cluster.load_balancer is None:
            continue
        facts = clusters[cluster.name]
        speakers = sorted(speaker_nodes(facts, cluster.load_balancer.namespace))
        for address in holders(facts):
            if speakers:
                yield address, f"{cluster.name}/{speakers[0]}"
