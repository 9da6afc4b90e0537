"""What a run asks of a cluster's API, as permissions: derived from the paths that are read.

The least role of `deploy/rbac.yaml` is made from this, and preflight asks for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from trueline.model.drill import API_SERVER, DNS, RECREATE
from trueline.model.lease import NAME
from trueline.model.places import vantages
from trueline.model.topology import Cluster, Topology
from trueline.probes import kube, kube_lease, kube_settings
from trueline.probes.kube_facets import METALLB, Facet, facets
from trueline.probes.permission import Permission, of

_SYSTEM = "kube-system"


def reading(cluster: Cluster) -> tuple[Permission, ...]:
    """What it takes to read the facts of a cluster."""
    identity = of(
        kube.SYSTEM.rpartition("/")[0], "get", "facts: identity", f"metadata.name={_SYSTEM}"
    )
    return tuple(sorted({identity, *_lists(facets(cluster), "facts")}))


def discovering(cluster: Cluster) -> tuple[Permission, ...]:
    """What it takes to draft a plan from a cluster of which nothing is known yet.

    More than a run reads: how the cluster is set up, and MetalLB's objects wherever they may be.
    """
    metallb = of(f"{METALLB}/any", "list").group
    read = (replace(p, namespace="") if p.group == metallb else p for p in reading(cluster))
    return tuple(sorted({*read, *_lists(kube_settings.facets(), "draft")}))


def _lists(lists: Mapping[str, Facet], use: str) -> Iterator[Permission]:
    for name, facet in lists.items():
        for path in facet.paths:
            what = f"{use}: {name.replace('_', ' ')}"
            yield of(path, "list", what, facet.query.get("fieldSelector", ""))


def probing(topology: Topology, cluster: Cluster) -> tuple[Permission, ...]:
    """What it takes to ask from the pods of a cluster: to start them, to use and to remove them."""
    found: set[Permission] = set()
    for vantage in vantages(topology):
        if vantage.cluster != cluster.name or vantage.kind not in ("pod", "node"):
            continue
        there = vantage.pod is not None
        namespace = str(vantage.pod).partition("/")[0] if there else vantage.namespace
        found.update(_pods(namespace or topology.probes.namespace, starts=not there))
    # Every node is asked from, whatever the plan names.
    found.update(_pods(topology.probes.namespace, starts=True))
    return tuple(sorted(found))


def sharing(topology: Topology) -> tuple[Permission, ...]:
    """What it takes to hold the lease by which runs do not disturb each other."""
    # Who may create cannot be held to a name: the API does not know it yet.
    return tuple(
        Permission(
            namespace=topology.probes.namespace,
            group=kube_lease.GROUP,
            resource="leases",
            name="" if verb == "create" else NAME,
            verb=verb,
            use="whether drills of another run disturb this one",
        )
        for verb in ("create", "get", "update")
    )


def drilling(topology: Topology, cluster: Cluster) -> tuple[Permission, ...]:
    """What the planned drills of a cluster take, which `--disruptive` carries out."""
    balancer = cluster.load_balancer
    owners = {item.name: item.owner for item in cluster.reservations}
    found: set[Permission] = set()
    for drill in topology.drills:
        if drill.cluster != cluster.name or drill.kind == API_SERVER:
            continue
        use = f"drill {drill}"
        if drill.kind == RECREATE:
            namespace = owners[str(drill.name)].partition("/")[0]
            found.update(_each(("create", "delete", "get"), namespace, "services", use))
        else:
            namespace = {DNS: _SYSTEM}.get(drill.kind, balancer.namespace if balancer else "")
            found.update(_each(("delete", "list"), namespace, "pods", use))
    return tuple(sorted(found))


def every(topology: Topology, cluster: Cluster, *, drills: bool) -> tuple[Permission, ...]:
    """All that a run asks of a cluster, with what its drills take or without."""
    more = drilling(topology, cluster) if drills else ()
    return (*reading(cluster), *probing(topology, cluster), *sharing(topology), *more)


def _pods(namespace: str, *, starts: bool) -> Iterator[Permission]:
    use = "questions from pods"
    if starts:
        yield from _each(("create", "delete"), namespace, "pods", use)
    # The WebSocket is asked for with GET; newer API servers want `create` as well.
    yield from _each(("create", "get"), namespace, "pods/exec", use)


def _each(verbs: Iterable[str], namespace: str, resource: str, use: str) -> Iterator[Permission]:
    for verb in verbs:
        yield Permission(
            namespace=namespace, group="", resource=resource, name="", verb=verb, use=use
        )
