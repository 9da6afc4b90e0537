"""Who may do what to the members' APIs on behalf of the mesh, and whether they do it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection

from tools.lab.addons import BASE
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.waiting import until

NAMESPACE = "istio-system"
READER = "istio-reader-service-account"
_WITHIN = 120.0
# istiod_remote_cluster_sync_status{cluster="app",cluster_type="remote",status="synced"} 1
_STATUS = re.compile(r"istiod_remote_cluster_sync_status\{(.*)\} 1$")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
READER_TOKEN = f"{READER}-istio-remote-secret-token"
_RBAC = "rbac.authorization.k8s.io"
_READ = ("get", "list", "watch")
_ISTIO = ("networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io")

# What istiod does with its own cluster: it reads services and configuration, keeps the root of
# the mesh in every namespace, signs its webhook, and asks who a proxy is.
_ISTIOD = (
    (_ISTIO, ("*",), _READ),
    (("",), ("pods", "nodes", "services", "namespaces", "endpoints", "secrets"), _READ),
    (("discovery.k8s.io",), ("endpointslices",), _READ),
    (("apiextensions.k8s.io",), ("customresourcedefinitions",), _READ),
    (("networking.k8s.io",), ("ingresses", "ingressclasses"), _READ),
    (("",), ("configmaps",), (*_READ, "create", "update")),
    (
        ("admissionregistration.k8s.io",),
        ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
        (*_READ, "update", "patch"),
    ),
    (("authentication.k8s.io",), ("tokenreviews",), ("create",)),
    (("authorization.k8s.io",), ("subjectaccessreviews",), ("create",)),
    (("",), ("services/status",), ("update", "patch")),
    (("networking.istio.io",), ("serviceentries/status",), ("update", "patch")),
)
# What the other members' istiods do with this cluster.
_REMOTE = (
    (_ISTIO, ("*",), _READ),
    (
        ("",),
        ("pods", "nodes", "services", "namespaces", "endpoints", "secrets", "configmaps"),
        _READ,
    ),
    (("discovery.k8s.io",), ("endpointslices",), _READ),
    (("apiextensions.k8s.io",), ("customresourcedefinitions",), _READ),
    (("networking.k8s.io",), ("ingresses", "ingressclasses"), _READ),
    (("apps",), ("replicasets",), _READ),
    (("authentication.k8s.io",), ("tokenreviews",), ("create",)),
    (("authorization.k8s.io",), ("subjectaccessreviews",), ("create",)),
)


def roles() -> list[Object]:
    """The accounts of this istiod and of the other members', and what they may do."""
    found: list[Object] = []
    for account, role, rules in (
        ("istiod", f"istiod-{NAMESPACE}", _ISTIOD),
        (READER, f"istio-reader-{NAMESPACE}", _REMOTE),
    ):
        found += [
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _meta(account)},
            {
                "apiVersion": f"{_RBAC}/v1",
                "kind": "ClusterRole",
                "metadata": {"name": role, "labels": dict(BASE)},
                "rules": [
                    {"apiGroups": list(groups), "resources": list(kinds), "verbs": list(verbs)}
                    for groups, kinds, verbs in rules
                ],
            },
            {
                "apiVersion": f"{_RBAC}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": role, "labels": dict(BASE)},
                "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
                "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": NAMESPACE}],
            },
        ]
    return found


def reader_token() -> Object:
    """The Secret into which the control plane of the cluster writes the reader's token."""
    about = {"kubernetes.io/service-account.name": READER}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/service-account-token",
        "metadata": _meta(READER_TOKEN) | {"annotations": about},
    }


def remote_secret(remote: LabCluster, token: str) -> Object:
    """What lets an istiod watch another cluster, through that cluster's planned API endpoint."""
    root = base64.b64encode((remote.pki / "ca.crt").read_bytes()).decode()
    name = remote.name
    server = {"server": remote.endpoint, "certificate-authority-data": root}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": server}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": f"istio-remote-secret-{name}",
            "namespace": NAMESPACE,
            "labels": {"istio/multiCluster": "true"} | BASE,
            "annotations": {"networking.istio.io/cluster": name},
        },
        "stringData": {name: json.dumps(config)},
    }


def token(cluster: LabCluster) -> str:
    """The token by which the other members read this one's API. Raises TimedOut."""
    path = f"/api/v1/namespaces/{NAMESPACE}/secrets/{READER_TOKEN}"

    def written() -> str:
        return str(cluster.api.get(path).get("data", {}).get("token", ""))

    cluster.api.create(reader_token())
    found = until(f"{cluster.name}: the token of {READER}", written, within=30)
    return base64.b64decode(found).decode()


def watches(cluster: LabCluster, others: Collection[str]) -> None:
    """Wait until the istiod of a cluster has read the other members' APIs. Raises TimedOut."""
    until(
        f"{cluster.name}: istiod watches {', '.join(sorted(others)) or 'nobody else'}",
        lambda: (watched(cluster) or set()) >= set(others),
        within=_WITHIN,
        every=0.25,
        fix=f"python -m tools.lab pod {cluster.name} -n {NAMESPACE} logs -l app=istiod",
    )


def watched(cluster: LabCluster) -> set[str] | None:
    """The clusters that the istiod of a cluster has read, or None while it cannot be asked."""
    text = _metrics(cluster)
    return synced(text) if text else None


def progress(cluster: LabCluster) -> dict[str, str] | None:
    """How far the istiod of a cluster has read each other one, or None while it cannot be asked."""
    text = _metrics(cluster)
    return _states(text) if text else None


def _metrics(cluster: LabCluster) -> str:
    """What istiod says of itself, or "" while it cannot be asked."""
    path = f"/api/v1/namespaces/{NAMESPACE}/services/istiod:15014/proxy/metrics"
    try:
        status, text = cluster.api.raw("GET", path, accept="text/plain")
    except OSError:
        return ""
    return text.decode() if status == 200 else ""


def synced(metrics: str) -> set[str]:
    """The clusters that an istiod has read, by its metrics."""
    return {name for name, status in _states(metrics).items() if status == "synced"}


def _states(metrics: str) -> dict[str, str]:
    """Cluster -> how far an istiod has read it."""
    found = {}
    for line in metrics.splitlines():
        match = _STATUS.match(line)
        if match:
            labels = dict(_LABEL.findall(match[1]))
            found[labels["cluster"]] = labels["status"]
    return found


def _meta(name: str) -> Object:
    return {"name": name, "namespace": NAMESPACE, "labels": dict(BASE)}
