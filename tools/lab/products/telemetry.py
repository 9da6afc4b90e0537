"""Which telemetry a plan asks for: servers behind reservations, and who sends to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.lab import workloads
from tools.lab.addons import BASE
from tools.lab.kubeapi import Object
from trueline.model import product as planned
from trueline.model.topology import Cluster, Port, Reservation, Topology

TENANT = "X-Scope-OrgID"
OTLP = {"grpc": 4317, "http": 4318}
"""OTLP's own ports, by what carries it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A planned product, and the reservation that it stands behind."""

    plan: planned.Product
    reservation: Reservation

    @property
    def host(self) -> str:
        """Its address as it is written in a URL.

        Senders use it and no name, so that what breaks names breaks no delivery.
        """
        address = self.reservation.address
        return f"[{address}]" if address.version == 6 else str(address)

    @property
    def port(self) -> int:
        """The first TCP port of the plan."""
        return tcp_ports(self.reservation)[0]

    @property
    def headers(self) -> dict[str, str]:
        """What a client sends along: the tenant, where one is planned."""
        return {TENANT: self.plan.tenant} if self.plan.tenant else {}


def servers(topology: Topology, kind: str) -> list[Server]:
    """The products of a kind that the lab runs for real.

    Those behind a reservation with a TCP port, which the plan does not leave to a stand-in.
    """
    held = {f"reservation:{item}": item for item in topology.reservations if tcp_ports(item)}
    return [
        Server(item, held[item.target])
        for item in topology.products
        if item.kind == kind and not item.stand_in and item.target in held
    ]


def tcp_ports(reservation: Reservation) -> list[int]:
    """The planned TCP ports of a reservation, in the order of the file."""
    return [port.number for port in reservation.ports if port.protocol == "TCP"]


def is_otlp_grpc(port: Port) -> bool:
    """Whether a planned port is meant for OTLP by gRPC."""
    return port.number == OTLP["grpc"] or port.application == "grpc"


def owners(topology: Topology, cluster: Cluster, kind: str) -> frozenset[str]:
    """The Services (`namespace/service`) of a cluster behind which products of a kind stand."""
    return frozenset(served(topology, cluster, kind))


def served(topology: Topology, cluster: Cluster, kind: str) -> dict[str, Server]:
    """Owner -> server, for the servers of a kind in a cluster."""
    return {
        item.reservation.owner: item
        for item in servers(topology, kind)
        if item.reservation.cluster == cluster.name
    }


def sent(
    topology: Topology, cluster: Cluster, kind: str
) -> Iterator[tuple[Server, planned.Sender]]:
    """Each planned delivery out of a cluster into a server of a kind."""
    for server in servers(topology, kind):
        for sender in server.plan.senders:
            if sender.cluster == cluster.name:
                yield server, sender


def selector(labels: Mapping[str, str]) -> str:
    """Labels as PromQL and LogQL select by them; their strings are quoted as in JSON."""
    return f"{{{','.join(f'{key}={json.dumps(value)}' for key, value in labels.items())}}}"


def service(server: Server, cluster: Cluster, targets: Mapping[int, int]) -> Object:
    """The Service of a server, pinned to its planned addresses; `targets` as workloads.service."""
    owner = server.reservation.owner
    return workloads.service(owner, workloads.owners(cluster)[owner], targets)


def cluster_service(namespace: str, name: str, ports: Mapping[str, int]) -> Object:
    """A Service that only its own cluster reaches, for pods with the label `app` of its name."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name, **BASE}},
        "spec": {
            "selector": {"app": name},
            "ports": [{"name": key, "port": number} for key, number in ports.items()],
        },
    }
