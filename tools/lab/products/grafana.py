"""The one stand-in among the products: Grafana cannot be built from Go modules alone.

It has the planned data sources, asks them when it is asked about them, and says in every answer
that it is a stand-in.
"""

from __future__ import annotations

import json
from typing import Any

from tools.lab import workloads
from tools.lab.addons import BASE
from tools.lab.build.images import GRAFANA_IMAGE
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products.product import Product
from tools.lab.vms import passwords, roles
from tools.lab.workloads import STAND_IN
from trueline.model import product as planned
from trueline.model.topology import Cluster, Port, Reservation, Topology, Vm

_PORT = 3000
_SECRET = "grafana-database"
_WEB = ("http", "https")


def wanted(topology: Topology) -> bool:
    """Whether the plan has a Grafana that may be a stand-in."""
    return bool(_planned(topology))


def _planned(topology: Topology) -> list[tuple[planned.Product, Reservation]]:
    held = {f"reservation:{item}": item for item in topology.reservations}
    return [
        (item, held[item.target])
        for item in topology.products
        if item.kind == "grafana" and item.stand_in and item.target in held
    ]


def _here(topology: Topology, cluster: Cluster) -> list[tuple[planned.Product, Reservation]]:
    return [(p, at) for p, at in _planned(topology) if at.cluster == cluster.name]


def owners(topology: Topology, cluster: Cluster) -> frozenset[str]:
    """The Services of the addresses it stands behind."""
    return frozenset(at.owner for _, at in _here(topology, cluster))


def objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    """The Service and the Deployment of each, with the account of its database if it has one."""
    found: list[Object] = []
    for item, at in _here(lab.topology, cluster.plan):
        reservations = [r for r in cluster.plan.reservations if r.owner == at.owner]
        targets = {port.number: _PORT for r in reservations for port in r.ports}
        service = workloads.service(at.owner, reservations, targets)
        service["metadata"]["labels"] |= STAND_IN
        store = database(lab.topology, at)
        if store is not None and store[0].name not in lab.machines:
            store = None
        if store is not None:
            found.append(_account(at, store[0]))
        found += [service, deployment(lab.topology, item, at, store)]
    return found


def deployment(
    topology: Topology, item: planned.Product, at: Reservation, store: tuple[Vm, int] | None
) -> Object:
    """One pod with its data sources, in JSON, on its command line."""
    namespace, _, name = at.owner.partition("/")
    labels = {"app": name} | STAND_IN
    container: Object = {
        "name": name,
        "image": GRAFANA_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [f"-listen=:{_PORT}", f"-sources={json.dumps(sources(topology, item))}"],
        "ports": [{"containerPort": _PORT}],
    }
    if store is not None:
        vm, port = store
        container["args"].append(f"-database={_host(str(vm.address))}:{port}")
        container["env"] = [
            {"name": f"DATABASE_{key.upper()}", "valueFrom": _reference(key)}
            for key in ("user", "password")
        ]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": labels | BASE},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "automountServiceAccountToken": False,
                    "terminationGracePeriodSeconds": 1,
                    "containers": [container],
                },
            },
        },
    }


def sources(topology: Topology, item: planned.Product) -> list[dict[str, Any]]:
    """Its data sources: name, type, URL and the headers of every query.

    Raises LabError where the plan gives a product no address, or no port for HTTP.
    """
    products = {product.name: product for product in topology.products}
    found = []
    for name, target in item.data_sources.items():
        product = products[target]
        source = {"name": name, "type": product.kind, "url": url(topology, product)}
        headers = {"X-Scope-OrgID": product.tenant} if product.tenant else {}
        found.append(source | ({"headers": headers} if headers else {}))
    return found


def url(topology: Topology, product: planned.Product) -> str:
    """Where a product answers HTTP: its first planned port that does."""
    kind, _, name = product.target.partition(":")
    ports: tuple[Port, ...] = ()
    address = ""
    if kind == "reservation":
        at = next(item for item in topology.reservations if str(item) == name)
        address, ports = str(at.address), at.ports
    else:
        vm = next(item for item in topology.vms if item.name == name)
        address, ports = str(vm.address or ""), vm.ports
    web = [port for port in ports if port.application in _WEB]
    if not address or not web:
        raise LabError(f"{product.at}: {product.name} has no planned port for HTTP")
    return f"{web[0].application}://{_host(address)}:{web[0].number}"


def database(topology: Topology, at: Reservation) -> tuple[Vm, int] | None:
    """The VM, and its port, of the MySQL that a planned flow leads to from its namespace."""
    source = f"pods:{at.cluster}/{at.owner.partition('/')[0]}"
    targets = {f.target for f in topology.flows if f.expected and f.source == source}
    for vm in topology.vms:
        port = roles.of(topology, vm).mysql
        if f"vm:{vm.name}" in targets and port is not None:
            return vm, port
    return None


def _account(at: Reservation, vm: Vm) -> Object:
    namespace = at.owner.partition("/")[0]
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": _SECRET, "namespace": namespace, "labels": dict(BASE)},
        "stringData": {"user": namespace, "password": passwords.read(vm.name, namespace)},
    }


def _reference(key: str) -> Object:
    return {"secretKeyRef": {"name": _SECRET, "key": key}}


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


PRODUCT = Product(
    name="grafana",
    about="a stand-in for Grafana that asks its data sources",
    wanted=wanted,
    owners=owners,
    objects=objects,
)
