"""The nodes are the planned ones, healthy, and known by their own addresses."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from trueline.model.address import Address
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, shown
from trueline.model.observation import ClusterFacts, NodeFact, NotObserved
from trueline.model.topology import Cluster, Node
from trueline.requirements.clusters import CLU_010, CLU_011, CLU_012, CLU_040, CLU_041

CONTROL_PLANE = "control-plane"


@check(CLU_010, remedy="Bring the node back as planned, or plan the node that is there.")
def planned_node_exists(node: Node, facts: ClusterFacts) -> Iterator[Claim]:
    """The planned node exists with its role and its addresses."""
    evidence = (facts.nodes.origin,)
    live = {item.name: item for item in facts.nodes.value}.get(node.name)
    if live is None:
        yield equal(
            node,
            expected=f"a {node.role} node",
            observed="no such node",
            at=node.at,
            evidence=evidence,
        )
        return
    role = CONTROL_PLANE if CONTROL_PLANE in live.roles else "worker"
    yield equal(f"{node} role", expected=node.role, observed=role, at=node.at, evidence=evidence)
    for address in node.addresses:
        yield holds(
            f"{node} address",
            address in live.addresses,
            expected=address,
            observed=frozenset(live.addresses),
            at=node.at,
            evidence=evidence,
        )


@check(CLU_011, remedy="Remove the node from the cluster, or add it to the plan.")
def every_node_is_planned(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The cluster has no node outside the plan."""
    live = frozenset(node.name for node in facts.nodes.value)
    if not live:
        raise NotObserved(f"the API of cluster {cluster} lists no node")
    yield equal(
        f"{cluster} unplanned nodes",
        expected=frozenset(),
        observed=live - {node.name for node in cluster.nodes},
        at=cluster.at,
        evidence=(facts.nodes.origin,),
    )


@check(CLU_012, remedy="See `kubectl describe node`: kubelet, container runtime, CNI, pressure.")
def every_node_is_ready(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every node of the cluster is Ready."""
    for node in facts.nodes.value:
        yield equal(
            f"{cluster}/{node.name}",
            expected="Ready",
            observed="Ready" if node.ready else "not Ready",
            at=_written(cluster, node.name).at,
            evidence=(facts.nodes.origin,),
        )


def _written(cluster: Cluster, name: str) -> Node | Cluster:
    """The planned node of that name, or the cluster for an unplanned one."""
    return next((node for node in cluster.nodes if node.name == name), cluster)


@check(
    CLU_040,
    remedy="Start flanneld with --iface (or --public-ip) of the node's own address on each node.",
)
def flannel_tunnels_to_node_addresses(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Flannel's public address of every node is that node's own, and of no other node."""
    if cluster.cni.kind != "flannel":
        yield not_applicable(
            cluster, why=f"the planned CNI is {cluster.cni.kind}, not flannel", at=cluster.cni.at
        )
        return
    for family in sorted({cidr.network.version for cidr in cluster.pods}):
        for node in facts.nodes.value:
            public = _public(node, family)
            sharing = sorted(
                other.name
                for other in facts.nodes.value
                if public and other is not node and _public(other, family) == public
            )
            observed = public or f"no public IPv{family} address"
            yield holds(
                f"{cluster}/{node.name}",
                public in {str(address) for address in node.addresses} and not sharing,
                expected=f"its own of {shown(frozenset(node.addresses))}",
                observed=f"{observed}, also of {', '.join(sharing)}" if sharing else observed,
                at=_written(cluster, node.name).at,
                evidence=(facts.nodes.origin,),
            )


def _public(node: NodeFact, family: int) -> str | None:
    """The address that the other nodes tunnel to, for pods of one family, however it is spelt."""
    text = node.flannel_public_ip if family == 4 else node.flannel_public_ipv6
    try:
        return str(ip_address(text)) if text else None
    except ValueError:
        return text


@check(CLU_041, remedy="Restart the API server with its node's address; remove stale members.")
def api_endpoints_are_the_control_plane(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The endpoints of the `kubernetes` Service are exactly the planned control-plane nodes.

    Each is known by an address that it still has: an API server keeps the one it was started with.
    """
    masters = cluster.control_planes
    if not masters:
        yield not_applicable(cluster, why="the plan names no control-plane node", at=cluster.at)
        return
    planned = {address: node.name for node in masters for address in _addresses(node, facts)}
    left = {
        address: f"{node.name} at {address}, which it has no more"
        for node in masters
        for address in _left(node, facts)
    }
    listed = frozenset(
        left.get(item.address) or planned.get(item.address, str(item.address))
        for item in facts.endpoints.value
        if item.service == "default/kubernetes"
    )
    yield equal(
        f"{cluster} Service default/kubernetes",
        expected=frozenset(node.name for node in masters),
        observed=listed,
        at=cluster.at,
        evidence=(facts.endpoints.origin, facts.nodes.origin),
    )


def _left(node: Node, facts: ClusterFacts) -> tuple[Address, ...]:
    """The planned addresses that a node, which says its own, has no more."""
    own = next((item.addresses for item in facts.nodes.value if item.name == node.name), ())
    return tuple(address for address in node.addresses if own and address not in own)


def _addresses(node: Node, facts: ClusterFacts) -> tuple[Address, ...]:
    """The planned addresses of a node; where the plan leaves them open, those it has."""
    if node.addresses:
        return node.addresses
    return next((item.addresses for item in facts.nodes.value if item.name == node.name), ())
