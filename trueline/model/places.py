"""Which vantage point stands for which end of a flow, and those that the plan implies.

A flow from `pods:app/logging` has to be tried from a pod of that namespace. Where the plan declares
no vantage point there, one is implied, called as the end itself.
"""

from __future__ import annotations

from trueline.model.source import Source
from trueline.model.topology import Cluster, Topology, Vantage


def vantages(topology: Topology) -> tuple[Vantage, ...]:
    """Every declared vantage point, then the implied ones, each once, in the order of the file."""
    found = {item.name: item for item in topology.vantages}
    for end, at in _ends(topology):
        name = standing(topology, end)
        if name is not None and name not in found and end.startswith(("pods:", "nodes:")):
            found[name] = _implied(end, at)
    return tuple(found.values())


def vantage(topology: Topology, name: str) -> Vantage:
    """The declared or implied vantage point of that name. Raises KeyError."""
    return {item.name: item for item in vantages(topology)}[name]


def at_node(cluster: str, node: str) -> str:
    """The name of the vantage point in the network of one node."""
    return f"nodes:{cluster}/{node}"


def pinned(cluster: Cluster, node: str) -> Vantage:
    """The vantage point in the network of one node, for what only that node may do."""
    return Vantage(
        name=at_node(cluster.name, node),
        kind="node",
        cluster=cluster.name,
        segment=None,
        node=node,
        at=cluster.at,
    )


def standing(topology: Topology, end: str) -> str | None:
    """The name of the vantage point that stands for an end; None where nothing can.

    A declared one that fits comes first. Pods of a whole cluster are tried from a vantage point
    without a namespace of its own; what a sidecar carries is another thing, so those `in_mesh`
    stand for none.
    """
    kind, _, name = end.partition(":")
    if kind == "vantage":
        return name
    if kind == "segment":
        hosts = (item for item in topology.vantages if item.kind == "host" and item.segment == name)
        return next((item.name for item in hosts), None)
    if kind not in ("pods", "nodes"):
        return None
    cluster, _, namespace = name.partition("/")
    wanted = "pod" if kind == "pods" else "node"
    for item in topology.vantages:
        fits = item.kind == wanted and item.cluster == cluster and not item.in_mesh
        if fits and (kind == "nodes" or namespace_of(item) == (namespace or None)):
            return item.name
    return end


def hosts(topology: Topology) -> tuple[str, ...]:
    """The names of the vantage points that are hosts: they stand in no cluster."""
    return tuple(item.name for item in topology.vantages if item.kind == "host")


def namespace_of(item: Vantage) -> str | None:
    """The namespace that a vantage point names; None for the run's own."""
    return item.pod.partition("/")[0] if item.pod else item.namespace


def _ends(topology: Topology) -> list[tuple[str, Source]]:
    """Every end that something is sent from."""
    found = [(flow.source, flow.at) for flow in topology.flows]
    found += [(end, policy.at) for policy in topology.policies for end in policy.allow_from]
    found += [
        (f"pods:{sender.cluster}/{sender.namespace}", sender.at)
        for product in topology.products
        for sender in product.senders
    ]
    found += [(f"pods:{cluster}", cluster.at) for cluster in topology.clusters]
    return found


def _implied(end: str, at: Source) -> Vantage:
    kind, _, name = end.partition(":")
    cluster, _, namespace = name.partition("/")
    return Vantage(
        name=end,
        kind="pod" if kind == "pods" else "node",
        cluster=cluster,
        segment=None,
        namespace=namespace or None,
        at=at,
    )
