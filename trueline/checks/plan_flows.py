"""The flows: between declared things, on planned ports, without contradiction, both ways told."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, some
from trueline.model.fronts import fronts
from trueline.model.topology import Cluster, Flow, Port, Reservation, Topology, Vm
from trueline.requirements.plan_use import (
    PLAN_070,
    PLAN_071,
    PLAN_072,
    PLAN_073,
    PLAN_074,
    PLAN_075,
)

Pair = tuple[Cluster, Cluster]


@check(PLAN_070, remedy="Declare what the flow runs between, or correct its spelling.")
def flow_runs_between_declared_things(flow: Flow, topology: Topology) -> Iterator[Claim]:
    """Both ends of the flow are declared."""
    for side, end in (("from", flow.source), ("to", flow.target)):
        kind, _, name = end.partition(":")
        yield holds(
            f"{flow} {side}",
            _subject(kind, name) in _declared(kind, topology),
            expected="something declared",
            observed=end,
            at=flow.at,
        )


def _subject(kind: str, name: str) -> str:
    """The declared thing behind a name: the cluster, of `pods:CLUSTER/NAMESPACE`."""
    return name.partition("/")[0] if kind == "pods" else name


def _declared(kind: str, topology: Topology) -> set[str]:
    if kind in ("pods", "nodes", "services", "api"):
        return {cluster.name for cluster in topology.clusters}
    things = {
        "reservation": topology.reservations,
        "pool": topology.pools,
        "vm": topology.vms,
        "segment": topology.segments,
        "vantage": topology.vantages,
    }
    return {str(thing) for thing in things.get(kind, ())}


@check(PLAN_071, remedy="Give the flow a port of its target, or plan the port at the target.")
def flow_uses_a_planned_port(flow: Flow, topology: Topology) -> Iterator[Claim]:
    """A flow that must work to a reservation, a VM or an API uses a port planned there."""
    ports = _ports_of(flow.target, topology)
    if not flow.expected or ports is None:
        why = "the flow must fail" if not flow.expected else f"{flow.target} plans no ports"
        yield not_applicable(flow, why=why, at=flow.at)
        return
    planned = [_plain(port) for port in ports]
    yield holds(
        f"{flow} port",
        flow.port is not None and _plain(flow.port) in planned,
        expected=f"{' or '.join(planned) or 'a planned port'} of {flow.target}",
        observed=flow.port,
        at=flow.at,
    )


def _plain(port: Port) -> str:
    return f"{port.number}/{port.protocol}"


def _ports_of(end: str, topology: Topology) -> tuple[Port, ...] | None:
    """The ports planned at a target; None where a plan has none, or nothing is declared."""
    kind, _, name = end.partition(":")
    owners: tuple[Reservation | Vm, ...] = (
        topology.reservations if kind == "reservation" else topology.vms if kind == "vm" else ()
    )
    for owner in owners:
        if str(owner) == name:
            return owner.ports
    for cluster in topology.clusters:
        if kind == "api" and cluster.name == name:
            endpoint = cluster.endpoint
            return (Port(number=endpoint.port, protocol="TCP"),) if endpoint else ()
    return None


@check(PLAN_072, remedy="Keep one of the two flows.")
def flow_is_stated_once(flow: Flow, topology: Topology) -> Iterator[Claim]:
    """No other flow says the same, or the opposite, of the same two ends and port."""
    others = [
        f"{other}: {'works' if other.expected else 'fails'} ({other.at})"
        for other in topology.flows
        if other != flow
        and (other.source, other.target) == (flow.source, flow.target)
        and _speaks_of_the_same(flow, other)
    ]
    yield holds(
        flow,
        not others,
        expected=f"the only word on {flow.source} to {flow.target}",
        observed=some(others) if others else "the only one",
        at=flow.at,
    )


def _speaks_of_the_same(flow: Flow, other: Flow) -> bool:
    """Equal ports; and to fail on every port contradicts to work on one."""
    if flow.port is not None and other.port is not None:
        return _plain(flow.port) == _plain(other.port)
    if flow.expected == other.expected:
        return flow.port is other.port
    return (other if flow.expected else flow).port is None


@check(
    PLAN_073, remedy="State a flow in this direction: one that must work, or one that must fail."
)
def both_directions_are_stated(pair: Pair, topology: Topology) -> Iterator[Claim]:
    """The plan has a flow from each of two clusters to the other."""
    for source, target in (pair, pair[::-1]):
        between = _between(source, target, topology)
        yield holds(
            f"{source} to {target}",
            bool(between),
            expected="a flow",
            observed=some(between),
            at=source.at,
        )


@check(PLAN_074, remedy="State a flow that must fail, for example from the pods to the pods.")
def a_forbidden_flow_is_stated(pair: Pair, topology: Topology) -> Iterator[Claim]:
    """The plan has a flow between two clusters that must fail."""
    one, other = pair
    between = _between(one, other, topology) + _between(other, one, topology)
    forbidden = [flow for flow in between if not flow.expected]
    yield holds(
        f"{one} and {other}",
        bool(forbidden),
        expected="a flow that must fail",
        observed=some(forbidden),
        at=one.at,
    )


def _between(source: Cluster, target: Cluster, topology: Topology) -> list[Flow]:
    return [
        flow
        for flow in topology.flows
        if _cluster_of(flow.source, topology) == source.name
        and _cluster_of(flow.target, topology) == target.name
    ]


def _cluster_of(end: str, topology: Topology) -> str | None:
    """The cluster that an end of a flow belongs to; None for segments, VMs and hosts."""
    kind, _, name = end.partition(":")
    if kind == "vantage":
        return {part.name: part.cluster for part in topology.vantages}.get(name)
    return None if kind in ("vm", "segment") else name.partition("/")[0]


@check(PLAN_075, remedy="State who uses it as a flow, or give the address back.")
def reservation_has_a_consumer(reservation: Reservation, topology: Topology) -> Iterator[Claim]:
    """A flow that must work leads to the reservation."""
    yield _consumed(reservation, topology, f"reservation:{reservation}")


@check(PLAN_075, remedy="State who uses it as a flow, or take the VM out of the plan.")
def vm_has_a_consumer(vm: Vm, topology: Topology) -> Iterator[Claim]:
    """A flow that must work leads to the VM, or to the API that it stands in front of."""
    apis = (f"api:{cluster}" for cluster in fronts(topology, vm))
    yield _consumed(vm, topology, f"vm:{vm}", *apis)


def _consumed(target: Reservation | Vm, topology: Topology, *ends: str) -> Claim:
    flows = [flow for flow in topology.flows if flow.expected and flow.target in ends]
    return holds(
        target,
        bool(flows),
        expected="a flow that must work",
        observed=some(flows),
        at=target.at,
    )
