"""Loki, as one process, behind its reservation, with the planned tenant."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tools.lab.build import images
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import promtail, telemetry
from tools.lab.products.arrival import arrived
from tools.lab.products.product import Product
from tools.lab.products.programs import Program, run
from tools.lab.products.programs import objects as of_program
from trueline.model.topology import Cluster, Topology

KIND = "loki"
PORT = 3100
_GRPC = 9095


def server(owner: str, *, tenants: bool) -> Program:
    """The server of a Service. With `tenants` it refuses who names none (X-Scope-OrgID)."""
    namespace, _, name = owner.partition("/")
    return Program(
        namespace=namespace,
        name=name,
        image=images.LOKI_IMAGE,
        args=(f"-config.file=/etc/{name}/loki.yaml",),
        config={"loki.yaml": config(tenants=tenants)},
        ready=(PORT, "/ready"),
        ports=(PORT,),
    )


def config(*, tenants: bool) -> dict[str, Any]:
    """loki.yaml: one process that is a whole ring, on its own disk, ready without delay."""
    return {
        "auth_enabled": tenants,
        "server": {"http_listen_port": PORT, "grpc_listen_port": _GRPC, "log_level": "warn"},
        "common": {
            # The ring of one needs no address that others reach.
            "instance_addr": "127.0.0.1",
            "path_prefix": "/data",
            "replication_factor": 1,
            "storage": {
                "filesystem": {
                    "chunks_directory": "/data/chunks",
                    "rules_directory": "/data/rules",
                }
            },
            "ring": {"kvstore": {"store": "inmemory"}},
        },
        "ingester": {"lifecycler": {"min_ready_duration": "0s", "final_sleep": "0s"}},
        # By way of a ring, its parts need ten seconds to find each other. With a shorter look-up
        # they find a scheduler that does not run yet, and every query hangs.
        "frontend_worker": {"frontend_address": f"127.0.0.1:{_GRPC}"},
        "schema_config": {
            "configs": [
                {
                    "from": "2024-01-01",
                    "store": "tsdb",
                    "object_store": "filesystem",
                    "schema": "v13",
                    "index": {"prefix": "index_", "period": "24h"},
                }
            ]
        },
        "analytics": {"reporting_enabled": False},
    }


def of_cluster(topology: Topology, cluster: Cluster) -> list[Object]:
    """The servers that stand in a cluster, and the shippers that send from it."""
    found: list[Object] = []
    for owner, item in telemetry.served(topology, cluster, KIND).items():
        targets = dict.fromkeys(telemetry.tcp_ports(item.reservation), PORT)
        pods = server(owner, tenants=item.plan.tenant is not None)
        found += [telemetry.service(item, cluster, targets), *of_program(pods)]
    for item, sender in telemetry.sent(topology, cluster, KIND):
        found += promtail.objects(item, sender)
    return found


def _objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    return of_cluster(lab.topology, cluster.plan)


def _configure(lab: Lab, cluster: LabCluster) -> None:
    run(cluster, of_cluster(lab.topology, cluster.plan))


def _arrives(lab: Lab) -> None:
    for item in telemetry.servers(lab.topology, KIND):
        for sender in item.plan.senders:
            arrived(
                lab,
                f"{item.plan.name}: logs of {sender.cluster} arrive",
                item,
                f"/loki/api/v1/query?query={quote(promtail.fresh(sender))}",
            )


PRODUCT = Product(
    name="loki",
    about="Loki, and promtail (in the place of Fluent Bit) in each cluster that sends to it",
    wanted=lambda topology: bool(telemetry.servers(topology, KIND)),
    owners=lambda topology, cluster: telemetry.owners(topology, cluster, KIND),
    objects=_objects,
    configure=_configure,
    connect=_arrives,
    restore=_arrives,
)
