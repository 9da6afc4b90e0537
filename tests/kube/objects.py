"""Objects as a Kubernetes 1.34 API with MetalLB 0.13.12 sends them; what nobody reads is cut."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

CREATED = "2026-01-15T10:00:00Z"
CREATED_AT = 1768471200.0

NODE: Json = {
    "metadata": {
        "name": "app-cp-1",
        "uid": "6a3f6d9e-0c3b-4c0e-9a26-5f1b6b1e4c11",
        "resourceVersion": "2211",
        "creationTimestamp": CREATED,
        "labels": {
            "beta.kubernetes.io/os": "linux",
            "kubernetes.io/hostname": "app-cp-1",
            "node-role.kubernetes.io/control-plane": "",
        },
        "annotations": {
            "flannel.alpha.coreos.com/backend-data": '{"VNI":1,"VtepMAC":"be:ef:00:00:00:01"}',
            "flannel.alpha.coreos.com/backend-type": "vxlan",
            "flannel.alpha.coreos.com/kube-subnet-manager": "true",
            "flannel.alpha.coreos.com/public-ip": "192.168.64.21",
            "node.alpha.kubernetes.io/ttl": "0",
        },
        "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1"}],
    },
    "spec": {
        "podCIDR": "10.245.0.0/24",
        "podCIDRs": ["10.245.0.0/24"],
        "taints": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}],
    },
    "status": {
        "addresses": [
            {"type": "InternalIP", "address": "192.168.64.21"},
            {"type": "Hostname", "address": "app-cp-1"},
        ],
        "conditions": [
            {"type": "MemoryPressure", "status": "False", "reason": "KubeletHasSufficientMemory"},
            {"type": "Ready", "status": "True", "reason": "KubeletReady"},
        ],
        "nodeInfo": {"kubeletVersion": "v1.34.4", "containerRuntimeVersion": "containerd://1.6.20"},
    },
}

SERVICE: Json = {
    "metadata": {
        "name": "app1",
        "namespace": "app1",
        "creationTimestamp": CREATED,
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": '{"token":"not for a report"}',
            "metallb.universe.tf/ip-allocated-from-pool": "reserved",
            "metallb.universe.tf/loadBalancerIPs": "192.168.64.121",
        },
    },
    "spec": {
        "type": "LoadBalancer",
        "clusterIP": "10.97.33.7",
        "clusterIPs": ["10.97.33.7"],
        "externalTrafficPolicy": "Local",
        "loadBalancerSourceRanges": ["192.168.64.0/24"],
        "ports": [
            {"name": "http", "protocol": "TCP", "port": 80, "targetPort": "web", "nodePort": 30080},
            {"port": 443},
        ],
        "selector": {"app": "app1"},
    },
    "status": {
        "loadBalancer": {
            "ingress": [{"ip": "192.168.64.121", "ipMode": "VIP"}, {"hostname": "a.example"}]
        }
    },
}

SLICE: Json = {
    "metadata": {
        "name": "app1-7kx2p",
        "namespace": "app1",
        "labels": {"kubernetes.io/service-name": "app1"},
    },
    "addressType": "IPv4",
    "endpoints": [
        {
            "addresses": ["10.245.1.20"],
            "conditions": {"ready": True, "serving": True, "terminating": False},
            "nodeName": "app-worker-1",
            "targetRef": {"kind": "Pod", "namespace": "app1", "name": "app1-0"},
        },
        {"addresses": ["10.245.2.20"], "conditions": {"ready": False}},
        {"addresses": ["10.245.2.21"], "conditions": {}, "targetRef": {"kind": "Node"}},
    ],
    "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
}

POD: Json = {
    "metadata": {
        "name": "kube-apiserver-app-cp-1",
        "namespace": "kube-system",
        "creationTimestamp": CREATED,
        "labels": {"component": "kube-apiserver"},
    },
    "spec": {
        "nodeName": "app-cp-1",
        "hostNetwork": True,
        "containers": [
            {
                "name": "kube-apiserver",
                "image": "registry.k8s.io/kube-apiserver:v1.34.4",
                "command": [
                    "kube-apiserver",
                    "--service-cluster-ip-range=10.97.0.0/12",
                    "--encryption-provider-config=/etc/secret",
                ],
            }
        ],
    },
    "status": {
        "phase": "Running",
        "podIP": "192.168.64.21",
        "podIPs": [{"ip": "192.168.64.21"}],
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "kube-apiserver", "restartCount": 2}],
    },
}

DEPLOYMENT: Json = {
    "metadata": {
        "name": "controller",
        "namespace": "metallb-system",
        "generation": 3,
        "labels": {"app": "metallb", "component": "controller"},
    },
    "spec": {
        "replicas": 1,
        "template": {
            "spec": {
                "containers": [
                    {"name": "controller", "image": "quay.io/metallb/controller:v0.13.12"}
                ]
            }
        },
    },
    "status": {
        "observedGeneration": 3,
        "replicas": 1,
        "updatedReplicas": 1,
        "readyReplicas": 1,
    },
}

DAEMON_SET: Json = {
    "metadata": {
        "name": "speaker",
        "namespace": "metallb-system",
        "generation": 1,
        "labels": {"app": "metallb", "component": "speaker"},
    },
    "spec": {
        "template": {
            "spec": {
                "containers": [{"name": "speaker", "image": "quay.io/metallb/speaker:v0.13.12"}]
            }
        }
    },
    "status": {
        "observedGeneration": 1,
        "desiredNumberScheduled": 3,
        "updatedNumberScheduled": 3,
        "numberReady": 2,
    },
}

SERVICE_CIDR: Json = {
    "metadata": {"name": "kubernetes"},
    "spec": {"cidrs": ["10.96.0.0/12"]},
    "status": {"conditions": [{"type": "Ready", "status": "True"}]},
}

POOL: Json = {
    "apiVersion": "metallb.io/v1beta1",
    "kind": "IPAddressPool",
    "metadata": {
        "name": "spare",
        "namespace": "metallb-system",
        "labels": {"tier": "gold"},
    },
    "spec": {
        "addresses": ["192.168.64.124-192.168.64.130", "192.168.64.136/29", "what"],
        "autoAssign": False,
        "avoidBuggyIPs": False,
    },
}

ADVERTISEMENT: Json = {
    "apiVersion": "metallb.io/v1beta1",
    "kind": "L2Advertisement",
    "metadata": {"name": "l2", "namespace": "metallb-system"},
    "spec": {
        "ipAddressPools": ["reserved"],
        "ipAddressPoolSelectors": [
            {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["gold"]}]}
        ],
        "nodeSelectors": [{"matchLabels": {"kubernetes.io/hostname": "app-cp-1"}}],
        "interfaces": ["eth0"],
    },
}

EVENT: Json = {
    "metadata": {"name": "x.18a", "namespace": "default", "creationTimestamp": CREATED},
    "involvedObject": {"kind": "Service", "namespace": "default", "name": "x"},
    "reason": "AllocationFailed",
    "message": 'Failed to allocate IP for "default/x":\n["10.0.0.1"] is not allowed in config',
    "type": "Warning",
    "lastTimestamp": "2026-01-15T10:05:00Z",
}

LEASE: Json = {
    "metadata": {
        "name": "app-cp-1",
        "namespace": "kube-node-lease",
        "creationTimestamp": CREATED,
        "managedFields": [
            {"manager": "kubelet", "operation": "Update", "time": "2026-01-15T10:04:50Z"}
        ],
    },
    "spec": {
        "holderIdentity": "app-cp-1",
        "leaseDurationSeconds": 40,
        "renewTime": "2026-01-15T10:04:50.251630Z",
    },
}

EXTERNAL_SECRET: Json = {
    "metadata": {"name": "canary", "namespace": "secrets"},
    "spec": {"secretStoreRef": {"kind": "SecretStore", "name": "vault"}, "dataFrom": [{}]},
    "status": {
        "conditions": [
            {
                "type": "Ready",
                "status": "True",
                "reason": "SecretSynced",
                "message": "secret synced",
            }
        ]
    },
}

SECRET_STORE: Json = {
    "metadata": {"name": "vault", "namespace": "secrets"},
    "spec": {"provider": {"vault": {"server": "https://vault.test:8200"}}},
    "status": {
        "conditions": [
            {
                "type": "Ready",
                "status": "False",
                "reason": "InvalidProviderConfig",
                "message": "unable to log in",
            }
        ]
    },
}

APPLICATION: Json = {
    "metadata": {"name": "guestbook", "namespace": "argocd"},
    "spec": {"destination": {"server": "https://192.168.64.20:6443", "namespace": "guestbook"}},
    "status": {
        "sync": {"status": "Synced", "revision": "4f1c"},
        "health": {"status": "Healthy"},
        "conditions": [{"type": "ComparisonError", "message": "no such cluster"}],
    },
}

WEBHOOKS: Json = {
    "metadata": {"name": "metallb"},
    "webhooks": [
        {
            "name": "pools.metallb.io",
            "failurePolicy": "Fail",
            "clientConfig": {"service": {"namespace": "metallb-system", "name": "webhook-service"}},
        },
        {
            "name": "perhaps.metallb.io",
            "failurePolicy": "Ignore",
            "clientConfig": {"service": {"namespace": "metallb-system", "name": "other"}},
        },
        {"name": "far.metallb.io", "clientConfig": {"url": "https://hooks.test"}},
    ],
}


def but(item: Json, path: str, value: Any) -> Json:
    """A copy with the value at a dotted path replaced; None removes it."""
    made = deepcopy(item)
    *parents, last = path.split(".")
    inner = made
    for part in parents:
        inner = inner.setdefault(part, {})
    if value is None:
        inner.pop(last, None)
    else:
        inner[last] = value
    return made
