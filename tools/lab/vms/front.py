"""HAProxy in front of a cluster's API servers: connections go to those that say they are ready."""

from __future__ import annotations

from collections.abc import Sequence

from tools.lab.cluster import LabCluster
from tools.lab.machine import Machine

SERVICE = "haproxy"
_CONF = "/lab/conf"

# Health checks ask /readyz, and check the server's certificate against the cluster's own authority:
# what belongs to another cluster gets no connection. Connections to a server that is found dead are
# closed, so that clients open others instead of waiting on a silent one. One that answers late
# while everything on this machine is busy is not dead yet.
_HEAD = """\
global
    log stdout format raw local0 notice
    maxconn 2000
defaults
    mode tcp
    log global
    balance leastconn
    retries 3
    option redispatch
    timeout connect 2s
    timeout check 5s
    timeout client 1h
    timeout server 1h
    timeout client-fin 5s
    option httpchk GET /readyz
    http-check expect status 200
"""
_LISTEN = """\
listen {name}
    bind {address}:{port}
    default-server check check-ssl verify required ca-file {conf}/{name}-ca.crt \
inter 1s fastinter 250ms downinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
"""


def configuration(address: str, clusters: Sequence[LabCluster]) -> str:
    """haproxy.cfg: one TCP listener for each cluster that stands behind this address."""
    text = _HEAD
    for cluster in clusters:
        text += _LISTEN.format(
            name=cluster.name, address=_host(address), port=cluster.port, conf=_CONF
        )
        for machine in cluster.control_planes:
            backend = f"{_host(machine.spec.address)}:{cluster.port}"
            text += f"    server {machine.name} {backend}\n"
    return text


def start(machine: Machine, clusters: Sequence[LabCluster]) -> None:
    """Start HAProxy; the certificates of the clusters exist."""
    for cluster in clusters:
        authority = (cluster.pki / "ca.crt").read_text()
        machine.configure(f"{cluster.name}-ca.crt", authority)
    machine.configure("haproxy.cfg", configuration(machine.spec.address, clusters))
    machine.service_add(SERVICE, ["haproxy", "-db", "-f", f"{_CONF}/haproxy.cfg"])


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
