"""The declared plan, written into the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.address import Range
from trueline.model.ledger import Entry, Kind, Ledger
from trueline.model.topology import Cluster, Segment, Topology


def ledger(topology: Topology) -> Ledger:
    """Enter every range of the plan: segments first, then VMs, then cluster by cluster."""
    return Ledger(tuple(_entries(topology)))


def _entries(topology: Topology) -> Iterator[Entry]:
    for segment in topology.segments:
        yield from _of_segment(segment)
    for vm in topology.vms:
        if vm.address:
            yield Entry(Range.single(vm.address), Kind.VM, vm.name, vm.at)
    for cluster in topology.clusters:
        yield from _of_cluster(cluster)


def _of_segment(segment: Segment) -> Iterator[Entry]:
    yield Entry(segment.cidr.range, Kind.SEGMENT, segment.name, segment.at)
    if segment.gateway:
        yield Entry(Range.single(segment.gateway), Kind.GATEWAY, segment.name, segment.at)
    for leased in segment.dhcp:
        yield Entry(leased, Kind.DHCP, segment.name, segment.at)


def _of_cluster(cluster: Cluster) -> Iterator[Entry]:
    for pods in cluster.pods:
        yield Entry(pods.range, Kind.PODS, cluster.name, cluster.at)
    for services in cluster.services:
        yield Entry(services.range, Kind.SERVICES, cluster.name, cluster.at)
    if cluster.endpoint and (address := cluster.endpoint.address):
        yield Entry(Range.single(address), Kind.API, cluster.name, cluster.at)
    for node in cluster.nodes:
        for address in node.addresses:
            yield Entry(Range.single(address), Kind.NODE, str(node), node.at)
    for pool in cluster.pools:
        for part in pool.ranges:
            yield Entry(part, Kind.POOL, str(pool), pool.at)
