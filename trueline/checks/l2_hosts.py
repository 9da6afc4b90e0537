"""Does each machine of the plan hold its own address on the wire, and hold it alone."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.l2_parties import (
    NOBODY,
    Host,
    Parties,
    host_of,
    known_addresses,
    macs_of,
    parties,
    parties_of,
)
from trueline.model.address import Address
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.observation import NotObserved, Snapshot, Wire
from trueline.model.source import Source
from trueline.model.topology import Node, Segment, Topology, Vm
from trueline.requirements.l2 import L2_001, L2_002, L2_003


@check(
    L2_001,
    remedy=(
        "Take the address from the machine that is not the node; if both MACs are NICs of the "
        "node, declare the address of the other NIC too."
    ),
)
def node_address_is_answered_by_one_machine(
    node: Node, topology: Topology, wire: Wire, snapshot: Snapshot
) -> Iterator[Claim]:
    """Each address of a node is answered by that node and no other machine.

    A node may answer with as many MACs as it has addresses on the segment, if it answers for each
    of them with all (Linux does, with `arp_ignore` 0): two NICs of one node are one machine.
    """
    addresses = node.addresses or known_addresses(node, snapshot)
    if not addresses:
        raise NotObserved(f"neither the plan nor the API names an address of {node}")
    for address in addresses:
        place = parties(address, topology, wire, snapshot)
        yield _one_node(place, node, address)


@check(
    L2_002,
    remedy="Find the machine behind the other MAC and take the gateway's address from it.",
)
def gateway_is_answered_by_one_machine(
    segment: Segment, topology: Topology, wire: Wire, snapshot: Snapshot
) -> Iterator[Claim]:
    """The gateway of a segment is answered by exactly one machine, which is no node."""
    if segment.gateway is None:
        yield not_applicable(segment, why="the plan names no gateway", at=segment.at)
        return
    place = parties_of(segment, topology, wire, snapshot)
    yield _one_outsider(place, segment, segment.gateway, segment.at)


@check(
    L2_003,
    remedy="Start the VM if nobody answers; else take its address from the other machine.",
)
def vm_address_is_answered_by_one_machine(
    vm: Vm, topology: Topology, wire: Wire, snapshot: Snapshot
) -> Iterator[Claim]:
    """The address of a VM is answered by exactly one machine, which is no node."""
    if vm.address is None:
        yield not_applicable(vm, why="the plan names no address", at=vm.at)
        return
    place = parties(vm.address, topology, wire, snapshot)
    yield _one_outsider(place, vm, vm.address, vm.at)


def _one_node(place: Parties, node: Node, address: Address) -> Claim:
    host = host_of(node)
    macs = place.macs(address)
    shared = {mac for mac in macs if _other_nodes(place, mac, host)}
    claim = holds(
        node,
        not shared and (len(macs) == 1 or _are_its_nics(place, host, macs)),
        expected=f"one machine answers for {address}",
        observed=", ".join(_machine(place, mac, host) for mac in sorted(macs)) or NOBODY,
        at=node.at,
        evidence=place.evidence,
    )
    return place.proven(claim, answered=bool(macs))


def _other_nodes(place: Parties, mac: str, host: Host) -> list[str]:
    others = place.behind.get(mac, frozenset()) - {host}
    return sorted(other.name for other in others if other.kind == "node")


def _are_its_nics(place: Parties, host: Host, macs: frozenset[str]) -> bool:
    own = place.hosts[host]
    return 1 < len(macs) <= len(own) and all(
        macs_of(place.facts, (address,)) == macs for address in own
    )


def _machine(place: Parties, mac: str, host: Host) -> str:
    others = _other_nodes(place, mac, host)
    if others:
        return f"{mac} that answers for {', '.join(others)} too"
    more = [str(item) for item in place.own_addresses(mac) if item not in place.hosts[host]]
    return f"{mac} (also {', '.join(more)})" if more else mac


def _one_outsider(place: Parties, subject: Segment | Vm, address: Address, at: Source) -> Claim:
    answers = place.answers(address)
    claim = holds(
        subject,
        len(answers) == 1 and answers[0].node is None,
        expected=f"one machine that is no node answers for {address}",
        observed=", ".join(map(str, answers)) or NOBODY,
        at=at,
        evidence=place.evidence,
    )
    return place.proven(claim, answered=bool(answers))
