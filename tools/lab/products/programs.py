"""One program with its configuration as a small pod, and whether it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from tools.lab.addons import BASE
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.waiting import until

CONFIG = "trueline.lab/config"
"""The annotation of pods with a digest of their configuration files."""

NOBODY = 65534
_READY_WITHIN = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program as a small pod.

    `config` maps a file name in /etc/NAME to the value that it holds as YAML. `ready` is the port
    and the path that the kubelet asks. /data lasts as long as the pod. With `host_paths` the
    program runs as root on every node that takes ordinary pods, and may read these folders of it.
    """

    namespace: str
    name: str
    image: str
    args: tuple[str, ...]
    config: Mapping[str, Any]
    ready: tuple[int, str]
    ports: tuple[int, ...] = ()
    host_paths: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def objects(item: Program) -> list[Object]:
    """The ConfigMap, and the Deployment or DaemonSet, of a program.

    The pods carry a digest of their files (`trueline.lab/config`): who changes both starts the
    pods anew, and so does the reset that puts both back.
    """
    files = {name: yaml.safe_dump(value, sort_keys=False) for name, value in item.config.items()}
    meta = {
        "name": item.name,
        "namespace": item.namespace,
        "labels": {"app": item.name, **item.labels, **BASE},
    }
    spec: Object = {
        "selector": {"matchLabels": {"app": item.name}},
        "template": {
            "metadata": {
                "labels": {"app": item.name, **item.labels},
                "annotations": {CONFIG: digest(files)},
            },
            "spec": _pod(item),
        },
    }
    if not item.host_paths:
        # Nothing is shared on disk, and two at once would be two answers.
        spec = {"replicas": 1, "strategy": {"type": "Recreate"}} | spec
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": files},
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet" if item.host_paths else "Deployment",
            "metadata": meta,
            "spec": spec,
        },
    ]


def digest(files: Mapping[str, str]) -> str:
    """What the annotation `trueline.lab/config` says of a ConfigMap's data."""
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()[:16]


def _pod(item: Program) -> Object:
    port, path = item.ready
    mounts = [
        {"name": "config", "mountPath": f"/etc/{item.name}", "readOnly": True},
        {"name": "data", "mountPath": "/data"},
    ]
    volumes: list[Object] = [
        {"name": "config", "configMap": {"name": item.name}},
        {"name": "data", "emptyDir": {}},
    ]
    for number, folder in enumerate(item.host_paths):
        mounts.append({"name": f"host-{number}", "mountPath": folder, "readOnly": True})
        volumes.append({"name": f"host-{number}", "hostPath": {"path": folder}})
    container = {
        "name": item.name,
        "image": item.image,
        "imagePullPolicy": "IfNotPresent",
        "args": list(item.args),
        "env": [{"name": "GOMAXPROCS", "value": "1"}],
        "ports": [{"containerPort": number} for number in item.ports],
        "readinessProbe": {"httpGet": {"path": path, "port": port}, "periodSeconds": 1},
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}},
        "securityContext": confined(0 if item.host_paths else NOBODY),
        "volumeMounts": mounts,
    }
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
        "volumes": volumes,
    }


def confined(user: int) -> Object:
    """The security context of a container that gets no more rights than its user has."""
    return {
        "runAsUser": user,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def run(cluster: LabCluster, made: Collection[Object]) -> None:
    """Wait until the Deployments and DaemonSets among some objects have their pods.

    Raises TimedOut, which names the first that has not.
    """
    for item in made:
        if item["kind"] not in ("Deployment", "DaemonSet"):
            continue
        name, space = item["metadata"]["name"], item["metadata"]["namespace"]
        path = cluster.api.path(item)

        def runs(path: str = path) -> bool:
            return available(cluster.api.get(path))

        until(
            f"{cluster.name}: {space}/{name} is ready",
            runs,
            within=_READY_WITHIN,
            every=0.3,
            fix=f"python -m tools.lab pod {cluster.name} -n {space} describe pods -l app={name}",
        )


def available(item: Object) -> bool:
    """Whether a Deployment or DaemonSet, as the API shows it, has the pods it wants."""
    status = item.get("status", {})
    if status.get("observedGeneration", 0) < item["metadata"]["generation"]:
        return False
    if item["kind"] == "DaemonSet":
        want: int = status["desiredNumberScheduled"]
        have = (status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0))
    else:
        want = item["spec"]["replicas"]
        have = (status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
    return have == (want, want)
