"""The objects of a freshly started cluster, written down, and the way back to them.

Every kind the API serves is compared except what controllers write by themselves. So a reset
needs no list of what a fault may have touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.lab.addons import BASE
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import UNREADY, ApiError, KubeApi, Object
from tools.lab.paths import state
from tools.lab.state import write
from tools.lab.waiting import until

_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
# Written by the control plane itself, over and over: what they are follows from the rest.
_OWN_LIFE = {
    "apiservices",
    "certificatesigningrequests",
    "componentstatuses",
    "controllerrevisions",
    "csinodes",
    "endpoints",
    "endpointslices",
    "events",
    "flowschemas",
    "ipaddresses",
    "leases",
    "pods",
    "prioritylevelconfigurations",
    "replicasets",
    "servicecidrs",
}
_OWN_ANNOTATIONS = (
    "argocd.argoproj.io/refresh",
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "flannel.alpha.coreos.com/",
    "kubectl.kubernetes.io/last-applied-configuration",
    "node.alpha.kubernetes.io/",
    "volumes.kubernetes.io/",
)
# The API server notes on a Secret with a token on which day it was used last, so at midnight all of
# them change; and the controller what it has not seen used for a year.
_OWN_LABELS = ("kubernetes.io/legacy-token-",)
# Besides `status`: what a controller of this kind asks of itself and takes away when it is done.
_OWN_FIELDS = {"Application": ("operation",)}
_STUCK = {
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImagePullBackOff",
    "RunContainerError",
}
_LOADED_WITHIN = 30.0  # seconds; kinds that were defined last are still loading when all runs
# What others stand on comes back first.
_ORDER = ("CustomResourceDefinition", "Namespace", "Node", "ClusterRole", "ServiceAccount")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind as the API serves it; `path` lists all of it."""

    api_version: str
    kind: str
    path: str


@dataclass(slots=True)
class Restored:
    """What a restore did: names of objects, as `Kind namespace/name`."""

    deleted: list[str] = field(default_factory=list)
    remade: list[str] = field(default_factory=list)


def save(cluster: LabCluster) -> None:
    """Write down the objects of a cluster that has just come up."""
    write(_file(cluster), json.dumps(take(cluster.api)))


def _file(cluster: LabCluster) -> Path:
    return state() / "base" / f"{cluster.name}.json"


def load(cluster: LabCluster) -> dict[str, Object]:
    """The objects written down, by path."""
    found: dict[str, Object] = json.loads(_file(cluster).read_text())
    return found


def kinds(api: KubeApi) -> list[Kind]:
    """Every kind that can be listed and deleted, once, in the version the API prefers."""
    found: dict[tuple[str, str], Kind] = {}
    for root in ("/api", "/apis"):
        for group in api.get_as(root, _DISCOVERY)["items"]:
            name = group["metadata"].get("name", "")
            for version in group["versions"]:
                for item in version["resources"]:
                    plural = item["resource"]
                    usable = {"list", "delete", "create"} <= set(item["verbs"])
                    if plural in _OWN_LIFE or not usable:
                        continue
                    api_version = f"{name}/{version['version']}" if name else version["version"]
                    kind = item["responseKind"]["kind"]
                    path = f"{root}/{api_version}/{plural}"
                    found.setdefault((name, plural), Kind(api_version, kind, path))
    return list(found.values())


def take(api: KubeApi) -> dict[str, Object]:
    """Every object that nobody else owns, by path, without what changes by itself."""
    return {_path(kind, item): item for kind in kinds(api) for item in _list(api, kind)}


def _path(kind: Kind, item: Object) -> str:
    meta = item["metadata"]
    root, _, plural = kind.path.rpartition("/")
    space = f"/namespaces/{meta['namespace']}" if "namespace" in meta else ""
    return f"{root}{space}/{plural}/{meta['name']}"


def _list(api: KubeApi, kind: Kind) -> Iterator[Object]:
    for item in _items(api, kind):
        if not item["metadata"].get("ownerReferences"):
            yield plain(item | {"apiVersion": kind.api_version, "kind": kind.kind})


def _items(api: KubeApi, kind: Kind) -> list[Object]:
    """Everything of a kind, once its storage has been loaded. Raises ApiError or TimedOut."""

    def asked() -> list[list[Object]]:
        try:
            return [api.get(kind.path).get("items", [])]
        except ApiError as error:
            if error.status in UNREADY:
                return []
            raise

    (items,) = until(f"{kind.path} is served", asked, within=_LOADED_WITHIN, every=0.2)
    return items


def plain(item: Object) -> Object:
    """The object as somebody meant it: no status, no bookkeeping of the API or of controllers."""
    meta = item["metadata"]
    kept: dict[str, Any] = {"name": meta["name"]}
    if "namespace" in meta:
        kept["namespace"] = meta["namespace"]
    for part, own in (("labels", _OWN_LABELS), ("annotations", _OWN_ANNOTATIONS)):
        meant = {key: value for key, value in meta.get(part, {}).items() if not key.startswith(own)}
        if meant:
            kept[part] = meant
    passing = ("metadata", "status", *_OWN_FIELDS.get(item["kind"], ()))
    result = {k: v for k, v in item.items() if k not in passing}
    if item["kind"] == "Node":
        result["spec"] = _node_spec(item.get("spec", {}))
    return result | {"metadata": kept}


def _node_spec(spec: Object) -> Object:
    """What an administrator sets on a node; conditions come and go as taints of their own."""
    own = "node.kubernetes.io/"
    kept = {k: v for k, v in spec.items() if k in ("podCIDR", "podCIDRs", "unschedulable")}
    taints = [t for t in spec.get("taints", []) if not t["key"].startswith(own)]
    return kept | ({"taints": taints} if taints else {})


def restore(cluster: LabCluster, done: Restored) -> None:
    """Delete what is not of the base, and make again what differs; `done` tells what was."""
    api, base = cluster.api, load(cluster)
    now = take(api)
    spaces = {o["metadata"]["name"] for o in base.values() if o["kind"] == "Namespace"}
    for path, item in now.items():
        space = item["metadata"].get("namespace")
        if path not in base and (space is None or space in spaces):
            if item["kind"] == "Namespace":
                _empty(api, item["metadata"]["name"])
            api.delete(path)
            done.deleted.append(label(item))
    for path, item in sorted(base.items(), key=lambda pair: _rank(pair[1])):
        if now.get(path) != item:
            _remake(api, item)
            done.remade.append(label(item))
    _clear_pods(api, spaces)


def _rank(item: Object) -> int:
    return _ORDER.index(item["kind"]) if item["kind"] in _ORDER else len(_ORDER)


def label(item: Object) -> str:
    """An object's name for people."""
    meta = item["metadata"]
    where = f"{meta['namespace']}/" if "namespace" in meta else ""
    return f"{item['kind']} {where}{meta['name']}"


def _remake(api: KubeApi, item: Object) -> None:
    def made() -> bool:
        try:
            if item["kind"] == "Node":
                _mend_node(api, item)
            else:
                api.replace(item)
        except ApiError as error:
            if error.status == 422:  # a field that cannot be changed
                api.delete(api.path(item), grace=0)
                return False
            if error.status in (404, 409, *UNREADY):  # its kind or webhook is coming back
                return False
            raise
        return True

    until(f"{label(item)} is as it was", made, within=20, every=0.2)


def _mend_node(api: KubeApi, item: Object) -> None:
    """Labels, taints and cordon back to the base; the kubelet's own part stays."""
    path = api.path(item)
    try:
        now = api.get(path)
    except ApiError as error:
        if error.status != 404:
            raise
        api.create(item)
        return
    wanted = item["metadata"].get("labels", {})
    gone = dict.fromkeys(set(now["metadata"].get("labels", {})) - set(wanted))
    own = [t for t in now["spec"].get("taints", []) if t["key"].startswith("node.kubernetes.io/")]
    keep = [] if now["spec"].get("unschedulable") else own
    taints = item["spec"].get("taints", []) + keep
    patch = {
        "metadata": {"labels": gone | wanted},
        "spec": {"taints": taints or None, "unschedulable": item["spec"].get("unschedulable")},
    }
    api.merge(path, patch)


def _empty(api: KubeApi, namespace: str) -> None:
    """Take its pods away at once, after what would make new ones.

    A namespace that ends with pods in it looks again only after half of their grace.
    """
    for plural in ("deployments", "replicasets", "statefulsets", "daemonsets"):
        api.delete(f"/apis/apps/v1/namespaces/{namespace}/{plural}")
    api.delete(f"/api/v1/namespaces/{namespace}/pods", grace=0)


def _clear_pods(api: KubeApi, spaces: set[str]) -> None:
    """Delete pods that nobody owns or started here, and those whose next start is minutes away."""
    for pod in api.get("/api/v1/pods")["items"]:
        meta = pod["metadata"]
        states = pod.get("status", {}).get("containerStatuses", [])
        reasons = {s["state"].get("waiting", {}).get("reason") for s in states}
        stray = (
            not meta.get("ownerReferences") and not BASE.items() <= meta.get("labels", {}).items()
        )
        if meta["namespace"] in spaces and (stray or reasons & _STUCK):
            api.delete(f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}", grace=0)


def settled(cluster: LabCluster) -> bool:
    """Whether every node is Ready and everything that runs pods has those it wants."""
    if cluster.ready_nodes() < {m.name for m in cluster.machines}:
        return False
    return not unsettled(cluster.api)


def unsettled(api: KubeApi) -> list[str]:
    """What has not the pods yet that it wants, and namespaces on their way out."""
    found = []
    for plural, kind in (("deployments", "Deployment"), ("statefulsets", "StatefulSet")):
        for item in api.get(f"/apis/apps/v1/{plural}")["items"]:
            status, want = item["status"], item["spec"]["replicas"]
            fresh = status.get("observedGeneration", 0) >= item["metadata"]["generation"]
            have = (status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
            if not fresh or have != (want, want) or status.get("replicas", 0) != want:
                found.append(f"{kind} {item['metadata']['name']}")
    for item in api.get("/apis/apps/v1/daemonsets")["items"]:
        status = item["status"]
        fresh = status.get("observedGeneration", 0) >= item["metadata"]["generation"]
        want = status["desiredNumberScheduled"]
        have = (status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0))
        if not fresh or have != (want, want):
            found.append(f"DaemonSet {item['metadata']['name']}")
    for item in api.get("/api/v1/namespaces")["items"]:
        if item["status"].get("phase") == "Terminating":
            found.append(f"Namespace {item['metadata']['name']}")
    return found
