"""The gateways of each member of the mesh behind their reserved addresses: values only."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from tools.lab import mesh, workloads
from tools.lab.addons import BASE
from tools.lab.build.images import PROXY_IMAGE
from tools.lab.kubeapi import Object
from tools.lab.products import istio_objects
from tools.lab.products.istio_objects import MESH_ID, NETWORK, RESTRICTED, discovery
from trueline.model.mesh import MeshMember
from trueline.model.topology import Reservation, Topology

EAST_WEST_PORT = 15443
_PRIVILEGED = 1024
_UP = 8000
"""What is added to a port that only root may open: 80 is 8080 in the pod."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A gateway of a member: the reservation that it stands behind, and which of the two it is."""

    member: MeshMember
    reservation: Reservation
    east_west: bool

    @property
    def namespace(self) -> str:
        """Where it runs."""
        return self.reservation.owner.partition("/")[0]

    @property
    def name(self) -> str:
        """What its Service, its pods and its account are called."""
        return self.reservation.owner.partition("/")[2]

    @property
    def kind(self) -> str:
        """What Istio's Gateway objects select it by."""
        return "eastwestgateway" if self.east_west else "ingressgateway"


def gateways(topology: Topology, cluster: str) -> tuple[Gateway, ...]:
    """The gateways that the plan gives a cluster."""
    item = mesh.member(topology, cluster)
    if item is None:
        return ()
    found = []
    for east_west in (False, True):
        reservation = mesh.gateway(topology, item, east_west=east_west)
        if reservation is not None:
            found.append(Gateway(member=item, reservation=reservation, east_west=east_west))
    return tuple(found)


def objects(item: Gateway) -> list[Object]:
    """The Service, account and role of a gateway."""
    meta = {"name": item.name, "namespace": item.namespace, "labels": dict(BASE)}
    group = "rbac.authorization.k8s.io"
    read = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "watch", "list"]}
    account = {"kind": "ServiceAccount", "name": item.name, "namespace": item.namespace}
    role = {"apiGroup": group, "kind": "Role", "name": item.name}
    return [
        _service(item),
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta},
        # istiod hands out certificates of the edge only to who may read their Secrets.
        {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": meta, "rules": [read]},
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": meta,
            "roleRef": role,
            "subjects": [account],
        },
    ]


def deployment(topology: Topology, item: Gateway) -> Object:
    """The pod of a gateway."""
    return istio_objects.program(item.name, item.namespace, labels(item), _pod(topology, item))


def labels(item: Gateway) -> dict[str, str]:
    """What its pod is labelled with."""
    found = {"app": item.name, "istio": item.kind}
    return found | {NETWORK: mesh.network(item.member)} if item.east_west else found


def _service(item: Gateway) -> Object:
    ports = [port.number for port in item.reservation.ports if port.protocol == "TCP"]
    targets = {port: port + _UP if port < _PRIVILEGED else port for port in ports}
    found = workloads.service(item.reservation.owner, [item.reservation], targets)
    if item.east_west:
        # By this label every istiod finds the way into the network.
        found["metadata"]["labels"] |= {
            NETWORK: mesh.network(item.member),
            "istio": item.kind,
        }
    return found


def credential(item: Gateway, pair: tuple[str, str]) -> Object:
    """The certificate and key of the edge where the gateway reads them."""
    chain, key = pair
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": {
            "name": credential_name(item),
            "namespace": item.namespace,
            "labels": dict(BASE),
        },
        "data": {
            "tls.crt": base64.b64encode(chain.encode()).decode(),
            "tls.key": base64.b64encode(key.encode()).decode(),
        },
    }


def credential_name(item: Gateway) -> str:
    """The Secret with the certificate of the gateway's address."""
    return f"{item.name}-edge"


def _pod(topology: Topology, item: Gateway) -> Object:
    network = mesh.network(item.member)
    values = {
        "PILOT_CERT_PROVIDER": "istiod",
        "CA_ADDR": discovery(),
        "TRUST_DOMAIN": mesh.trust_domain(topology),
        "PROXY_CONFIG": json.dumps(istio_objects.proxy_config()),
        "ISTIO_META_CLUSTER_ID": item.member.cluster,
        "ISTIO_META_MESH_ID": MESH_ID,
        "ISTIO_META_NETWORK": network,
        "ISTIO_META_WORKLOAD_NAME": item.name,
        **istio_objects.PROXY_METADATA,
    }
    if item.east_west:
        values["ISTIO_META_REQUESTED_NETWORK_VIEW"] = network
    fields = {
        "POD_NAME": "metadata.name",
        "POD_NAMESPACE": "metadata.namespace",
        "INSTANCE_IP": "status.podIP",
        "HOST_IP": "status.hostIP",
        "SERVICE_ACCOUNT": "spec.serviceAccountName",
        "ISTIO_META_NODE_NAME": "spec.nodeName",
    }
    ready = {"path": "/healthz/ready", "port": 15021}
    volumes: dict[str, tuple[str, Object]] = {
        "workload-socket": ("/var/run/secrets/workload-spiffe-uds", {"emptyDir": {}}),
        "credential-socket": ("/var/run/secrets/credential-uds", {"emptyDir": {}}),
        "workload-certs": ("/var/run/secrets/workload-spiffe-credentials", {"emptyDir": {}}),
        "istio-data": ("/var/lib/istio/data", {"emptyDir": {}}),
        "istio-envoy": ("/etc/istio/proxy", {"emptyDir": {"medium": "Memory"}}),
        "istiod-ca-cert": ("/var/run/secrets/istio", {"configMap": {"name": "istio-ca-root-cert"}}),
        "istio-token": ("/var/run/secrets/tokens", istio_objects.token_source()),
        "istio-podinfo": ("/etc/istio/pod", {"downwardAPI": {"items": _podinfo()}}),
    }
    container = {
        "name": "istio-proxy",
        "image": PROXY_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "proxy",
            "router",
            "--domain=$(POD_NAMESPACE).svc.cluster.local",
            "--proxyLogLevel=warning",
            "--proxyComponentLogLevel=misc:error",
            "--log_output_level=all:warn",
        ],
        "env": istio_objects.environment(values, fields),
        "startupProbe": {"httpGet": ready, "periodSeconds": 1, "failureThreshold": 600},
        "readinessProbe": {"httpGet": ready, "periodSeconds": 5},
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}},
        "securityContext": RESTRICTED,
        "volumeMounts": [{"name": k, "mountPath": path} for k, (path, _) in volumes.items()],
    }
    return {
        "serviceAccountName": item.name,
        "automountServiceAccountToken": False,
        "containers": [container],
        "volumes": [{"name": name, **source} for name, (_, source) in volumes.items()],
    }


def _podinfo() -> list[Object]:
    found = ("labels", "annotations")
    return [{"path": name, "fieldRef": {"fieldPath": f"metadata.{name}"}} for name in found]
