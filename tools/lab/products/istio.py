"""Istio in each member of the mesh: control plane, gateways, and their view of one another.

Several primaries on different networks: every member has an istiod of its own, which signs under
the one root of the mesh and watches the other members' API servers.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from tools.lab import addons, edge, mesh, workloads
from tools.lab.addons import BASE
from tools.lab.build.components import ISTIO_RELEASE
from tools.lab.build.images import BACKEND, PROXY_IMAGE
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import UNREADY, ApiError, Object
from tools.lab.lab import Lab
from tools.lab.products import (
    istio_access,
    istio_gateways,
    istio_objects,
    istio_routes,
    mesh_pki,
    mesh_workloads,
)
from tools.lab.products.istio_objects import MESH_ID, NAMESPACE, NETWORK
from tools.lab.products.product import Product
from tools.lab.products.programs import available
from tools.lab.waiting import until
from trueline.model.mesh import MeshMember
from trueline.model.topology import Cluster, Topology

_WITHIN = 120.0

# Stock Envoy has none of Istio's own filters, and refuses a configuration that names them.
_STOCK_ENVOY = {
    "PILOT_ENABLE_ALPN_FILTER": "false",
    "PILOT_ENABLE_METADATA_EXCHANGE": "false",
    "PILOT_DISABLE_MX_ALPN": "true",
}
# What the lab asks nothing of, and what would only write to the API over and over.
_LEFT_OUT = {
    "ENABLE_LEADER_ELECTION": "false",
    "PILOT_ENABLE_CA_CRL": "false",
    "PILOT_ENABLE_GATEWAY_API": "false",
    "PILOT_ENABLE_WORKLOAD_ENTRY_AUTOREGISTRATION": "false",
}


def watched(topology: Topology) -> tuple[str, ...]:
    """The namespaces that the mesh looks into: its own, those with sidecars, those routed to.

    They are the same everywhere, because a control plane looks into all clusters alike.
    """
    spaces = [NAMESPACE]
    for item in mesh.members(topology):
        spaces += _spaces(topology, item.cluster)
    spaces += [route.service.partition("/")[0] for route in topology.ingress.routes]
    spaces += [
        vantage.namespace or topology.probes.namespace
        for vantage in topology.vantages
        if vantage.in_mesh and vantage.pod is None
    ]
    return tuple(dict.fromkeys(spaces))


def _spaces(topology: Topology, cluster: str) -> tuple[str, ...]:
    """The namespaces of a cluster that have a proxy in them from the start."""
    found = [item.namespace for item in istio_gateways.gateways(topology, cluster)]
    return tuple(dict.fromkeys((NAMESPACE, *found, *mesh.injected(topology, cluster))))


def mesh_config(topology: Topology) -> dict[str, Any]:
    """The mesh's configuration, the same in every member."""
    selector = {
        "key": "kubernetes.io/metadata.name",
        "operator": "In",
        "values": list(watched(topology)),
    }
    return {
        "trustDomain": mesh.trust_domain(topology),
        "rootNamespace": NAMESPACE,
        "ingressControllerMode": "OFF",
        "discoverySelectors": [{"matchExpressions": [selector]}],
        "defaultConfig": istio_objects.proxy_config(),
    }


def injection_values(stock: dict[str, Any], item: MeshMember) -> dict[str, Any]:
    """The values of the sidecar's template: the stock ones with what this member is called."""
    top = stock["global"]
    ours = {
        "hub": PROXY_IMAGE.rpartition("/")[0],
        "tag": ISTIO_RELEASE,
        "imagePullPolicy": "IfNotPresent",
        "meshID": MESH_ID,
        "network": mesh.network(item),
        "multiCluster": {"clusterName": item.cluster},
        "logging": {"level": "all:warn"},
        "proxy": top["proxy"] | {"resources": {"requests": {"cpu": "10m", "memory": "64Mi"}}},
    }
    return stock | {"global": top | ours}


def injector(item: MeshMember) -> Object:
    """The ConfigMap from which istiod makes sidecars."""
    built = json.loads(addons.manifest("istio-injection"))
    config = {
        "policy": "enabled",
        "defaultTemplates": ["sidecar"],
        "templates": {"sidecar": built["template"]},
    }
    values = injection_values(built["values"], item)
    return istio_objects.config_map(
        "istio-sidecar-injector", {"config": json.dumps(config), "values": json.dumps(values)}
    )


def definitions() -> list[Object]:
    """The kinds of Istio's own objects."""
    found: list[Object] = json.loads(addons.manifest("istio-crds"))
    for item in found:
        item["metadata"]["labels"] = item["metadata"].get("labels", {}) | BASE
    return found


def of_cluster(topology: Topology, cluster: str) -> list[Object]:
    """The control plane and the gateways of a cluster, but for what is in Istio's own kinds."""
    item = mesh.member(topology, cluster)
    if item is None:
        return []
    mesh_pki.mint(topology)
    root = mesh_pki.root()
    spaces = {space: mesh.labels(topology, cluster, space) for space in _spaces(topology, cluster)}
    spaces[NAMESPACE][NETWORK] = mesh.network(item)
    config = {"mesh": json.dumps(mesh_config(topology)), "meshNetworks": "networks: {}"}
    found = [
        *(workloads.namespace(name, labels) for name, labels in spaces.items()),
        *definitions(),
        *istio_access.roles(),
        mesh_pki.secret(cluster, NAMESPACE),
        # istiod writes these too, but once it runs, and pods that mount them would wait for it.
        *(istio_objects.trusted_root(space, root) for space in spaces),
        istio_objects.config_map("istio", config),
        injector(item),
        istio_objects.service(),
        istio_objects.webhook(base64.b64encode(root.encode()).decode()),
        istio_objects.deployment(cluster, _STOCK_ENVOY | _LEFT_OUT),
    ]
    for gateway in istio_gateways.gateways(topology, cluster):
        found += istio_gateways.objects(gateway)
    return found


def configuration(topology: Topology, cluster: str) -> list[Object]:
    """What a member's control plane is told, in Istio's own kinds."""
    found = istio_routes.mesh_mode(topology)
    for gateway in istio_gateways.gateways(topology, cluster):
        found += istio_routes.objects(topology, gateway)
    for pod in mesh_workloads.pods(topology, cluster):
        if pod.workload is not None:
            found.append(mesh_workloads.peer_authentication(pod))
    return found


def owners(topology: Topology, cluster: Cluster) -> frozenset[str]:
    """The Services of a cluster's gateways."""
    found = istio_gateways.gateways(topology, cluster.name)
    return frozenset(item.reservation.owner for item in found)


def _objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    if "coredns" in lab.record.without:
        raise LabError(
            "the proxies of the mesh find istiod by cluster DNS",
            fix="leave istio out as well: up --without coredns --without istio",
        )
    found = of_cluster(lab.topology, cluster.name)
    for gateway in istio_gateways.gateways(lab.topology, cluster.name):
        if istio_routes.ends_tls(lab.topology, gateway):
            pair = edge.certificate(lab, gateway.reservation)
            found.append(istio_gateways.credential(gateway, pair))
    return found


def _configure(lab: Lab, cluster: LabCluster) -> None:
    topology = lab.topology
    if mesh.member(topology, cluster.name) is None:
        return
    told = configuration(topology, cluster.name)
    until(f"{cluster.name}: Istio's kinds are served", lambda: _told(cluster, told), within=30)
    _runs(cluster, NAMESPACE, "istiod")
    # Not earlier: a proxy that finds no istiod asks again after up to half a minute.
    gateways = istio_gateways.gateways(topology, cluster.name)
    cluster.api.create_all(istio_gateways.deployment(topology, item) for item in gateways)
    for space in mesh.injected(topology, cluster.name):
        _injects(cluster, space)
    for item in gateways:
        _runs(cluster, item.namespace, item.name)


def _injects(cluster: LabCluster, namespace: str) -> None:
    """Wait until a pod of a namespace would get a sidecar. Raises TimedOut."""
    until(
        f"{cluster.name}: pods of {namespace} get a sidecar",
        lambda: _sidecar(cluster, namespace),
        within=_WITHIN,
        every=0.25,
        fix=f"python -m tools.lab pod {cluster.name} -n {NAMESPACE} logs -l app=istiod",
    )


def _sidecar(cluster: LabCluster, namespace: str) -> bool:
    """Whether a pod of a namespace would get a sidecar now; none is made."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "sidecar-trial", "namespace": namespace},
        "spec": {"containers": [{"name": "trial", "image": BACKEND}]},
    }
    path = f"/api/v1/namespaces/{namespace}/pods?dryRun=All"
    try:
        status, text = cluster.api.raw("POST", path, pod)
    except OSError:
        return False
    if status != 201:
        return False
    spec = json.loads(text)["spec"]
    found = [*spec["containers"], *spec.get("initContainers", [])]
    return any(container["name"] == "istio-proxy" for container in found)


def _told(cluster: LabCluster, objects: list[Object]) -> bool:
    """Create objects of kinds that are new themselves; false while the API does not serve them."""
    try:
        cluster.api.create_all(objects)
    except ApiError as error:
        if error.status in (404, *UNREADY):
            return False
        raise
    return True


def _runs(cluster: LabCluster, namespace: str, name: str) -> None:
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    until(
        f"{cluster.name}: {namespace}/{name} is ready",
        lambda: available(cluster.api.get(path)),
        within=_WITHIN,
        every=0.25,
        fix=f"python -m tools.lab pod {cluster.name} -n {namespace} describe pods -l app={name}",
    )


def _connect(lab: Lab) -> None:
    """Give every member what it needs to watch every other, and wait until it does."""
    clusters = [lab.cluster(item.cluster) for item in mesh.members(lab.topology)]
    for remote in clusters:
        token = istio_access.token(remote)
        for cluster in clusters:
            if cluster is not remote:
                cluster.api.create(istio_access.remote_secret(remote, token))
    for cluster in clusters:
        others = {remote.name for remote in clusters if remote is not cluster}
        istio_access.watches(cluster, others)


PRODUCT = Product(
    name="istio",
    about="Istio in each member of the mesh, under one root, with its gateways",
    wanted=lambda topology: topology.mesh is not None,
    owners=owners,
    objects=_objects,
    configure=_configure,
    connect=_connect,
)
