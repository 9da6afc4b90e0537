"""The Services that the plan reserves addresses for, each with a labelled stand-in behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tools.lab.addons import BASE
from tools.lab.kubeapi import Object
from trueline.model.topology import Cluster, Reservation

IMAGE = "lab.local/backend:1"
PORT = 8080
STAND_IN = {"trueline.lab/stand-in": "true"}
PINNED = "metallb.universe.tf/loadBalancerIPs"
SYSTEM = ("default", "kube-system", "kube-public", "kube-node-lease")


def owners(cluster: Cluster) -> dict[str, list[Reservation]]:
    """`namespace/service` -> its reservations, in the order of the file."""
    found: dict[str, list[Reservation]] = {}
    for item in cluster.reservations:
        found.setdefault(item.owner, []).append(item)
    return found


def objects(cluster: Cluster, brought: Collection[str] = ()) -> list[Object]:
    """Namespaces, Services and Deployments for every reservation of the cluster.

    What products have `brought` themselves is left to them, but for the namespaces.
    """
    found = owners(cluster)
    spaces = dict.fromkeys(owner.partition("/")[0] for owner in found)
    result = [namespace(name) for name in spaces if name not in SYSTEM]
    for owner, items in found.items():
        if owner not in brought:
            item = service(owner, items)
            item["metadata"]["labels"] |= STAND_IN
            result.append(item)
    result += [deployment(cluster, owner) for owner in found if owner not in brought]
    return result


def namespace(name: str, labels: Mapping[str, str] | None = None) -> Object:
    """A namespace of the lab."""
    metadata = {"name": name, "labels": {**BASE, **(labels or {})}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def service(
    owner: str, items: list[Reservation], targets: Mapping[int, int] | None = None
) -> Object:
    """The LoadBalancer Service, pinned to its addresses, with every planned port.

    Its pods carry the label `app` with the Service's name. `targets` maps a port of the Service to
    the port of the pods; without it every port leads to the stand-in's.
    """
    namespace, _, name = owner.partition("/")
    ports = {
        f"{port.protocol.lower()}-{port.number}": {
            "name": f"{port.protocol.lower()}-{port.number}",
            "port": port.number,
            "protocol": port.protocol,
            "targetPort": PORT if targets is None else targets.get(port.number, port.number),
        }
        for item in items
        for port in item.ports
    }
    families = {item.address.version for item in items}
    spec: Object = {
        "type": "LoadBalancer",
        "selector": {"app": name},
        "ports": list(ports.values()) or [{"name": "http", "port": 80, "targetPort": PORT}],
    }
    if len(families) > 1:
        spec["ipFamilyPolicy"] = "RequireDualStack"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"app": name} | BASE,
            "annotations": {PINNED: ",".join(str(item.address) for item in items)},
        },
        "spec": spec,
    }


def deployment(cluster: Cluster, owner: str) -> Object:
    """One stand-in that answers HTTP and says who it is.

    It has no probes: the program serves before the kubelet could ask, and a probe a second for
    each Service is most of what an idle lab would do.
    """
    namespace, _, name = owner.partition("/")
    labels = {"app": name} | STAND_IN
    # A stand-in is in no mesh, even where its namespace is.
    outside = {"sidecar.istio.io/inject": "false"}
    container = {
        "name": "backend",
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [f"-listen=:{PORT}", f"-service={owner}", f"-cluster={cluster.name}"],
        "ports": [{"containerPort": PORT}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": labels | BASE},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": labels | outside},
                "spec": {
                    "automountServiceAccountToken": False,
                    "terminationGracePeriodSeconds": 1,
                    "containers": [container],
                },
            },
        },
    }


def endpoints(cluster: Cluster) -> list[tuple[str, int]]:
    """Every (address, TCP port) that must accept connections once the cluster is up."""
    found = []
    for item in cluster.reservations:
        ports = [port.number for port in item.ports if port.protocol == "TCP"]
        ports = ports or ([] if item.ports else [80])
        found += [(str(item.address), number) for number in ports]
    return found
