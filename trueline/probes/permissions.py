"""What a run asks of a cluster's API, as permissions: derived from the paths that are read.

The least role of `deploy/rbac.yaml` is made from this, and preflight asks for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trueline.model.drill import API_SERVER, DNS, RECREATE
from trueline.model.lease import NAME
from trueline.model.places import vantages
from trueline.model.topology import Cluster, Topology
from trueline.probes import kube, kube_lease
from trueline.probes.kube_facets import facets

_NAME = "metadata.name="
_SYSTEM = "kube-system"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Permission:
    """One verb on one kind of thing.

    `namespace` is empty where the whole cluster is meant, `name` where every object is.
    `resource` may have a subresource (`pods/exec`). `use` says what cannot be told without it.
    """

    namespace: str
    group: str
    resource: str
    name: str
    verb: str
    use: str

    def __str__(self) -> str:
        what = f"{self.resource}.{self.group}" if self.group else self.resource
        one = f" {self.name}" if self.name else ""
        where = f" in {self.namespace}" if self.namespace else ""
        return f"{self.verb} {what}{one}{where}"


def reading(cluster: Cluster) -> tuple[Permission, ...]:
    """What it takes to read the facts of a cluster."""
    lists = facets(cluster)
    found = {
        _of(path, "list", f"facts: {name.replace('_', ' ')}", facet.query.get("fieldSelector", ""))
        for name, facet in lists.items()
        for path in facet.paths
    }
    found.add(_of(kube.SYSTEM.rpartition("/")[0], "get", "facts: identity", f"{_NAME}{_SYSTEM}"))
    return tuple(sorted(found))


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


def _of(path: str, verb: str, use: str, selector: str = "") -> Permission:
    """The permission for a path of the API: /api/V/... or /apis/GROUP/V/..., namespaced or not."""
    root, *parts = path.strip("/").split("/")
    group = parts[0] if root == "apis" else ""
    rest = parts[2:] if root == "apis" else parts[1:]
    namespace = rest[1] if rest[0] == "namespaces" and len(rest) > 2 else ""
    name = selector.removeprefix(_NAME) if selector.startswith(_NAME) else ""
    return Permission(
        namespace=namespace, group=group, resource=rest[-1], name=name, verb=verb, use=use
    )
