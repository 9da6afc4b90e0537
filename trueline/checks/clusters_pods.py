"""The pod network: each node's range, the ranges of two clusters, and the pods' own addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trueline.model.address import Address, Cidr, Range
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, some
from trueline.model.observation import ClusterFacts, NotObserved, PodFact
from trueline.model.overlaps import overlaps
from trueline.model.topology import Cluster
from trueline.requirements.clusters import CLU_020, CLU_021, CLU_022, CLU_023, CLU_034, CLU_035

FINISHED = ("Succeeded", "Failed")


@check(
    CLU_020,
    remedy="Run the controller manager with --allocate-node-cidrs and the planned --cluster-cidr.",
)
def every_node_has_its_pod_range(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every node has one pod range per planned family, of the planned prefix length."""
    if cluster.cni.kind != "flannel":
        yield _other_cni(cluster)
        return
    planned = [f"IPv{cidr.network.version}{_prefix(cluster, cidr)}" for cidr in cluster.pods]
    for node in facts.nodes.value:
        ranges = [Cidr.parse(text) for text in node.pod_cidrs]
        found = [f"IPv{cidr.network.version}{_prefix(cluster, cidr, of=cidr)}" for cidr in ranges]
        yield holds(
            f"{cluster}/{node.name}",
            sorted(found) == sorted(planned),
            expected=f"one range of {' and one of '.join(planned)}",
            observed=node.pod_cidrs,
            at=cluster.at,
            evidence=(facts.nodes.origin,),
        )


def _prefix(cluster: Cluster, planned: Cidr, of: Cidr | None = None) -> str:
    """` /24` where the plan sets the prefix length of the family, else nothing."""
    length = cluster.node_prefix.get(planned.network.version)
    if length is None:
        return ""
    return f" /{length if of is None else of.network.prefixlen}"


def _other_cni(cluster: Cluster) -> Claim:
    """Other CNIs may hand out addresses without the node's pod range."""
    return not_applicable(
        cluster, why=f"the planned CNI is {cluster.cni.kind}, not flannel", at=cluster.cni.at
    )


@check(CLU_021, remedy="Set --cluster-cidr and Flannel's Network to the planned pod network.")
def pod_ranges_are_planned(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every node's pod range lies inside the planned pod network."""
    if cluster.cni.kind != "flannel":
        yield _other_cni(cluster)
        return
    for node in facts.nodes.value:
        for text in node.pod_cidrs:
            inner = Cidr.parse(text).range
            yield holds(
                f"{cluster}/{node.name}",
                any(planned.range.holds(inner) for planned in cluster.pods),
                expected=f"inside {' or '.join(str(cidr.network) for cidr in cluster.pods)}",
                observed=text,
                at=cluster.at,
                evidence=(facts.nodes.origin,),
            )


def _pod_ranges(facts: ClusterFacts) -> list[tuple[str, Range]]:
    """Each node with each of its pod ranges."""
    return [
        (node.name, Cidr.parse(text).range) for node in facts.nodes.value for text in node.pod_cidrs
    ]


@check(CLU_022, remedy="Delete and join again the younger of the two nodes.")
def pod_ranges_of_nodes_are_disjoint(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """No two nodes of the cluster share a pod address."""
    ranges = _pod_ranges(facts)
    if not ranges and cluster.cni.kind != "flannel":
        yield _other_cni(cluster)
    elif ranges:
        shared = [f"{one} and {other} share {block}" for one, other, block in overlaps(ranges)]
        yield holds(
            f"{cluster} pod ranges of its nodes",
            not shared,
            expected=f"{len(facts.nodes.value)} nodes that share no address",
            observed=some(sorted(shared)) if shared else "no shared address",
            at=cluster.at,
            evidence=(facts.nodes.origin,),
        )


@check(CLU_023, remedy="Give one of the two clusters another pod network.")
def pod_ranges_of_clusters_are_disjoint(
    pair: tuple[Cluster, Cluster], one: ClusterFacts, other: ClusterFacts
) -> Iterator[Claim]:
    """No node of one cluster has a pod address that a node of the other has."""
    ranges = [_pod_ranges(facts) for facts in (one, other)]
    owned = [
        ((cluster.name, node), block)
        for cluster, own in zip(pair, ranges, strict=True)
        for node, block in own
    ]
    shared = frozenset(
        f"{'/'.join(first)} and {'/'.join(second)} share {block}"
        for first, second, block in overlaps(owned)
        if first[0] != second[0]
    )
    for cluster, own in zip(pair, ranges, strict=True):
        if not own and cluster.cni.kind != "flannel":
            yield _other_cni(cluster)
    if all(ranges):
        yield equal(
            f"{pair[0]} and {pair[1]} shared pod addresses",
            expected=frozenset(),
            observed=shared,
            at=pair[1].at,
            evidence=(one.nodes.origin, other.nodes.origin),
        )


@check(CLU_034, remedy="Delete both pods; if it comes back, see the CNI's address store.")
def pod_addresses_are_unique(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """No two pods of the cluster have the same address."""
    pods = _own_address(facts)
    times = Counter(address for pod in pods for address in pod.ips)
    yield equal(
        f"{cluster} addresses of pods",
        expected=frozenset(),
        observed=frozenset(
            f"{address} is of {_names(pods, address)}" for address, n in times.items() if n > 1
        ),
        at=cluster.at,
        evidence=(facts.pods.origin,),
    )


def _own_address(facts: ClusterFacts) -> list[PodFact]:
    """The pods that hold an address of their own: not the node's, and not finished.

    Raises NotObserved where there is none: that proves nothing about any.
    """
    found = [pod for pod in facts.pods.value if not pod.host_network and pod.phase not in FINISHED]
    if not found:
        raise NotObserved(f"no pod of cluster {facts.name} has an address of its own")
    return found


def _names(pods: list[PodFact], address: Address) -> str:
    """The pods with that address, by name."""
    return " and ".join(sorted(f"{pod.namespace}/{pod.name}" for pod in pods if address in pod.ips))


@check(CLU_035, remedy="Restart the pods named; they keep addresses of an earlier node range.")
def pod_addresses_are_of_their_node(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every pod's address lies in the pod range of its node."""
    if cluster.cni.kind != "flannel":
        yield _other_cni(cluster)
        return
    pods = _own_address(facts)
    for node in facts.nodes.value:
        if not node.pod_cidrs:
            continue
        ranges = [Cidr.parse(text).range for text in node.pod_cidrs]
        yield equal(
            f"{cluster}/{node.name} pods outside {' and '.join(node.pod_cidrs)}",
            expected=frozenset(),
            observed=frozenset(
                f"{pod.namespace}/{pod.name} {address}"
                for pod in pods
                if pod.node == node.name
                for address in pod.ips
                if not any(part.holds(address) for part in ranges)
            ),
            at=cluster.at,
            evidence=(facts.pods.origin, facts.nodes.origin),
        )
