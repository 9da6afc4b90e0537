"""The hosts: nodes and VMs have planned addresses on their segment and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.address import Address
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, some
from trueline.model.ledger import Kind, Ledger
from trueline.model.topology import Node, Segment, Topology, Vm
from trueline.model.wires import of_family
from trueline.requirements.plan import PLAN_040, PLAN_041, PLAN_042, PLAN_043


@check(PLAN_040, remedy="Plan a fixed address for the node, outside what DHCP gives to others.")
def node_has_a_planned_address(node: Node, topology: Topology) -> Iterator[Claim]:
    """The node has an address of each family of its cluster's pod networks."""
    wanted = {cidr.network.version for cidr in topology.cluster(node.cluster).pods} or {4}
    planned = {address.version for address in node.addresses}
    yield holds(
        node,
        wanted <= planned,
        expected=" and ".join(f"an IPv{version} address" for version in sorted(wanted)),
        observed=node.addresses,
        at=node.at,
    )


@check(PLAN_041, remedy="Plan an address of the segment, or declare the segment the node is on.")
def node_address_is_inside_its_segment(node: Node, topology: Topology) -> Iterator[Claim]:
    """Each address of the node is a host address of its segment.

    A segment is of one family: an address of the other family may lie in any segment of its own.
    """
    own = topology.segment(topology.cluster(node.cluster).segment)
    for address in node.addresses:
        yield _on(of_family(topology, own, address.version), node, address)
    if not node.addresses:
        yield not_applicable(node, why="no address is planned", at=node.at)


@check(PLAN_041, remedy="Plan an address of the segment, or name the segment the VM is on.")
def vm_address_is_inside_its_segment(vm: Vm, topology: Topology) -> Iterator[Claim]:
    """The address of the VM is a host address of its segment."""
    if vm.address is None:
        yield not_applicable(vm, why="no address is planned", at=vm.at)
        return
    yield _on([topology.segment(vm.segment)], vm, vm.address)


def _on(segments: list[Segment], host: Node | Vm, address: Address) -> Claim:
    where = " or ".join(f"segment {part} ({part.cidr})" for part in segments)
    return holds(
        host,
        any(part.cidr.range.holds(address) and address not in part.unusable for part in segments),
        expected=f"a host address of {where or f'an IPv{address.version} segment'}",
        observed=address,
        at=host.at,
    )


@check(PLAN_042, remedy="Move the cluster network away from the nodes' addresses.")
def node_address_is_outside_every_cluster_network(node: Node, ledger: Ledger) -> Iterator[Claim]:
    """No address of the node lies inside a pod or Service network of any cluster."""
    for address in node.addresses:
        met = ledger.meeting(address, Kind.PODS, Kind.SERVICES)
        yield holds(
            node,
            not met,
            expected=f"{address} outside pod and Service networks",
            observed=some(met),
            at=node.at,
        )
    if not node.addresses:
        yield not_applicable(node, why="no address is planned", at=node.at)


@check(PLAN_043, remedy="Give the VM a fixed address, and plan it.")
def vm_has_a_planned_address(vm: Vm) -> Iterator[Claim]:
    """The VM has an address in the plan."""
    yield holds(
        vm,
        vm.address is not None,
        expected="a planned address",
        observed=vm.address,
        at=vm.at,
    )
