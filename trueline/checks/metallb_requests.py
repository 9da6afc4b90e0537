"""How Services address MetalLB: in words it reads, once, and with the answer they asked for."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, equal, services_of
from trueline.model.metallb import (
    asks_twice,
    load_balancers,
    requested,
    spelled,
    unplanned,
    unread_annotations,
    version,
)
from trueline.model.observation import ClusterFacts
from trueline.model.topology import Cluster
from trueline.requirements.metallb import LB_015, LB_016, LB_017


@check(LB_015, remedy="Write the annotation with the prefix metallb.universe.tf/ before 0.14.9.")
def annotations_fit_the_running_version(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every LoadBalancer Service uses annotations that the running MetalLB reads."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    running = version(facts, cluster.metallb.namespace)
    ignored = {
        (service.key, f"{name}={service.annotations[name]}")
        for service in load_balancers(facts, cluster.metallb.namespace)
        for name in unread_annotations(service, running)
    }
    yield equal(
        f"{cluster} annotations that MetalLB {spelled(running)} ignores",
        expected=frozenset(),
        observed=frozenset(f"{key} {annotation}" for key, annotation in ignored),
        at=cluster.metallb.at,
        evidence=(facts.services.origin, facts.workloads.origin),
        concerns=services_of(cluster, {key for key, _ in ignored}),
    )


@check(LB_016, remedy="Keep the annotation and remove spec.loadBalancerIP, which is deprecated.")
def addresses_are_asked_for_once(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """No LoadBalancer Service sets both the address annotation and spec.loadBalancerIP."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    running = version(facts, cluster.metallb.namespace)
    twice = frozenset(
        service.key
        for service in load_balancers(facts, cluster.metallb.namespace)
        if asks_twice(service, running)
    )
    yield equal(
        f"{cluster} Services that ask twice",
        expected=frozenset(),
        observed=twice,
        at=cluster.metallb.at,
        evidence=(facts.services.origin,),
        concerns=services_of(cluster, twice),
    )


@check(LB_017, remedy="See the controller's log and LB-001; look for a second load balancer.")
def held_addresses_are_the_requested_ones(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every LoadBalancer Service that holds an address holds the one it asks for."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    running = version(facts, cluster.metallb.namespace)
    asking = 0
    for service in load_balancers(facts, cluster.metallb.namespace):
        wanted = frozenset(requested(service, running))
        if not wanted or not service.ingress or asks_twice(service, running):
            continue
        asking += 1
        yield equal(
            f"{cluster}/{service.key}",
            expected=wanted,
            observed=frozenset(service.ingress),
            at=cluster.metallb.at,
            evidence=(facts.services.origin,),
            concerns=services_of(cluster, [service.key]),
        )
    if not asking:
        yield equal(
            f"{cluster} Services that hold another address than they ask for",
            expected=frozenset(),
            observed=frozenset(),
            at=cluster.metallb.at,
            evidence=(facts.services.origin,),
        )
