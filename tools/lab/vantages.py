"""The pods that the plan names as vantage points: a shell and Python, and nothing to do."""

from __future__ import annotations

from tools.lab.addons import BASE
from tools.lab.build.images import TOOLS
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from trueline.model.topology import Topology


def pods(topology: Topology, cluster: str) -> list[str]:
    """`namespace/name` of each vantage pod of a cluster, each once."""
    found = (v.pod for v in topology.vantages if v.cluster == cluster and v.pod is not None)
    return list(dict.fromkeys(found))


def objects(topology: Topology, cluster: str) -> list[Object]:
    """The namespaces and pods of a cluster's vantage points."""
    result: list[Object] = []
    for space in dict.fromkeys(pod.partition("/")[0] for pod in pods(topology, cluster)):
        metadata = {"name": space, "labels": dict(BASE)}
        result.append({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    return result + [_pod(pod) for pod in pods(topology, cluster)]


def running(topology: Topology, cluster: LabCluster) -> bool:
    """Whether every vantage pod of a cluster runs. Raises ApiError."""
    found = []
    for pod in pods(topology, cluster.name):
        namespace, _, name = pod.partition("/")
        found.append(cluster.api.get(f"/api/v1/namespaces/{namespace}/pods/{name}"))
    return all(item["status"].get("phase") == "Running" for item in found)


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
