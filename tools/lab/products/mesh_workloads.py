"""The plan's own applications: the workloads of the mesh, and HTTP behind other addresses.

Where a plan says what stands behind its addresses, those it says no more about than that they
speak HTTP are its applications. A workload of the mesh with the Service or the name of one is that
application: it serves the reserved ports beside its own, in plaintext, as clients outside the mesh
need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.lab import mesh, workloads
from tools.lab.addons import BASE
from tools.lab.build.images import BACKEND
from tools.lab.kubeapi import Object
from tools.lab.products import istio_routes
from trueline.model.mesh import Workload
from trueline.model.topology import Reservation, Topology

_PLAIN = 8081


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """The pods of one application: a workload of the mesh, or behind a reservation, or both.

    `reserved` are the reservations of one Service.
    """

    cluster: str
    namespace: str
    name: str
    workload: Workload | None
    reserved: tuple[Reservation, ...]

    @property
    def plain(self) -> int:
        """The port of the pods on which they serve the reserved ports."""
        return _PLAIN + (self.workload is not None and self.workload.port == _PLAIN)

    @property
    def bypassed(self) -> tuple[int, ...]:
        """The reserved ports that lead to `plain` and not to the port of the mesh."""
        own = self.workload.port if self.workload and self.workload.service == self.owner else None
        numbers = [port.number for item in self.reserved for port in item.ports]
        return tuple(number for number in dict.fromkeys(numbers) if number != own)

    @property
    def owner(self) -> str | None:
        """The Service of the reservations."""
        return self.reserved[0].owner if self.reserved else None


def pods(topology: Topology, cluster: str) -> tuple[Pods, ...]:
    """The applications of a cluster, those of the mesh first."""
    left = applications(topology, cluster)
    found = []
    for item in mesh.workloads(topology, cluster):
        names = (item.service, f"{item.namespace}/{item.name}")
        owner = next((name for name in names if name in left), None)
        found.append(
            Pods(
                cluster=cluster,
                namespace=item.namespace,
                name=item.name,
                workload=item,
                reserved=left.pop(owner) if owner else (),
            )
        )
    for owner, reserved in left.items():
        namespace, _, name = owner.partition("/")
        found.append(
            Pods(cluster=cluster, namespace=namespace, name=name, workload=None, reserved=reserved)
        )
    return tuple(found)


def applications(topology: Topology, cluster: str) -> dict[str, tuple[Reservation, ...]]:
    """`namespace/service` -> its reservations, of which the plan says no more than HTTP."""
    if topology.mesh is None and not topology.products:
        return {}
    taken = {product.target for product in topology.products}
    gateways = {
        getattr(item, kind)
        for item in mesh.members(topology)
        if item.cluster == cluster
        for kind in ("ingress", "east_west")
    }
    found = {}
    for owner, items in workloads.owners(topology.cluster(cluster)).items():
        promised = any(f"reservation:{item}" in taken or item.name in gateways for item in items)
        spoken = {port.application for item in items for port in item.ports}
        if not promised and spoken == {"http"}:
            found[owner] = tuple(items)
    return found


def objects(item: Pods) -> list[Object]:
    """The Services and the account of an application."""
    found: list[Object] = []
    if item.owner is not None:
        found.append(_reserved_service(item, item.owner))
    if item.workload is not None:
        account = {"name": item.workload.service_account, "namespace": item.namespace}
        metadata = account | {"labels": dict(BASE)}
        found.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        if item.workload.service != item.owner:
            found.append(service(item.workload))
    return found


def called(topology: Topology, cluster: str) -> list[Object]:
    """The Services of workloads that run in other clusters: a name, and no pods behind it."""
    elsewhere = [w for w in mesh.known(topology, cluster) if w.cluster != cluster]
    return [service(item) for item in elsewhere]


def service(item: Workload) -> Object:
    """The Service of a workload, the same in every cluster that knows it."""
    name = item.service.partition("/")[2]
    port = {
        "name": "http",
        "port": item.port,
        "targetPort": item.port,
        "appProtocol": "http",
    }
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": item.namespace, "labels": {"app": name} | BASE},
        "spec": {"selector": {"app": item.name}, "ports": [port]},
    }


def _reserved_service(item: Pods, owner: str) -> Object:
    targets = dict.fromkeys(item.bypassed, item.plain)
    found = workloads.service(owner, list(item.reserved), targets)
    found["spec"]["selector"] = {"app": item.name}
    for port in found["spec"]["ports"]:
        port["appProtocol"] = "http"
    return found


def peer_authentication(item: Pods) -> Object:
    """What a workload accepts: as planned on its own port, plaintext on the reserved ones.

    Raises ValueError for an application outside the mesh.
    """
    if item.workload is None:
        raise ValueError(f"{item.namespace}/{item.name} is not in the mesh")
    mode = "STRICT" if item.workload.strict else "PERMISSIVE"
    spec: Object = {"selector": {"matchLabels": {"app": item.name}}, "mtls": {"mode": mode}}
    if item.bypassed:
        spec["portLevelMtls"] = {str(item.plain): {"mode": "DISABLE"}}
    return istio_routes.peer_authentication(item.namespace, item.name, spec)


def deployment(item: Pods) -> Object:
    """The pods: one program a Service, because each answers with the name it was asked by."""
    labels = {"app": item.name}
    served: dict[str, list[int]] = {}
    if item.workload is not None:
        served[item.workload.service] = [item.workload.port]
    if item.owner is not None and item.bypassed:
        served.setdefault(item.owner, []).append(item.plain)
    pod: Object = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 1,
        "containers": list(_containers(item, served)),
    }
    if item.workload is not None:
        pod["serviceAccountName"] = item.workload.service_account
    else:
        labels["sidecar.istio.io/inject"] = "false"
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": item.name,
            "namespace": item.namespace,
            "labels": {"app": item.name} | BASE,
        },
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": item.name}},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def _containers(item: Pods, served: Mapping[str, Iterable[int]]) -> Iterable[Object]:
    for owner, ports in served.items():
        listen = ",".join(f":{port}" for port in ports)
        yield {
            "name": owner.partition("/")[2],
            "image": BACKEND,
            "imagePullPolicy": "IfNotPresent",
            "args": [f"-listen={listen}", f"-service={owner}", f"-cluster={item.cluster}"],
            "ports": [{"containerPort": port} for port in ports],
            "resources": {"requests": {"cpu": "5m", "memory": "16Mi"}},
            "securityContext": {
                "runAsUser": 65534,
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            },
        }
