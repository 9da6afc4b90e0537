"""The machines that no API lists: what stands in front of the API servers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trueline.discovery.draft import Entry, Gap, Part, block
from trueline.discovery.endpoints import endpoint_of
from trueline.discovery.segments import Segment
from trueline.discovery.told import told
from trueline.model.address import Address
from trueline.model.found import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """An API endpoint that is no node: a load balancer in front of the control plane."""

    cluster: str
    address: Address
    port: int
    segment: str

    @property
    def name(self) -> str:
        """What the plan calls it."""
        return f"{self.cluster}-api"


def fronts(found: Found, drafted: Sequence[Segment]) -> Iterator[Front]:
    """The API endpoints on a segment that are the address of no node."""
    nodes = {a for f in found.clusters.values() for node in told(f.nodes) for a in node.addresses}
    seen: set[Address] = set()
    for cluster in found.clusters:
        endpoint = endpoint_of(found, cluster)
        if endpoint is None or endpoint[0] in nodes or endpoint[0] in seen:
            continue
        address, port = endpoint
        where = next((one for one in drafted if one.holds(address)), None)
        if where is not None:
            seen.add(address)
            yield Front(cluster=cluster, address=address, port=port, segment=where.name)


def parts(found: Found, drafted: Sequence[Segment]) -> tuple[Part, ...]:
    """The key `vms`, or the word that it may be missing."""
    inner: list[Part] = [
        Entry(
            key=one.name,
            value={
                "segment": one.segment,
                "address": str(one.address),
                "ports": [f"{one.port}/TCP/https"],
            },
            source=f"the API endpoint of {one.cluster}, and the address of no node",
        )
        for one in fronts(found, drafted)
    ]
    why = "no API lists machines outside the clusters"
    example = "redis: {segment: lan, address: 192.0.2.30, ports: [6379/TCP/redis]}"
    more = Gap(key="vms", why=why, example=example)
    return (*block("vms", inner), more)
