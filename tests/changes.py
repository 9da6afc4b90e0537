"""The same plan with one thing changed; parts go by the names that reports give them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any, TypeVar

from trueline.model.address import Range
from trueline.model.topology import Topology

T = TypeVar("T")


def _swap(items: tuple[T, ...], name: str, changes: dict[str, Any]) -> tuple[T, ...]:
    """The items with the one of that name changed; KeyError when there is none."""
    if name not in {str(item) for item in items}:
        raise KeyError(name)
    return tuple(
        replace(item, **changes) if str(item) == name else item  # type: ignore[type-var]
        for item in items
    )


def with_cluster(topology: Topology, name: str, /, **changes: Any) -> Topology:
    return replace(topology, clusters=_swap(topology.clusters, name, changes))


def with_load_balancer(topology: Topology, name: str, /, **changes: Any) -> Topology:
    balancer = topology.cluster(name).load_balancer
    assert balancer is not None
    return with_cluster(topology, name, load_balancer=replace(balancer, **changes))


def with_node(topology: Topology, name: str, /, **changes: Any) -> Topology:
    """Change one node, named `cluster/node`; addresses may be text."""
    owner = topology.cluster(name.split("/", 1)[0])
    if "addresses" in changes:
        changes["addresses"] = tuple(ip_address(item) for item in changes["addresses"])
    return with_cluster(topology, owner.name, nodes=_swap(owner.nodes, name, changes))


def with_pool(topology: Topology, name: str, /, *texts: str, **changes: Any) -> Topology:
    """Change one pool, named `cluster/pool`; `texts` are its new ranges."""
    owner = topology.cluster(name.split("/", 1)[0])
    if texts:
        changes["ranges"] = tuple(Range.parse(text) for text in texts)
    return with_load_balancer(topology, owner.name, pools=_swap(owner.pools, name, changes))


def with_reservation(topology: Topology, name: str, /, **changes: Any) -> Topology:
    """Change one reservation, named `cluster/reservation`; the address may be text."""
    owner = topology.cluster(name.split("/", 1)[0])
    if "address" in changes:
        changes["address"] = ip_address(changes["address"])
    items = _swap(owner.reservations, name, changes)
    return with_load_balancer(topology, owner.name, reservations=items)


def with_segment(topology: Topology, name: str = "lan", /, **changes: Any) -> Topology:
    return replace(topology, segments=_swap(topology.segments, name, changes))


def with_vm(topology: Topology, name: str, /, **changes: Any) -> Topology:
    if changes.get("address") is not None:
        changes["address"] = ip_address(changes["address"])
    return replace(topology, vms=_swap(topology.vms, name, changes))


def with_flow(topology: Topology, name: str, /, **changes: Any) -> Topology:
    return replace(topology, flows=_swap(topology.flows, name, changes))


def with_zone(topology: Topology, name: str, /, **changes: Any) -> Topology:
    zones = _swap(topology.dns.zones, name, changes)
    return replace(topology, dns=replace(topology.dns, zones=zones))


def with_name(topology: Topology, name: str, /, **changes: Any) -> Topology:
    """Change one DNS name; addresses may be text."""
    if "addresses" in changes:
        changes["addresses"] = tuple(ip_address(item) for item in changes["addresses"])
    names = _swap(topology.dns.names, name, changes)
    return replace(topology, dns=replace(topology.dns, names=names))


def without_name(topology: Topology, *names: str) -> Topology:
    kept = tuple(item for item in topology.dns.names if item.name not in names)
    return replace(topology, dns=replace(topology.dns, names=kept))


def with_more(topology: Topology, **items: tuple[Any, ...]) -> Topology:
    """The plan with items appended: `segments`, `clusters`, `vms`, `flows`, `names`, `zones`..."""
    dns = topology.dns
    dns = replace(
        dns,
        zones=dns.zones + items.pop("zones", ()),
        names=dns.names + items.pop("names", ()),
    )
    changes = {field: getattr(topology, field) + more for field, more in items.items()}
    return replace(topology, dns=dns, **changes)


def with_more_in(topology: Topology, name: str, **items: tuple[Any, ...]) -> Topology:
    """The plan with `nodes`, `pools` or `reservations` appended to one cluster."""
    owner = topology.cluster(name)
    nodes = owner.nodes + items.pop("nodes", ())
    changes = {field: getattr(owner, field) + more for field, more in items.items()}
    return with_load_balancer(with_cluster(topology, name, nodes=nodes), name, **changes)
