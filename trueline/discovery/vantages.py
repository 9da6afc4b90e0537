"""Where probes stand: this host where it is on a segment, a pod and a node of each cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trueline.discovery.draft import Entry, Gap, Part, block
from trueline.discovery.segments import Segment

HERE = "runner"


def pods(cluster: str) -> str:
    """What the vantage point in a pod of a cluster is called."""
    return f"pods-{cluster}"


def parts(clusters: Sequence[str], drafted: Sequence[Segment]) -> tuple[Part, ...]:
    """The key `vantages`."""
    return block("vantages", list(_each(clusters, drafted)))


def _each(clusters: Sequence[str], drafted: Sequence[Segment]) -> Iterator[Part]:
    own = next((one for one in drafted if one.is_here), None)
    if own is not None:
        yield Entry(key=HERE, value={"kind": "host", "segment": own.name}, source="this host")
    else:
        why = "a host on a segment that is no node; this one is none"
        yield Gap(key=HERE, why=why, example=f"{HERE}: {{kind: host, segment: lan}}")
    for name in clusters:
        yield Entry(key=pods(name), value={"kind": "pod", "cluster": name})
    for name in clusters:
        yield Entry(key=f"node-{name}", value={"kind": "node", "cluster": name})
    why = "the others: pods with a service account, or with a sidecar of the mesh"
    example = "caller: {kind: pod, cluster: CLUSTER, pod: shop/caller, in_mesh: true}"
    yield Gap(key="vantages", why=why, example=example)
