"""kube-router, which enforces NetworkPolicies beside Flannel: it filters, and routes nothing."""

from __future__ import annotations

from tools.lab.addons import BASE
from tools.lab.build.images import KUBE_ROUTER_IMAGE
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products.product import Product
from tools.lab.waiting import until
from trueline.model.topology import Topology

_NAME = "kube-router"
_NAMESPACE = "kube-system"
_HEALTH = 20244
_LOCK = "/run/xtables.lock"
_READY_WITHIN = 90.0
_READS = (
    ("", ["endpoints", "namespaces", "nodes", "pods", "services"]),
    ("discovery.k8s.io", ["endpointslices"]),
    ("networking.k8s.io", ["networkpolicies"]),
)


def wanted(topology: Topology) -> bool:
    """Whether the plan says of any cluster that its policies are enforced."""
    return any(cluster.cni.policy_enforced for cluster in topology.clusters)


def objects(_lab: Lab, cluster: LabCluster) -> list[Object]:
    """The DaemonSet and what it may read, in a cluster whose policies are enforced."""
    if not cluster.plan.cni.policy_enforced:
        return []
    services = [str(cidr.network) for cidr in cluster.plan.services]
    rules = [
        {"apiGroups": [group], "resources": names, "verbs": ["get", "list", "watch"]}
        for group, names in _READS
    ]
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": _NAME}
    subject = {"kind": "ServiceAccount", "name": _NAME, "namespace": _NAMESPACE}
    rbac = "rbac.authorization.k8s.io/v1"
    return [
        _object("v1", "ServiceAccount", _NAMESPACE),
        _object(rbac, "ClusterRole") | {"rules": rules},
        _object(rbac, "ClusterRoleBinding") | {"roleRef": role, "subjects": [subject]},
        _object("apps/v1", "DaemonSet", _NAMESPACE) | {"spec": _daemon_set(services)},
    ]


def _object(version: str, kind: str, namespace: str | None = None) -> Object:
    meta: Object = {"name": _NAME, "labels": {"k8s-app": _NAME} | BASE}
    if namespace is not None:
        meta["namespace"] = namespace
    return {"apiVersion": version, "kind": kind, "metadata": meta}


def _daemon_set(services: list[str]) -> Object:
    labels = {"k8s-app": _NAME}
    return {
        "selector": {"matchLabels": labels},
        "updateStrategy": {"rollingUpdate": {"maxUnavailable": "100%"}},
        "template": {"metadata": {"labels": labels}, "spec": _pod(services)},
    }


def _pod(services: list[str]) -> Object:
    node = {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    probe = {"httpGet": {"path": "/healthz", "port": _HEALTH}}
    container = {
        "name": _NAME,
        "image": KUBE_ROUTER_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "--run-firewall=true",
            "--run-router=false",
            "--run-service-proxy=false",
            "--run-loadbalancer=false",
            f"--service-cluster-ip-range={','.join(services)}",
            f"--health-port={_HEALTH}",
            # Events bring changes at once; this only repairs what somebody else removed.
            "--iptables-sync-period=1m",
        ],
        # A node has few policies; the program is on every one of them.
        "env": [node, {"name": "GOMAXPROCS", "value": "1"}, {"name": "GOGC", "value": "50"}],
        "securityContext": {"privileged": True},
        "startupProbe": probe | {"periodSeconds": 1, "failureThreshold": 90},
        "livenessProbe": probe | {"periodSeconds": 20, "timeoutSeconds": 10},
        "volumeMounts": [{"name": "lock", "mountPath": _LOCK}],
    }
    lock = {"name": "lock", "hostPath": {"path": _LOCK, "type": "FileOrCreate"}}
    return {
        "serviceAccountName": _NAME,
        "hostNetwork": True,
        "priorityClassName": "system-node-critical",
        "terminationGracePeriodSeconds": 1,
        "tolerations": [{"operator": "Exists"}],
        "containers": [container],
        "volumes": [lock],
    }


def configure(_lab: Lab, cluster: LabCluster) -> None:
    """Wait until every node of the cluster filters. Raises TimedOut."""
    if not cluster.plan.cni.policy_enforced:
        return
    path = f"/apis/apps/v1/namespaces/{_NAMESPACE}/daemonsets/{_NAME}"

    def ready() -> bool:
        status = cluster.api.get(path)["status"]
        return bool(status.get("numberReady", 0) >= len(cluster.machines))

    until(
        f"{cluster.name}: {_NAME} filters on every node",
        ready,
        within=_READY_WITHIN,
        every=0.3,
        fix=f"python -m tools.lab pod {cluster.name} -n {_NAMESPACE} get pods -l k8s-app={_NAME}",
    )


PRODUCT = Product(
    name="enforcement",
    about="kube-router, as the enforcer of NetworkPolicies",
    wanted=wanted,
    objects=objects,
    configure=configure,
)
