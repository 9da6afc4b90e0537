"""Which nodes may announce an address, which one MetalLB elects, and why nobody would.

As MetalLB v0.13.12 decides in speaker/layer2_controller.go (`ShouldAnnounce`): as long as the
Service has a ready endpoint anywhere, the candidates are the nodes with a living speaker and an
available network, chosen by an L2Advertisement of the pool, under externalTrafficPolicy Local with
a ready endpoint; of these the one with the smallest SHA-256 of `node#address` wins. From 0.14.2 on,
nodes with the exclusion label are left out; from 0.16 on, preferences come before the hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from trueline.model.address import Address
from trueline.model.metallb import (
    EXCLUDE_LABEL,
    chooses,
    excluded_nodes,
    pool_with,
    selects,
    speaker_nodes,
    speaker_version,
)
from trueline.model.observation import (
    AdvertisementFact,
    ClusterFacts,
    NodeFact,
    NotObserved,
    ServiceFact,
)

HASH_UNTIL = (0, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """Who may announce one address.

    `barred` maps a node's name to why it may not (None: it may). `nobody` says why no node at all
    announces the address, as far as the API shows; None when some node should. `elected` is the
    node the running version picks, None where none may or the version picks otherwise.
    """

    barred: dict[str, str | None]
    nobody: str | None
    elected: str | None


def election(facts: ClusterFacts, namespace: str, address: Address) -> Election:
    """Hold the election for an address as the API shows it. Raises NotObserved on a gap."""
    services = [item for item in facts.services.value if address in item.ingress]
    fault, advertisements = _common_fault(facts, services, address)
    if fault is not None:
        return Election(
            barred={node.name: fault for node in facts.nodes.value}, nobody=fault, elected=None
        )
    speakers, excluded = speaker_nodes(facts, namespace), excluded_nodes(facts, namespace)
    barred = {
        node.name: _no_speaker(node, speakers)
        or _no_network(node)
        or _not_selected(node, advertisements)
        or _excluded(node, excluded)
        or _no_local_endpoint(node, services, facts)
        for node in facts.nodes.value
    }
    able = [name for name, reason in barred.items() if reason is None]
    nobody = None if able else _shared(barred)
    nobody = nobody or _no_endpoint(services, facts)
    elected = None
    if nobody is None and _elects_by_hash(facts, namespace):
        first = services[0].ingress[0]  # of a dual-stack Service, the first one decides for both
        elected = min(able, key=lambda name: _rank(name, first))
    return Election(barred=barred, nobody=nobody, elected=elected)


def _elects_by_hash(facts: ClusterFacts, namespace: str) -> bool:
    try:
        return speaker_version(facts, namespace) < HASH_UNTIL
    except NotObserved:
        return False


def _rank(node: str, address: Address) -> bytes:
    return sha256(f"{node}#{address}".encode()).digest()


def _common_fault(
    facts: ClusterFacts, services: list[ServiceFact], address: Address
) -> tuple[str | None, list[AdvertisementFact]]:
    """What keeps every node from announcing, or the advertisements that select the pool."""
    if not services:
        return "no Service holds the address", []
    pool = pool_with(facts.pools.value, address)
    if pool is None:
        return "no IPAddressPool holds the address", []
    labels = facts.pool_labels.value.get(pool.name, {})
    chosen = [item for item in facts.advertisements.value if selects(item, pool.name, labels)]
    if not chosen:
        return f"no L2Advertisement selects pool {pool.name}", []
    return None, chosen


def _no_speaker(node: NodeFact, speakers: frozenset[str]) -> str | None:
    return None if node.name in speakers else "no ready speaker runs there"


def _no_network(node: NodeFact) -> str | None:
    return "the node's condition NetworkUnavailable is true" if node.network_unavailable else None


def _not_selected(node: NodeFact, advertisements: list[AdvertisementFact]) -> str | None:
    if any(chooses(advertisement, node) for advertisement in advertisements):
        return None
    names = ", ".join(sorted(item.name for item in advertisements))
    return f"L2Advertisement {names} leaves the node out"


def _excluded(node: NodeFact, excluded: frozenset[str]) -> str | None:
    return f"the node carries the label {EXCLUDE_LABEL}" if node.name in excluded else None


def _no_local_endpoint(
    node: NodeFact, services: list[ServiceFact], facts: ClusterFacts
) -> str | None:
    for service in services:
        if service.external_traffic_policy != "Local" or any(
            item.service == service.key and item.ready and item.node == node.name
            for item in facts.endpoints.value
        ):
            return None
    return f"{_keys(services)} has policy Local and no ready endpoint there"


def _no_endpoint(services: list[ServiceFact], facts: ClusterFacts) -> str | None:
    keys = {service.key for service in services}
    if any(item.service in keys and item.ready for item in facts.endpoints.value):
        return None
    return f"no endpoint of {_keys(services)} is ready"


def _keys(services: list[ServiceFact]) -> str:
    return " and ".join(sorted(service.key for service in services))


def _shared(barred: dict[str, str | None]) -> str:
    """The one reason that holds for all nodes, or each node with its own."""
    reasons = sorted({reason for reason in barred.values() if reason is not None})
    if len(reasons) == 1:
        return f"on no node: {reasons[0]}"
    return "; ".join(f"{name}: {reason}" for name, reason in sorted(barred.items()))
