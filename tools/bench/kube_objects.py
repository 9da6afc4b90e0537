"""Objects as a Kubernetes API sends them, as many as asked, with the bulk that nobody reads."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
CREATED = "2026-01-15T10:00:00Z"
IMAGE = "registry.example/team/product/server:v1.27.3-build.20260115"


def _owned(manager: str, keys: int) -> Json:
    fields: Json = {
        f'k:{{"name":"VARIABLE_{key:02}"}}': {".": {}, "f:name": {}, "f:value": {}}
        for key in range(keys)
    }
    container = {".": {}, "f:env": {".": {}, **fields}, "f:image": {}, "f:resources": {}}
    return {
        "manager": manager,
        "operation": "Update",
        "apiVersion": "v1",
        "time": CREATED,
        "fieldsType": "FieldsV1",
        "fieldsV1": {
            "f:metadata": {"f:labels": {".": {}, "f:app": {}}, "f:ownerReferences": {}},
            "f:spec": {"f:containers": {'k:{"name":"server"}': container}, "f:dnsPolicy": {}},
        },
    }  # fmt: skip


def _address(base: int, number: int) -> str:
    value = base + number
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def pod(number: int) -> Json:
    """A running pod of about 6.7 kB, two thirds of it managed fields and environment."""
    name, namespace = f"server-{number:05}", f"ns-{number % 50}"
    return {
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"6a3f6d9e-0c3b-4c0e-9a26-{number:012}",
            "resourceVersion": str(100_000 + number),
            "creationTimestamp": CREATED,
            "labels": {"app": f"server-{number % 200}", "pod-template-hash": "7d9c5b6f4"},
            "annotations": {"checksum/config": "ab" * 32},
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "server-7d9c5b6f4",
                 "uid": "0d6c1c1e-52b7-4e8c-bf7c-111111111111", "controller": True}
            ],
            "managedFields": [_owned("kube-controller-manager", 20), _owned("kubelet", 20)],
        },
        "spec": {
            "nodeName": f"node-{number % 60}",
            "serviceAccountName": "default",
            "restartPolicy": "Always",
            "dnsPolicy": "ClusterFirst",
            "containers": [
                {
                    "name": "server",
                    "image": IMAGE,
                    "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
                    "env": [
                        {"name": f"VARIABLE_{key:02}", "value": f"value-{key}"} for key in range(20)
                    ],
                    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                    "imagePullPolicy": "IfNotPresent",
                }
            ],
            "tolerations": [
                {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}
            ],
        },
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": kind, "status": "True", "lastTransitionTime": CREATED}
                for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
            ],
            "hostIP": _address(0xCB007100, number % 60),
            "podIP": _address(0x0A000000, number),
            "podIPs": [{"ip": _address(0x0A000000, number)}],
            "startTime": CREATED,
            "containerStatuses": [
                {"name": "server", "image": IMAGE, "imageID": f"{IMAGE}@sha256:{'cd' * 32}",
                 "containerID": f"containerd://{'ef' * 32}", "ready": True, "started": True,
                 "restartCount": number % 3, "state": {"running": {"startedAt": CREATED}},
                 "lastState": {}}
            ],
        },
    }  # fmt: skip


def service(number: int) -> Json:
    """A ClusterIP Service."""
    address = _address(0x64400000, number)
    return {
        "metadata": {
            "name": f"server-{number}",
            "namespace": f"ns-{number % 50}",
            "uid": f"0f2d7f2a-1111-4c0e-9a26-{number:012}",
            "creationTimestamp": CREATED,
            "labels": {"app": f"server-{number % 200}"},
            "managedFields": [_owned("kubectl-client-side-apply", 2)],
        },
        "spec": {
            "type": "ClusterIP",
            "clusterIP": address,
            "clusterIPs": [address],
            "ipFamilies": ["IPv4"],
            "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": "http"}],
            "selector": {"app": f"server-{number % 200}"},
            "sessionAffinity": "None",
        },
        "status": {"loadBalancer": {}},
    }


def node(name: str, address: str, pods: str, *, control_plane: bool) -> Json:
    """A ready node."""
    role = {"node-role.kubernetes.io/control-plane": ""} if control_plane else {}
    return {
        "metadata": {
            "name": name,
            "creationTimestamp": CREATED,
            "labels": {"kubernetes.io/hostname": name, **role},
            "annotations": {"flannel.alpha.coreos.com/public-ip": address},
        },
        "spec": {"podCIDR": pods, "podCIDRs": [pods]},
        "status": {
            "addresses": [{"type": "InternalIP", "address": address}],
            "conditions": [{"type": "Ready", "status": "True"}],
            "nodeInfo": {"kubeletVersion": "v1.34.4"},
        },
    }
