"""What MetalLB gave to whom: nobody waits, nobody unplanned holds, nobody shares unasked."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.address import Address
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, services_of
from trueline.model.metallb import (
    asks_twice,
    holders,
    load_balancers,
    own_class,
    pool_with,
    read_annotation,
    requested,
    unplanned,
    unread_annotations,
    version,
    workload,
)
from trueline.model.observation import ClusterFacts, Observation, PoolFact, ServiceFact
from trueline.model.topology import Cluster, LoadBalancer, Pool
from trueline.requirements.metallb import LB_011, LB_014, LB_020, LB_021


@check(LB_011, remedy="Remove the cause named, or the Service; MetalLB tries again by itself.")
def every_load_balancer_service_has_an_address(
    cluster: Cluster, facts: ClusterFacts
) -> Iterator[Claim]:
    """No LoadBalancer Service waits for an address for a reason that no other requirement names.

    Services of another class are another load balancer's affair, unless they own a reservation.
    """
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    judged = 0
    for service in _expecting(cluster.metallb, facts):
        if not service.ingress and _named_elsewhere(cluster.metallb, facts, service):
            continue
        judged += 1
        observed: object = frozenset(service.ingress)
        if not service.ingress:
            observed = f"pending: {_cause(cluster.metallb, facts, service)}"
        yield _allocation(cluster, facts, service, observed)
    if not judged:
        yield equal(
            f"{cluster} Services that wait for an address for a reason not named elsewhere",
            expected=frozenset(),
            observed=frozenset(),
            at=cluster.metallb.at,
            evidence=(facts.services.origin,),
        )


def _expecting(planned: LoadBalancer, facts: ClusterFacts) -> Iterator[ServiceFact]:
    """The Services that MetalLB looks after, and owners of reservations whatever their class."""
    owners = {item.owner for item in planned.reservations}
    own = load_balancers(facts, planned.namespace)
    yield from own
    for service in facts.services.value:
        if service.type == "LoadBalancer" and service.key in owners and service not in own:
            yield service


def _allocation(
    cluster: Cluster, facts: ClusterFacts, service: ServiceFact, observed: object
) -> Claim:
    """The claim that one Service has an address."""
    owned = next((item for item in cluster.reservations if item.owner == service.key), None)
    return holds(
        f"{cluster}/{service.key}",
        bool(service.ingress),
        expected="an address",
        observed=observed,
        at=owned.at if owned else cluster.at,
        evidence=(facts.services.origin, facts.pools.origin, facts.events.origin),
        concerns=services_of(cluster, [service.key]),
    )


def _named_elsewhere(planned: LoadBalancer, facts: ClusterFacts, service: ServiceFact) -> bool:
    """Whether LB-012, LB-015 or LB-016 already says what keeps the Service waiting."""
    held = holders(facts)
    robbed = any(
        item.owner == service.key and held.get(item.address) for item in planned.reservations
    )
    if robbed or service not in load_balancers(facts, planned.namespace):
        return robbed
    running = version(facts, planned.namespace)
    return asks_twice(service, running) or bool(unread_annotations(service, running))


def _cause(planned: LoadBalancer, facts: ClusterFacts, service: ServiceFact) -> str:
    """Why a Service has no address: read from the objects, else from MetalLB's last event."""
    event = next(
        (
            item.message
            for item in reversed(facts.events.value if _seen(facts.events) else ())
            if (item.namespace, item.object) == (service.namespace, service.name)
            and item.type == "Warning"
        ),
        None,
    )
    return (
        _cause_in_objects(planned, facts, service)
        or (f"MetalLB says: {event}" if event else None)
        or "no cause is visible in pools, annotations and events"
    )


def _seen(fact: object) -> bool:
    """Whether a facet was observed; a cause does without those that were not."""
    return isinstance(fact, Observation)


def _cause_in_objects(
    planned: LoadBalancer, facts: ClusterFacts, service: ServiceFact
) -> str | None:
    """The first reason that the objects themselves show, in the order of MetalLB's allocator."""
    own = own_class(facts, planned.namespace)
    if (service.load_balancer_class or "") != own:
        looked_after = f"class {own!r}" if own else "Services without a class"
        return f"it has {_class_of(service)}, and MetalLB looks after {looked_after}"
    controller = workload(facts, planned.namespace, "controller")
    if controller is None or not controller.ready:
        return "the MetalLB controller is not ready"
    if not _seen(facts.pools):
        return None
    running = version(facts, planned.namespace)
    pools, held = facts.pools.value, holders(facts)
    wanted = read_annotation(service, "address-pool", running)
    for address in requested(service, running):
        found = pool_with(pools, address)
        if found is None:
            return f"requested {address} is in no pool"
        if wanted and found.name != wanted:
            return f"requested {address} is in pool {found.name}, requested pool is {wanted}"
        if held.get(address):
            return f"requested {address} is held by {', '.join(sorted(held[address]))}"
    if wanted and wanted not in {pool.name for pool in pools}:
        return f"requested pool {wanted} does not exist"
    if requested(service, running):
        return None
    return _full(
        [pool for pool in pools if (pool.name == wanted if wanted else pool.auto_assign)], held
    )


def _class_of(service: ServiceFact) -> str:
    given = service.load_balancer_class
    return f"class {given!r}" if given else "no class"


def _full(usable: list[PoolFact], held: dict[Address, frozenset[str]]) -> str | None:
    """Why none of the pools that would do has an address left; None when one has."""
    if not usable:
        return "no pool assigns addresses unasked"
    size = sum(part.size for pool in usable for part in pool.ranges)
    used = sum(1 for address in held if pool_with(usable, address))
    names = ", ".join(pool.name for pool in usable)
    return f"{used} of {size} addresses of {names} are held" if used >= size else None


@check(LB_014, remedy="Delete the Service, make it ClusterIP, or reserve its address in the plan.")
def unreserved_addresses_are_held_by_nobody(
    pool: Pool, cluster: Cluster, facts: ClusterFacts
) -> Iterator[Claim]:
    """No Service holds an unreserved address of the pool.

    An owner that holds one in place of its reserved address is left to LB-012.
    """
    held = holders(facts)
    reserved = {item.address for item in cluster.reservations}
    displaced = frozenset(
        item.owner
        for item in cluster.reservations
        if item.owner not in held.get(item.address, frozenset())
    )
    unplanned_holders = {
        (key, address)
        for address, keys in held.items()
        if pool.holds(address) and address not in reserved
        for key in keys - displaced
    }
    yield equal(
        f"{pool} unplanned holders",
        expected=frozenset(),
        observed=frozenset(f"{key} holds {address}" for key, address in unplanned_holders),
        at=pool.at,
        evidence=(facts.services.origin,),
        concerns=_holding(cluster, unplanned_holders),
    )


def _holding(cluster: Cluster, held: set[tuple[str, Address]]) -> tuple[str, ...]:
    """Services and the addresses that they hold, as what a claim concerns."""
    addresses = sorted({f"address:{address}" for _, address in held})
    return (*services_of(cluster, {key for key, _ in held}), *addresses)


@check(LB_020, remedy="Re-create one of the Services, or give both the same allow-shared-ip key.")
def addresses_are_shared_only_by_agreement(
    cluster: Cluster, facts: ClusterFacts
) -> Iterator[Claim]:
    """No unreserved address is held by two Services without a common sharing key."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    reserved = {item.address for item in cluster.reservations}
    services = {item.key: item for item in facts.services.value}
    running = version(facts, cluster.metallb.namespace)
    clashes, sharers = set[str](), set[tuple[str, Address]]()
    for address, keys in holders(facts).items():
        sharing = {read_annotation(services[key], "allow-shared-ip", running) for key in keys}
        if len(keys) > 1 and address not in reserved and (len(sharing) > 1 or None in sharing):
            clashes.add(f"{address} is held by {' and '.join(sorted(keys))}")
            sharers.update((key, address) for key in keys)
    yield equal(
        f"{cluster} addresses held twice",
        expected=frozenset(),
        observed=frozenset(clashes),
        at=cluster.metallb.at,
        evidence=(facts.services.origin,),
        concerns=_holding(cluster, sharers),
    )


@check(LB_021, remedy="Release the address in the cluster whose pool does not hold it.")
def no_address_is_held_in_two_clusters(
    pair: tuple[Cluster, Cluster], one: ClusterFacts, other: ClusterFacts
) -> Iterator[Claim]:
    """No address is held by Services of two clusters."""
    mine, theirs = holders(one), holders(other)
    yield equal(
        f"{pair[0]} and {pair[1]} addresses held in both",
        expected=frozenset(),
        observed=frozenset(
            f"{address} is held by {pair[0]}/{' '.join(sorted(mine[address]))} and "
            f"{pair[1]}/{' '.join(sorted(theirs[address]))}"
            for address in mine.keys() & theirs.keys()
        ),
        at=pair[1].at,
        evidence=(one.services.origin, other.services.origin),
    )
