"""The way that an answer takes, walked rung by rung: where it ends is where to look.

A walk begins at what the API says and ends on the wire. It uses facts that were observed, and says
of each rung what it rests on; a rung that was not observed is said to be open and is walked past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from trueline.diagnose.evidence import Evidence, Rung
from trueline.model import metallb
from trueline.model.address import Address
from trueline.model.observation import ClusterFacts, NotObserved, PoolFact, ServiceFact
from trueline.model.topology import Cluster, Reservation, Topology


def walk(requirement: str, parts: Iterable[str], evidence: Evidence) -> tuple[Rung, ...]:
    """The rungs below a red, up to the first that does not hold; none where nothing is known.

    `parts` are those of the red's subject (see `trueline.diagnose.parts`).
    """
    way = _WAYS.get(requirement)
    reservation = _reserved(parts, evidence.topology)
    if way is None or reservation is None:
        return ()
    found: list[Rung] = []
    for rung in way(reservation, evidence):
        found.append(rung)
        if rung.holds is False:
            return tuple(found)
    return ()


def _reserved(parts: Iterable[str], topology: Topology) -> Reservation | None:
    addresses = {part.partition(":")[2] for part in parts if part.startswith("address:")}
    for item in topology.reservations:
        if str(item.address) in addresses:
            return item
    return None


# --- from the Service to the segment --------------------------------------------------------------


def _announced(reservation: Reservation, evidence: Evidence) -> Iterator[Rung]:
    """An address that is silent, or that several answer for."""
    cluster = evidence.topology.cluster(reservation.cluster)
    facts, balancer = evidence.clusters.get(cluster.name), cluster.metallb
    if facts is None or balancer is None:
        return
    address, namespace = reservation.address, balancer.namespace
    looks: dict[str, Callable[[], tuple[bool, str]]] = {
        "its Service holds it": lambda: _held(facts, reservation),
        "no other cluster gives it away": lambda: _alone(evidence, cluster, address),
        "a pool has it": lambda: _pooled(facts, address),
        "an L2Advertisement selects the pool": lambda: _advertised(facts, address),
        "a node that it chooses has a ready speaker": lambda: _spoken(facts, namespace, address),
        "such a node may announce": lambda: _allowed(facts, namespace, address),
        "its Service has a ready endpoint": lambda: _served(facts, reservation),
        "one speaker says that it announces it": lambda: _said(
            evidence.announcers(cluster, facts, address), namespace
        ),
        "the answers of one machine arrive on the segment": lambda: _heard(evidence, address),
    }
    for what, look in looks.items():
        yield _rung(what, look)


def _rung(what: str, look: Callable[[], tuple[bool, str]]) -> Rung:
    try:
        holds, seen = look()
    except NotObserved as gap:
        return Rung(what=what, holds=None, seen=str(gap))
    return Rung(what=what, holds=holds, seen=seen)


def _held(facts: ClusterFacts, item: Reservation) -> tuple[bool, str]:
    holders = metallb.holders(facts).get(item.address, frozenset())
    if not holders:
        return False, "no Service does"
    return item.owner in holders, ", ".join(sorted(holders))


def _alone(evidence: Evidence, cluster: Cluster, address: Address) -> tuple[bool, str]:
    others = [
        name
        for name, facts in evidence.clusters.items()
        if name != cluster.name and address in metallb.holders(facts)
    ]
    return not others, f"{', '.join(others)} does" if others else ""


def _pooled(facts: ClusterFacts, address: Address) -> tuple[bool, str]:
    pool = metallb.pool_with(facts.pools.value, address)
    return (False, "none does") if pool is None else (True, pool.name)


def _pool(facts: ClusterFacts, address: Address) -> PoolFact:
    pool = metallb.pool_with(facts.pools.value, address)
    if pool is None:
        raise NotObserved("no pool has it")
    return pool


def _advertised(facts: ClusterFacts, address: Address) -> tuple[bool, str]:
    pool = _pool(facts, address)
    labels = facts.pool_labels.value.get(pool.name, {})
    found = [
        item.name for item in facts.advertisements.value if metallb.selects(item, pool.name, labels)
    ]
    return bool(found), ", ".join(found) or "none does"


def _spoken(facts: ClusterFacts, namespace: str, address: Address) -> tuple[bool, str]:
    chosen = metallb.chosen_nodes(facts, address)
    found = chosen & metallb.speaker_nodes(facts, namespace)
    return bool(found), ", ".join(sorted(found)) or f"none of {', '.join(sorted(chosen))}"


def _allowed(facts: ClusterFacts, namespace: str, address: Address) -> tuple[bool, str]:
    found = metallb.chosen_nodes(facts, address) & metallb.speaker_nodes(facts, namespace)
    left = found - metallb.excluded_nodes(facts, namespace)
    if not left:
        return False, f"all carry the label {metallb.EXCLUDE_LABEL}"
    return True, ", ".join(sorted(left))


def _served(facts: ClusterFacts, item: Reservation) -> tuple[bool, str]:
    service = _service(facts, item)
    ready = [one for one in facts.endpoints.value if one.service == item.owner and one.ready]
    if not ready:
        return False, "none is ready"
    nodes = sorted({one.node for one in ready if one.node})
    if service is not None and service.external_traffic_policy == "Local" and not nodes:
        return False, "externalTrafficPolicy is Local, and no ready endpoint names its node"
    return True, f"{len(ready)} on {', '.join(nodes) or 'no named node'}"


def _service(facts: ClusterFacts, item: Reservation) -> ServiceFact | None:
    return next((one for one in facts.services.value if one.key == item.owner), None)


def _said(announcers: tuple[str, ...], namespace: str) -> tuple[bool, str]:
    if not announcers:
        return False, f"none does: look at the logs of the speakers in {namespace}"
    if len(announcers) > 1:
        several = " and ".join(announcers)
        return False, f"{several} do: they do not hear each other (memberlist, port 7946)"
    return True, announcers[0]


def _heard(evidence: Evidence, address: Address) -> tuple[bool, str]:
    for segment in evidence.topology.segments:
        if address in segment.cidr.network and segment.name in evidence.wire:
            macs = sorted(evidence.wire[segment.name].value.macs(address))
            if not macs:
                return False, "none do: they are lost between that node and the segment"
            return len(macs) == 1, ", ".join(macs)
    raise NotObserved("nobody listened on its segment")


_WAYS: dict[str, Callable[[Reservation, Evidence], Iterator[Rung]]] = {"L2-004": _announced}
