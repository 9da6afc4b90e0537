"""The text of a plan with one thing more: a wider pool, further nodes, another cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trueline.model.address import Address, Range
from trueline.model.topology import Cluster, LoadBalancer, Topology
from trueline.planning.allotment import for_nodes, for_pool
from trueline.planning.blocks import head
from trueline.planning.editing import Path, added, appended, replaced
from trueline.planning.newcomer import Newcomer, Wish, newcomer
from trueline.planning.refusal import Exhausted
from trueline.planning.spaces import families, node_ranges, open_land
from trueline.planning.writing import Value

_NUMBERED = re.compile(r"(.*?)([0-9]+)")


def with_wider_pool(text: str, plan: Topology, *, name: str, count: int) -> tuple[str, str]:
    """The pool `cluster/pool` with so many addresses more, and what was done. Raises Exhausted.

    The last of its ranges that has room behind it grows; where none has, it gets further ones.
    """
    pool = next(item for item in plan.pools if str(item) == name)
    path: Path = (
        *("clusters", pool.cluster, "load_balancer", "pools", pool.name),
        "addresses",
    )
    segment = plan.segment(pool.segment)
    land = open_land(segment, plan)
    for place, part in reversed(list(enumerate(pool.ranges))):
        for free in land:
            if int(free.first) == int(part.last) + 1 and free.size >= count:
                grown = Range(part.first, head(free, count).last)
                text = replaced(text, (*path, place), _from_to(grown))
                return text, f"pool {pool}: {part} grows to {grown}"
    new = for_pool(plan, segment, count)
    for part in new:
        text = appended(text, path, _from_to(part))
    return text, f"pool {pool}: {', '.join(map(str, new))} added"


def with_nodes(text: str, plan: Topology, *, name: str, count: int) -> tuple[str, str]:
    """So many workers more for the cluster of that name, and what was done. Raises Exhausted."""
    cluster = plan.cluster(name)
    wanted = len(cluster.nodes) + count
    for pods in cluster.pods:
        ranges = node_ranges(cluster, pods)
        if ranges and ranges.count < wanted:
            raise Exhausted(
                f"pod network {pods} of {cluster} ({cluster.at}) has {ranges.count} node ranges of"
                f" /{ranges.prefix}, {wanted} wanted."
                " Widen it, or give each node a smaller range (node_prefix)"
            )
    each = zip(*(for_nodes(plan, cluster, family, count) for family in families(cluster)),
               strict=True)  # fmt: skip
    made = []
    for node, addresses in zip(_next_names(cluster), each, strict=False):
        text = added(text, ("clusters", name, "nodes"), node, _host("worker", addresses))
        made.append(f"{node} {' and '.join(map(str, addresses))}")
    return text, f"nodes of {cluster}: {', '.join(made)}"


def _next_names(cluster: Cluster) -> Iterator[str]:
    """Names as the last worker has, with the next free numbers."""
    taken = {node.name for node in cluster.nodes}
    alike = [node for node in cluster.nodes if node.role == "worker"] or list(cluster.nodes)
    numbered = _NUMBERED.fullmatch(alike[-1].name) if alike else None
    stem = numbered[1] if numbered else f"{alike[-1].name if alike else cluster.name}-"
    number, width = (int(numbered[2]), len(numbered[2])) if numbered else (0, 1)
    while True:
        number += 1
        name = f"{stem}{number:0{width}}"
        if name not in taken:
            yield name


def with_cluster(text: str, plan: Topology, *, wish: Wish) -> tuple[str, str]:
    """Another cluster after the pattern of one, and what was done. Raises Exhausted."""
    new = newcomer(plan, wish)
    cluster = new.cluster
    text = added(text, ("clusters",), cluster.name, _cluster(cluster))
    for vm in new.vms:
        ports = [f"{port}/{port.application}" if port.application else str(port)
                 for port in vm.ports]  # fmt: skip
        entry: dict[str, Value] = {"segment": vm.segment, "address": str(vm.address)}
        text = added(text, ("vms",), vm.name, entry | ({"ports": ports} if ports else {}))
    text = _named(text, plan, new)
    if new.vantage:
        vantage: dict[str, Value] = {"kind": "pod", "cluster": cluster.name}
        if new.vantage.namespace:
            vantage["namespace"] = new.vantage.namespace
        text = added(text, ("vantages",), new.vantage.name, vantage)
    for other in plan.clusters:
        for source, target in ((cluster, other), (other, cluster)):
            flow: dict[str, Value] = {
                "name": f"pods of {source} do not reach pods of {target}",
                "from": f"pods:{source}",
                "to": f"pods:{target}",
                "expected": "fails",
            }
            text = appended(text, ("flows",), flow)
    told = ", ".join(
        [
            f"pods {' and '.join(map(str, cluster.pods))}",
            f"Services {' and '.join(map(str, cluster.services))}",
            *(f"pool {', '.join(map(str, pool.ranges))}" for pool in cluster.pools),
            f"{len(cluster.nodes)} nodes as {wish.pattern}",
        ]
    )
    return text, (
        f"cluster {cluster}: {told}; its pods reach no other cluster's. Left open: its reserved"
        " addresses, policies, products and place in a mesh"
    )


def _named(text: str, plan: Topology, new: Newcomer) -> str:
    for zone, like in new.zones:
        old = next(item for item in plan.dns.zones if item.name == like)
        entry: dict[str, Value] = {"authority": old.authority} if old.authority else {}
        if old.max_ttl is not None:
            entry["max_ttl"] = old.max_ttl
        text = added(text, ("dns", "zones"), zone, entry)
    for name in new.names:
        entry = {**_addressed(name.addresses), "from": list(name.vantages)}
        if name.reverse:
            entry["reverse"] = True
        text = added(text, ("dns", "names"), name.name, entry)
    return text


def _cluster(cluster: Cluster) -> dict[str, Value]:
    balancer = cluster.load_balancer
    cni: dict[str, Value] = {"kind": cluster.cni.kind}
    if cluster.cni.backend:
        cni["backend"] = cluster.cni.backend
    if cluster.cni.policy_enforced:
        cni["policy_enforced"] = True
    entry: dict[str, Value | None] = {
        "context": cluster.context,
        "kubeconfig": cluster.kubeconfig,
        "api": cluster.api,
        "versions": dict(cluster.versions) or None,
        "cni": cni,
        "segment": cluster.segment,
        "pods": [str(item) for item in cluster.pods],
        "node_prefix": {f"ipv{family}": size for family, size in cluster.node_prefix.items()}
        or None,
        "services": [str(item) for item in cluster.services],
        "dns_service": str(cluster.dns_service) if cluster.dns_service else None,
        "nodes": {node.name: _host(node.role, node.addresses) for node in cluster.nodes},
        "load_balancer": _balancer(balancer, cluster) if balancer else None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _balancer(balancer: LoadBalancer, cluster: Cluster) -> dict[str, Value]:
    entry: dict[str, Value] = {"kind": balancer.kind, "namespace": balancer.namespace}
    if balancer.metrics_port is not None:
        entry["metrics_port"] = balancer.metrics_port
    pools: dict[str, Value] = {}
    for pool in balancer.pools:
        elsewhere = {"segment": pool.segment} if pool.segment != cluster.segment else {}
        pools[pool.name] = {
            **elsewhere,
            "addresses": [_from_to(part) for part in pool.ranges],
            "auto_assign": pool.auto_assign,
            "advertise": pool.advertise,
        }
    return entry | {"pools": pools}


def _host(role: str, addresses: tuple[Address, ...]) -> dict[str, Value]:
    return {"role": role, **_addressed(addresses)}


def _addressed(addresses: tuple[Address, ...]) -> dict[str, Value]:
    if len(addresses) == 1:
        return {"address": str(addresses[0])}
    return {"addresses": [str(each) for each in addresses]} if addresses else {}


def _from_to(part: Range) -> str:
    """A range as its first and last address, as pools are written."""
    return str(part.first) if part.first == part.last else f"{part.first}-{part.last}"
