"""What vantage points stand on: namespaces, service accounts, and the pods that the plan names.

A named pod has a shell and Python, and nothing to do. All others are started by a run itself.
"""

from __future__ import annotations

from tools.lab.addons import BASE
from tools.lab.build.images import TOOLS
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.workloads import SYSTEM, namespace
from trueline.model.places import namespace_of, vantages
from trueline.model.topology import Topology


def pods(topology: Topology, cluster: str) -> list[str]:
    """`namespace/name` of each vantage pod of a cluster, each once."""
    found = (v.pod for v in topology.vantages if v.cluster == cluster and v.pod is not None)
    return list(dict.fromkeys(found))


def grounds(topology: Topology, cluster: str) -> list[Object]:
    """The namespaces and service accounts that a cluster's vantage points need."""
    here = [item for item in vantages(topology) if item.cluster == cluster]
    spaces = {namespace_of(item) or topology.probes.namespace for item in here}
    accounts = {
        (namespace_of(item) or topology.probes.namespace, item.service_account)
        for item in here
        if item.service_account is not None
    }
    result = [namespace(name) for name in sorted(spaces) if name not in SYSTEM]
    for space, account in sorted(accounts):
        metadata = {"name": account, "namespace": space, "labels": dict(BASE)}
        result.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    return result


def objects(topology: Topology, cluster: str) -> list[Object]:
    """The pods that the plan names as vantage points of a cluster."""
    return [_pod(pod) for pod in pods(topology, cluster)]


def running(topology: Topology, cluster: LabCluster) -> bool:
    """Whether every vantage pod of a cluster runs, with its sidecar if it has one.

    Raises ApiError.
    """
    found = []
    for pod in pods(topology, cluster.name):
        namespace, _, name = pod.partition("/")
        found.append(cluster.api.get(f"/api/v1/namespaces/{namespace}/pods/{name}"))
    return all(map(_ready, found))


def _ready(pod: Object) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)


def _pod(pod: str) -> Object:
    namespace, _, name = pod.partition("/")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name} | BASE},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 1,
            "containers": [
                {
                    "name": name,
                    "image": TOOLS,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sh", "-c", "while sleep 3600; do :; done"],
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "readOnlyRootFilesystem": True,
                    },
                }
            ],
        },
    }
