"""Each reservation: its owner is there, holds the address, and has something behind it.

One rung each. A rung says UNKNOWN only where a broken lower rung leaves nothing to look at.
"""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, services_of, unknown
from trueline.model.metallb import (
    announcing_nodes,
    chosen_nodes,
    excluded_nodes,
    holders,
    unplanned,
)
from trueline.model.observation import ClusterFacts, ServiceFact
from trueline.model.topology import Cluster, Reservation
from trueline.requirements.metallb import LB_009, LB_010, LB_012, LB_013, LB_018, LB_022

REQUESTS = ("metallb.universe.tf/loadBalancerIPs", "metallb.io/loadBalancerIPs")


def _owner(reservation: Reservation, facts: ClusterFacts) -> ServiceFact | None:
    """The Service that the reservation belongs to."""
    return next((item for item in facts.services.value if item.key == reservation.owner), None)


def _absent(reservation: Reservation, facts: ClusterFacts, expected: str) -> Claim:
    """Nothing can be told of a Service that is not there; LB-009 says that it is not."""
    return unknown(
        reservation,
        expected=expected,
        why=f"Service {reservation.owner} does not exist",
        at=reservation.at,
        evidence=(facts.services.origin,),
    )


@check(LB_009, remedy="Create the owner as a Service of type LoadBalancer, or give the address up.")
def owner_is_a_load_balancer_service(
    reservation: Reservation, facts: ClusterFacts
) -> Iterator[Claim]:
    """The owner of the reservation exists as a Service of type LoadBalancer."""
    service = _owner(reservation, facts)
    yield equal(
        f"{reservation} owner {reservation.owner}",
        expected="a LoadBalancer Service",
        observed=f"a {service.type} Service" if service else "no such Service",
        at=reservation.at,
        evidence=(facts.services.origin,),
    )


@check(LB_010, remedy="Add the port to the owner's Service, or take it out of the plan.")
def owner_offers_the_planned_ports(
    reservation: Reservation, facts: ClusterFacts
) -> Iterator[Claim]:
    """The owner of the reservation offers every planned port."""
    if not reservation.ports:
        yield not_applicable(reservation, why="the plan names no ports", at=reservation.at)
        return
    service = _owner(reservation, facts)
    if service is None:
        yield _absent(reservation, facts, "the planned ports")
        return
    planned = frozenset(f"{port.number}/{port.protocol}" for port in reservation.ports)
    offered = frozenset(f"{port.port}/{port.protocol}" for port in service.ports)
    yield holds(
        f"{reservation} ports",
        planned <= offered,
        expected=planned,
        observed=offered,
        at=reservation.at,
        evidence=(facts.services.origin,),
    )


@check(LB_012, remedy="Release the address from its holder, or move the reservation.")
def reserved_address_has_its_owner(
    reservation: Reservation, facts: ClusterFacts
) -> Iterator[Claim]:
    """The reserved address is held by no Service but its owner, who holds no other instead."""
    owner = reservation.owner
    service = _owner(reservation, facts)
    holding = holders(facts).get(reservation.address, frozenset())
    elsewhere = [str(address) for address in (service.ingress if service else ())]
    expected: object = frozenset({owner})
    observed: object = holding
    true = holding == {owner}
    if not holding and elsewhere:
        expected = f"{owner} holds {reservation.address}"
        observed = f"{owner} holds {', '.join(elsewhere)}"
    elif not holding:
        expected, observed, true = f"no holder but {owner}", "nobody holds it", True
    yield holds(
        f"{reservation} {reservation.address}",
        true,
        expected=expected,
        observed=observed,
        at=reservation.at,
        evidence=(facts.services.origin,),
        concerns=services_of(reservation.cluster, holding - {owner}),
    )


@check(LB_013, remedy="Compare the Service's selector with its pods, and see why none is ready.")
def owner_has_ready_endpoints(reservation: Reservation, facts: ClusterFacts) -> Iterator[Claim]:
    """The owner of the reservation has a ready endpoint."""
    service = _owner(reservation, facts)
    if service is None:
        yield _absent(reservation, facts, "a ready endpoint")
        return
    known = [item for item in facts.endpoints.value if item.service == service.key]
    ready = frozenset(item.address for item in known if item.ready)
    yield holds(
        f"{reservation} owner {reservation.owner}",
        bool(ready),
        expected="a ready endpoint",
        observed=ready or f"none of {len(known)} endpoints is ready",
        at=reservation.at,
        evidence=(facts.endpoints.origin,),
    )


@check(
    LB_018,
    remedy="Run a pod of the Service on a node with a speaker, give hand-made endpoints a "
    "nodeName, or use externalTrafficPolicy Cluster.",
)
def traffic_policy_leaves_an_announcer(
    reservation: Reservation, cluster: Cluster, facts: ClusterFacts
) -> Iterator[Claim]:
    """Under externalTrafficPolicy Local, a ready endpoint is on a node that can announce."""
    service = _owner(reservation, facts)
    expected = "a ready endpoint on a node that can announce, or policy Cluster"
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    if service is None:
        yield _absent(reservation, facts, expected)
        return
    evidence = (facts.services.origin, facts.endpoints.origin, facts.pods.origin)
    if service.external_traffic_policy != "Local":
        yield holds(
            reservation,
            True,
            expected=expected,
            observed=f"policy {service.external_traffic_policy or 'Cluster'}",
            at=reservation.at,
            evidence=evidence,
        )
        return
    ready = [item for item in facts.endpoints.value if item.service == service.key and item.ready]
    if not ready:
        yield unknown(
            reservation,
            expected=expected,
            why="no endpoint is ready",
            at=reservation.at,
            evidence=evidence,
        )
        return
    able = _able(reservation, facts, cluster.metallb.namespace)
    on = frozenset(item.node or "no node named" for item in ready)
    yield holds(
        reservation,
        bool(on & able),
        expected=expected,
        observed=f"policy Local, ready endpoints on: {', '.join(sorted(on))}",
        at=reservation.at,
        evidence=evidence,
    )


def _able(reservation: Reservation, facts: ClusterFacts, namespace: str) -> frozenset[str]:
    """The nodes that can announce the address, as far as no other requirement denies it to all."""
    able = announcing_nodes(facts, namespace)
    able = (able & chosen_nodes(facts, reservation.address)) or able
    return (able - excluded_nodes(facts, namespace)) or able


@check(LB_022, remedy="Annotate the Service with the address it has reserved.")
def owner_asks_for_an_address(
    reservation: Reservation, cluster: Cluster, facts: ClusterFacts
) -> Iterator[Claim]:
    """The owner of the reservation asks for an address rather than taking what comes."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    service = _owner(reservation, facts)
    if service is None:
        yield _absent(reservation, facts, "a request for an address")
        return
    asked = [service.annotations.get(key) for key in REQUESTS] + [service.load_balancer_ip]
    request = next((text for text in asked if text), None)
    yield holds(
        f"{reservation} owner {reservation.owner}",
        request is not None,
        expected="a request for an address",
        observed=request or "no request: it takes any free address",
        at=reservation.at,
        evidence=(facts.services.origin,),
    )
