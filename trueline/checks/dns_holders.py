"""Three that must agree about a name: the plan, DNS, and the Services that hold the addresses."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.dns_state import Clusters, text
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.topology import Name, Reservation, Topology


def promised(name: Name, topology: Topology) -> str:
    """What a name must lead to, in words."""
    owners = [f"{item.owner} of {item.cluster}" for item in _reserved(name, topology)]
    held = f", held by {' and '.join(dict.fromkeys(owners))}" if owners else ""
    return f"{text(planned(name))}{held}"


def planned(name: Name) -> frozenset[str]:
    """The addresses that the plan gives a name."""
    return frozenset(str(address) for address in name.addresses)


def compared(
    name: Name, got: frozenset[str], denial: str, topology: Topology, clusters: Clusters
) -> tuple[bool, str]:
    """Whether plan, DNS and Services agree, and what was seen; `got` is what DNS gave.

    `denial` is how it gave nothing. Tells a stale record, which plan and Service contradict, from a
    Service that has moved. Raises NotObserved where Services are not known and all else agrees.
    """
    shown = denial or text(got)
    if denial or got != planned(name):
        notes = list(_strays(name, got, topology, clusters))
        return False, "; ".join([shown, *notes])
    moved = list(_moved(name, topology, clusters))
    if moved:
        return False, "; ".join([shown, *moved])
    return True, promised(name, topology)


def _reserved(name: Name, topology: Topology) -> list[Reservation]:
    return [item for item in topology.reservations if item.address in name.addresses]


def _strays(
    name: Name, got: frozenset[str], topology: Topology, clusters: Clusters
) -> Iterator[str]:
    """What the Services hold, where DNS does not say what is planned; nothing where not known."""
    for item in _reserved(name, topology):
        try:
            held = _held(item, clusters[item.cluster])
        except NotObserved:
            continue
        who = f"{item.owner} of {item.cluster} holds {text(held)}"
        if str(item.address) in held:
            yield f"the record is stale, {who}" if got else who
        elif held & got:
            yield f"{who}: DNS and the Service have both left the plan"
        else:
            yield who


def _moved(name: Name, topology: Topology, clusters: Clusters) -> Iterator[str]:
    """Where a Service does not hold the address that plan and DNS agree on. Raises NotObserved."""
    for item in _reserved(name, topology):
        held = _held(item, clusters[item.cluster])
        if str(item.address) in held:
            continue
        who = f"{item.owner} of {item.cluster}"
        yield f"{who} has moved to {text(held)}" if held else f"{who} holds no address"
        others = [
            f"{service.key} of {cluster}"
            for cluster, facts in clusters.items()
            if facts.services.kind == "seen"
            for service in facts.services.value
            if item.address in service.ingress
        ]
        if others:
            yield f"{' and '.join(others)} holds {item.address}"


def _held(item: Reservation, facts: ClusterFacts) -> frozenset[str]:
    """The addresses that the owner of a reservation really has. Raises NotObserved."""
    return frozenset(
        str(address)
        for service in facts.services.value
        if service.key == item.owner
        for address in service.ingress
    )
