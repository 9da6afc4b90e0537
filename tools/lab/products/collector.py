"""The OpenTelemetry Collector, which takes the spans of a cluster and sends them to Tempo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools.lab import workloads
from tools.lab.build import images
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.products import programs
from tools.lab.products.telemetry import OTLP, Server, cluster_service, is_otlp_grpc
from trueline.model.product import Sender
from trueline.model.topology import Reservation

NAME = "otel-collector"
_HEALTH = 13133


def objects(deliveries: Sequence[tuple[Server, Sender]]) -> list[Object]:
    """A collector for each namespace that sends, with its Service `NAMESPACE/otel-collector`.

    Raises LabError where the plan wants what the collector cannot do.
    """
    spaces: dict[str, list[Server]] = {}
    for server, sender in deliveries:
        if sender.labels:
            raise LabError(f"{sender.at}: the lab's collector adds no labels to spans")
        spaces.setdefault(sender.namespace, []).append(server)
    found: list[Object] = []
    for namespace, servers in spaces.items():
        found += [workloads.namespace(namespace), cluster_service(namespace, NAME, _ports())]
        found += programs.objects(collector(namespace, servers))
    return found


def _ports() -> dict[str, int]:
    return {f"otlp-{name}": port for name, port in OTLP.items()}


def collector(namespace: str, servers: Sequence[Server]) -> programs.Program:
    """The collector of a namespace."""
    return programs.Program(
        namespace=namespace,
        name=NAME,
        image=images.COLLECTOR_IMAGE,
        args=(f"--config=file:/etc/{NAME}/config.yaml",),
        config={"config.yaml": config(servers)},
        ready=(_HEALTH, "/"),
        ports=tuple(OTLP.values()),
    )


def config(servers: Sequence[Server]) -> dict[str, Any]:
    """config.yaml: OTLP in on every interface, OTLP by gRPC out to each server, unbatched."""
    exporters = {f"otlp_grpc/{server.plan.name}": _exporter(server) for server in servers}
    return {
        "receivers": {
            "otlp": {"protocols": {name: {"endpoint": f":{port}"} for name, port in OTLP.items()}}
        },
        "exporters": exporters,
        "extensions": {"health_check": {"endpoint": f":{_HEALTH}"}},
        "service": {
            "extensions": ["health_check"],
            "pipelines": {"traces": {"receivers": ["otlp"], "exporters": list(exporters)}},
            "telemetry": {"logs": {"level": "warn"}, "metrics": {"level": "none"}},
        },
    }


def _exporter(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = {
        "endpoint": f"{server.host}:{grpc_port(server.reservation)}",
        "tls": {"insecure": True},
        "compression": "none",
        # A Tempo that comes back is not kept waiting.
        "retry_on_failure": {"initial_interval": "200ms", "max_interval": "1s"},
    }
    return found | ({"headers": server.headers} if server.headers else {})


def grpc_port(reservation: Reservation) -> int:
    """The planned port for OTLP by gRPC. Raises LabError where the plan has none."""
    for port in reservation.ports:
        if is_otlp_grpc(port):
            return port.number
    raise LabError(
        f"{reservation.at}: the collectors have no port to send spans to",
        fix="plan the port for OTLP by gRPC, 4317/TCP/grpc",
    )
