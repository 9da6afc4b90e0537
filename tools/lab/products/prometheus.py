"""Prometheus behind its reservation, with the remote-write receiver on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tools.lab.build import images
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import prometheus_agent, telemetry
from tools.lab.products.arrival import arrived
from tools.lab.products.product import Product
from tools.lab.products.programs import Program, run
from tools.lab.products.programs import objects as of_program
from trueline.model.topology import Cluster, Topology

KIND = "prometheus"
PORT = 9090


def server(owner: str) -> Program:
    """The server of a Service: it keeps two hours, and scrapes nothing but itself."""
    namespace, _, name = owner.partition("/")
    return Program(
        namespace=namespace,
        name=name,
        image=images.PROMETHEUS_IMAGE,
        args=(
            f"--config.file=/etc/{name}/prometheus.yml",
            f"--web.listen-address=:{PORT}",
            "--web.enable-remote-write-receiver",
            "--storage.tsdb.path=/data",
            "--storage.tsdb.retention.time=2h",
            "--log.level=warn",
        ),
        config={"prometheus.yml": config()},
        ready=(PORT, "/-/ready"),
        ports=(PORT,),
    )


def config() -> dict[str, Any]:
    """prometheus.yml: itself, every five seconds."""
    return {
        "global": {"scrape_interval": "5s"},
        "scrape_configs": [
            {"job_name": "prometheus", "static_configs": [{"targets": [f"localhost:{PORT}"]}]}
        ],
    }


def of_cluster(topology: Topology, cluster: Cluster) -> list[Object]:
    """The servers that stand in a cluster, and the agents that send from it."""
    found: list[Object] = []
    for owner, item in telemetry.served(topology, cluster, KIND).items():
        targets = dict.fromkeys(telemetry.tcp_ports(item.reservation), PORT)
        found += [telemetry.service(item, cluster, targets), *of_program(server(owner))]
    for item, sender in telemetry.sent(topology, cluster, KIND):
        found += prometheus_agent.objects(item, sender)
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
                f"{item.plan.name}: metrics of {sender.cluster} arrive",
                item,
                f"/api/v1/query?query={quote(prometheus_agent.fresh(sender))}",
            )


PRODUCT = Product(
    name="prometheus",
    about="Prometheus with remote-write receiver, and an agent in each cluster that sends to it",
    wanted=lambda topology: bool(telemetry.servers(topology, KIND)),
    owners=lambda topology, cluster: telemetry.owners(topology, cluster, KIND),
    objects=_objects,
    configure=_configure,
    connect=_arrives,
    restore=_arrives,
)
