"""Tempo, as one process, behind its reservation."""

from __future__ import annotations

from typing import Any

from tools.lab.build import images
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import collector, spans, telemetry
from tools.lab.products.product import Product
from tools.lab.products.programs import Program, run
from tools.lab.products.programs import objects as of_program
from tools.lab.products.telemetry import OTLP, is_otlp_grpc
from trueline.model.topology import Cluster, Reservation, Topology

KIND = "tempo"
QUERY = 3200


def targets(reservation: Reservation) -> dict[int, int]:
    """Port of the Service -> port of the pods: OTLP by gRPC, OTLP by HTTP, or the queries."""
    found = {}
    for port in (item for item in reservation.ports if item.protocol == "TCP"):
        if is_otlp_grpc(port):
            found[port.number] = OTLP["grpc"]
        else:
            found[port.number] = OTLP["http"] if port.number == OTLP["http"] else QUERY
    return found


def query_port(reservation: Reservation) -> int | None:
    """The planned port that leads to the queries, None where there is none."""
    return next((port for port, to in targets(reservation).items() if to == QUERY), None)


def server(owner: str, *, tenants: bool) -> Program:
    """The server of a Service. With `tenants` it refuses who names none (X-Scope-OrgID)."""
    namespace, _, name = owner.partition("/")
    return Program(
        namespace=namespace,
        name=name,
        image=images.TEMPO_IMAGE,
        args=(f"-config.file=/etc/{name}/tempo.yaml",),
        config={"tempo.yaml": config(tenants=tenants)},
        ready=(QUERY, "/ready"),
        ports=(QUERY, *OTLP.values()),
    )


def config(*, tenants: bool) -> dict[str, Any]:
    """tempo.yaml: one process on its own disk, ready without delay; spans are searched at once.

    The receivers are told to listen everywhere: since 2.7 they listen on localhost alone.
    """
    return {
        "multitenancy_enabled": tenants,
        "server": {"http_listen_port": QUERY, "grpc_listen_port": 9095, "log_level": "warn"},
        "distributor": {
            "receivers": {
                "otlp": {
                    "protocols": {name: {"endpoint": f":{port}"} for name, port in OTLP.items()}
                }
            }
        },
        "ingester": {
            "lifecycler": {
                "min_ready_duration": "0s",
                "final_sleep": "0s",
                "ring": {"replication_factor": 1, "kvstore": {"store": "inmemory"}},
            },
            # A trace can be searched for, and not only asked by id, when it is written out.
            "trace_idle_period": "500ms",
            "flush_check_period": "500ms",
        },
        "storage": {
            "trace": {
                "backend": "local",
                "local": {"path": "/data/blocks"},
                "wal": {"path": "/data/wal"},
            }
        },
        "usage_report": {"reporting_enabled": False},
    }


def of_cluster(topology: Topology, cluster: Cluster) -> list[Object]:
    """The servers that stand in a cluster, and the collectors that send from it."""
    found: list[Object] = []
    for owner, item in telemetry.served(topology, cluster, KIND).items():
        pods = server(owner, tenants=item.plan.tenant is not None)
        found += [telemetry.service(item, cluster, targets(item.reservation)), *of_program(pods)]
    return found + collector.objects(list(telemetry.sent(topology, cluster, KIND)))


def _objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    return of_cluster(lab.topology, cluster.plan)


def _configure(lab: Lab, cluster: LabCluster) -> None:
    run(cluster, of_cluster(lab.topology, cluster.plan))


def _arrives(lab: Lab) -> None:
    for item in telemetry.servers(lab.topology, KIND):
        query = query_port(item.reservation)
        if query is not None:
            for sender in item.plan.senders:
                spans.arrive(lab, item, query, sender)


PRODUCT = Product(
    name="tempo",
    about="Tempo, and an OpenTelemetry Collector in each cluster that sends to it",
    wanted=lambda topology: bool(telemetry.servers(topology, KIND)),
    owners=lambda topology, cluster: telemetry.owners(topology, cluster, KIND),
    objects=_objects,
    configure=_configure,
    connect=_arrives,
    restore=_arrives,
)
