"""Which segments share a wire: a network of both families is two segments of the plan.

An IPv6 segment is on the wire of the IPv4 segment that a node has an address in beside its own, for
a node has both families on one card (Flannel refuses two).
"""

from __future__ import annotations

from trueline.model.address import Address
from trueline.model.topology import Segment, Topology


def segment_of(topology: Topology, address: Address) -> Segment | None:
    """The segment whose network holds the address."""
    return next((one for one in topology.segments if one.cidr.range.holds(address)), None)


def of_family(topology: Topology, own: Segment, version: int) -> list[Segment]:
    """The segments in which an address of a family may lie, of what belongs on `own`.

    A segment is of one family: in the other one it may be any segment of that.
    """
    if own.cidr.network.version == version:
        return [own]
    return [one for one in topology.segments if one.cidr.network.version == version]


def wire(topology: Topology, segment: Segment) -> str:
    """The wire of a segment, by the name of its IPv4 segment, or of its only one."""
    if segment.cidr.network.version == 4:
        return segment.name
    for node in topology.nodes:
        found = [segment_of(topology, address) for address in node.addresses]
        if segment in found:
            beside = (one for one in found if one is not None and one.cidr.network.version == 4)
            return next((one.name for one in beside), segment.name)
    return segment.name


def reached_from(topology: Topology, name: str | None, address: Address) -> Segment | None:
    """The segment of an address where it is on the wire of a named segment, else None."""
    segment = segment_of(topology, address)
    if segment is None or name is None:
        return None
    own = next((one for one in topology.segments if one.name == name), None)
    alike = own is not None and wire(topology, own) == wire(topology, segment)
    return segment if alike else None
