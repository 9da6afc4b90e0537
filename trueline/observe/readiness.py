"""Whether a run can observe what its plan declares, found out without changing anything.

Every finding is about one thing: a segment, a cluster, a permission, a namespace to probe from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from trueline.model.places import vantages
from trueline.model.topology import Cluster, Segment, Topology
from trueline.observe import images
from trueline.observe.snapshot import OutOfReach, place_on
from trueline.probes import kube, kube_pods, sweep
from trueline.probes.kube_access import Unreachable, kubeconfig_of
from trueline.probes.kube_client import Api, Refused, connect
from trueline.probes.permission import Permission
from trueline.probes.permissions import every

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_AT_ONCE = 4  # requests to one cluster at a time, as when it is observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a run needs: `good` or not; `lost` is what cannot be told without it.

    `told` is what deserves to be read though nothing is wrong with it.
    """

    about: str
    good: bool
    text: str
    lost: str = ""
    told: bool = False


def segments(topology: Topology) -> Iterator[Finding]:
    """Whether this host can listen on each segment."""
    for segment in topology.segments:
        yield _segment(topology, segment)


def _segment(topology: Topology, segment: Segment) -> Finding:
    about, lost = f"segment {segment.name}", "who answers for its addresses on the wire"
    try:
        interface, address = place_on(topology, segment)
        sweep.opened(interface).close()
    except OutOfReach as error:
        return Finding(about=about, good=False, text=str(error), lost=lost)
    except OSError as error:
        return Finding(about=about, good=False, text=error.strerror or str(error), lost=lost)
    return Finding(about=about, good=True, text=f"heard from {address} over {interface}")


def clusters(topology: Topology, kubeconfig: Path | None, *, drills: bool) -> Iterator[Finding]:
    """Whether each cluster answers, is another one than the others, and lets the run do its work.

    Nothing is created: permissions are asked for by name, probe pods as a dry run.
    """
    with ThreadPoolExecutor(len(topology.clusters)) as pool:
        looks = list(
            pool.map(lambda one: _cluster(topology, one, kubeconfig, drills), topology.clusters)
        )
    yield from (finding for _, found in looks for finding in found)
    seen: dict[str, str] = {}
    for cluster, (uid, _) in zip(topology.clusters, looks, strict=True):
        if uid and uid in seen:
            yield Finding(
                about=f"cluster {cluster}",
                good=False,
                text=f"its context leads to the same cluster as that of {seen[uid]}",
                lost="everything about one of the two",
            )
        seen.setdefault(uid, str(cluster))


def _cluster(
    topology: Topology, cluster: Cluster, kubeconfig: Path | None, drills: bool
) -> tuple[str, list[Finding]]:
    """The UID of a cluster, empty where it is not known, and what was found of it."""
    about = f"cluster {cluster}"
    try:
        config = kubeconfig_of(cluster, kubeconfig)
        api = connect(cluster.context, config, topology.budgets.api_timeout)
        version = api.get("/version").get("gitVersion", "of unknown version")
    except (Unreachable, Refused) as error:
        lost = "everything that its API and its pods would say"
        return "", [Finding(about=about, good=False, text=str(error), lost=lost)]
    found = [Finding(about=about, good=True, text=f"{api.server}, Kubernetes {version}")]
    wanted = every(topology, cluster, drills=drills)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found += pool.map(lambda one: _permission(about, api, one), wanted)
        found += pool.map(lambda one: _pod(about, api, one), _pods(topology, cluster))
    found += _image(about, api, topology.probes.image)
    return _uid(api), found


def _uid(api: Api) -> str:
    try:
        return str(api.get(kube.SYSTEM)["metadata"]["uid"])
    except (Unreachable, Refused, KeyError, TypeError):
        return ""


def _permission(about: str, api: Api, wanted: Permission) -> Finding:
    resource, _, sub = wanted.resource.partition("/")
    attributes = {
        "namespace": wanted.namespace,
        "verb": wanted.verb,
        "group": wanted.group,
        "resource": resource,
        "subresource": sub,
        "name": wanted.name,
    }
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    try:
        status = api.post(_REVIEWS, review).get("status") or {}
    except (Unreachable, Refused) as error:
        text = f"whether it may {wanted} was not said: {error}"
        return Finding(about=about, good=False, text=text, lost=wanted.use)
    if status.get("allowed") is True:
        return Finding(about=about, good=True, text=f"may {wanted}")
    return Finding(about=about, good=False, text=f"may not {wanted}", lost=wanted.use)


def _pods(topology: Topology, cluster: Cluster) -> list[kube_pods.Wanted]:
    """One pod like those that a run starts in each namespace, and one in the network of a node."""
    probes = topology.probes
    places: dict[tuple[str, bool], str | None] = {(probes.namespace, True): None}
    for item in vantages(topology):
        if item.cluster == cluster.name and item.kind in ("pod", "node") and item.pod is None:
            where = item.namespace or probes.namespace, item.kind == "node"
            places.setdefault(where, item.service_account)
    return [
        kube_pods.Wanted(
            namespace=namespace,
            name="trueline-preflight",
            run="preflight",
            image=probes.image,
            labels=probes.labels,
            service_account=account,
            on_node=on_node,
        )
        for (namespace, on_node), account in sorted(places.items(), key=lambda pair: pair[0])
    ]


def _pod(about: str, api: Api, wanted: kube_pods.Wanted) -> Finding:
    what = f"a pod in {'the network of a node of ' if wanted.on_node else ''}{wanted.namespace}"
    try:
        kube_pods.start(api, wanted, dry=True)
    except (Unreachable, Refused, kube_pods.NotStarted) as error:
        text = f"{what} would not be started: {error}"
        return Finding(about=about, good=False, text=text, lost=f"what is asked from {what}")
    return Finding(about=about, good=True, text=f"{what} would be started")


def _image(about: str, api: Api, image: str) -> Iterator[Finding]:
    """On which nodes the image of the probe pods is. Nothing where no nodes can be read."""
    with suppress(Unreachable, Refused, KeyError, TypeError, AttributeError):
        yield Finding(about=about, good=True, text=images.where(api, image), told=True)


def missing(found: Iterable[Finding]) -> list[Finding]:
    """What a run would not have."""
    return [finding for finding in found if not finding.good]
