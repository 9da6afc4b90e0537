"""Who answers for which address on the segments of a random world that is well.

Every machine answers for itself. A reserved address is answered by the node that MetalLB's hash
elects (the smallest SHA-256 of `node#address`, of the Service's first address), among the nodes
that may: with policy Local, those with a ready endpoint.
"""

from __future__ import annotations

import hashlib
from ipaddress import ip_address

from tests.random_worlds.network import Fault
from tests.told import NOW, reply
from tests.wire import mac_of
from trueline.model.frame import NeighbourReply
from trueline.model.observation import ClusterFacts, Observation, SegmentFacts, Wire
from trueline.model.probe import Reply, Step
from trueline.model.topology import Reservation, Segment, Topology, Vantage


def wire_of(topology: Topology, clusters: dict[str, ClusterFacts]) -> Wire:
    """What every segment says, by name."""
    return {item.name: _segment(item, topology, clusters) for item in topology.segments}


def announcer(item: Reservation, facts: ClusterFacts) -> str:
    """The node that answers for a reserved address."""
    (service,) = (one for one in facts.services.value if one.key == item.owner)
    nodes = {node.name for node in facts.nodes.value}
    if service.external_traffic_policy == "Local":
        nodes = {
            one.node
            for one in facts.endpoints.value
            if one.service == service.key and one.ready and one.node
        }
    first = service.ingress[0]
    return min(nodes, key=lambda name: hashlib.sha256(f"{name}#{first}".encode()).digest())


def heard(*macs: str) -> tuple[NeighbourReply, ...]:
    return tuple(NeighbourReply(mac=mac, after=0.001 + n / 10) for n, mac in enumerate(macs))


def remembering(wire: Wire) -> Fault:
    """Hosts remember who answers first, and nobody where nobody does."""
    seen = [one.value.replies for one in wire.values() if one.kind == "seen"]

    def remembered(_: Vantage, step: Step) -> Reply | None:
        if step.transport != "neighbour":
            return None
        answered = [one for replies in seen for one in replies.get(step.host, ())]
        first = min(answered, key=lambda one: one.after).mac if answered else "nobody"
        return reply("answered", "answer", received=first.encode())

    return remembered


def _segment(
    segment: Segment, topology: Topology, clusters: dict[str, ClusterFacts]
) -> Observation[SegmentFacts]:
    network = segment.cidr.network
    source, vantage = f"sweep of segment {segment}", "this host"
    asked = (one for pool in topology.pools for part in pool.ranges for one in part.addresses())
    replies = {str(address): heard() for address in asked if address in network}
    for address, machine in _machines(topology, clusters).items():
        if ip_address(address) in network:
            replies[address] = heard(mac_of(machine))
    facts = SegmentFacts(
        segment=segment.name, interface="eth0", window=topology.budgets.arp_window, replies=replies
    )
    return Observation(value=facts, at=NOW, source=source, vantage=vantage)


def _machines(topology: Topology, clusters: dict[str, ClusterFacts]) -> dict[str, str]:
    """Address -> who answers for it."""
    found = {str(one.gateway): f"gateway of {one}" for one in topology.segments if one.gateway}
    found |= {str(address): str(node) for node in topology.nodes for address in node.addresses}
    found |= {str(vm.address): vm.name for vm in topology.vms}
    for item in topology.reservations:
        node = announcer(item, clusters[item.cluster])
        found[str(item.address)] = f"{item.cluster}/{node}"
    return found
