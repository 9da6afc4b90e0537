"""The segments: they hold what serves them, and each of their addresses has one use."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.ledger import Kind, Ledger
from trueline.model.topology import Segment, Topology
from trueline.requirements.plan import PLAN_006, PLAN_011

# Every other pair of kinds that must not meet has a requirement of its own.
ON_A_SEGMENT = frozenset((Kind.SEGMENT, Kind.GATEWAY, Kind.DHCP, Kind.NODE, Kind.VM))


@check(PLAN_006, remedy="Give one of the two another address, and let leases keep clear of both.")
def segment_address_has_one_use(topology: Topology, ledger: Ledger) -> Iterator[Claim]:
    """Segments, lease ranges, gateways, nodes and VMs share no address they must not share."""
    found = [conflict for conflict in ledger.conflicts() if conflict.kinds <= ON_A_SEGMENT]
    for conflict in found:
        yield holds(
            conflict.block,
            False,
            expected="one use",
            observed=" and ".join(map(str, conflict.entries)),
            at=conflict.entries[-1].at,
        )
    if not found:
        count = sum(entry.kind in ON_A_SEGMENT for entry in ledger.entries)
        yield holds(
            topology,
            True,
            expected="no address with two uses",
            observed=f"{count} ranges without overlap",
            at=topology.at,
        )


@check(PLAN_011, remedy="Correct the gateway, the lease range, or the network of the segment.")
def segment_holds_its_gateway_and_leases(segment: Segment) -> Iterator[Claim]:
    """The gateway is a host address of the segment, and every lease range lies inside."""
    if segment.gateway is None and not segment.dhcp:
        why = "the segment has neither gateway nor lease range"
        yield not_applicable(segment, why=why, at=segment.at)
    if segment.gateway is not None:
        inside = segment.cidr.range.holds(segment.gateway)
        yield holds(
            f"{segment} gateway",
            inside and segment.gateway not in segment.unusable,
            expected=f"a host address of {segment.cidr}",
            observed=segment.gateway,
            at=segment.at,
        )
    for leased in segment.dhcp:
        yield holds(
            f"{segment} dhcp",
            segment.cidr.range.holds(leased)
            and not any(leased.holds(address) for address in segment.unusable),
            expected=f"host addresses of {segment.cidr}",
            observed=leased,
            at=segment.at,
        )
