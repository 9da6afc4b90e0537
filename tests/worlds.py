"""Valid topologies as Python values, for every test that needs a plan and no file.

`world()` is the reference network with its corrections: two clusters on one segment, MetalLB
pools, reservations, names, flows, a mesh. The builders read addresses as text, and a `with_...`
function gives back the same plan with one thing changed:

    plan = with_reservation(world(), "control/vault", address="192.168.64.120")
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.changes import with_cluster as with_cluster
from tests.changes import with_flow as with_flow
from tests.changes import with_load_balancer as with_load_balancer
from tests.changes import with_more as with_more
from tests.changes import with_more_in as with_more_in
from tests.changes import with_name as with_name
from tests.changes import with_node as with_node
from tests.changes import with_pool as with_pool
from tests.changes import with_reservation as with_reservation
from tests.changes import with_segment as with_segment
from tests.changes import with_vm as with_vm
from tests.changes import with_zone as with_zone
from tests.changes import without_name as without_name
from tests.parts import TODAY as TODAY
from tests.parts import at as at
from tests.parts import cidrs as cidrs
from tests.parts import cluster as cluster
from tests.parts import dns_name as dns_name
from tests.parts import exemption as exemption
from tests.parts import flow as flow
from tests.parts import member as member
from tests.parts import node as node
from tests.parts import policy as policy
from tests.parts import pool as pool
from tests.parts import port as port
from tests.parts import ports as ports
from tests.parts import ranges as ranges
from tests.parts import reservation as reservation
from tests.parts import segment as segment
from tests.parts import vm as vm
from tests.parts import zone as zone
from trueline.model.mesh import Mesh
from trueline.model.topology import Budgets, Cluster, Dns, Topology, Vantage

EAST_WEST = ("15443/TCP/tls", "15012/TCP/tls", "15017/TCP/tls", "15021/TCP/http")


def control(**changes: Any) -> Cluster:
    """The control cluster of the reference, in its own corrected form."""
    name = "control"
    return cluster(
        name,
        **{
            "line": 8,
            "api": "https://192.168.64.10:6443",
            "pods": ["10.244.0.0/16"],
            "services": ["10.96.0.0/16"],
            "dns_service": "10.96.0.10",
            "nodes": [
                node(name, "control-cp-1", "192.168.64.11", role="control-plane", line=11),
                node(name, "control-worker-1", "192.168.64.12", line=12),
                node(name, "control-worker-2", "192.168.64.13", line=13),
            ],
            "pools": [
                pool(name, "reserved", "192.168.64.100-192.168.64.108", line=20),
                pool(name, "spare", "192.168.64.109-192.168.64.110", auto_assign=True, line=21),
            ],
            "reservations": [
                reservation(name, "argocd", "192.168.64.100", "443/TCP/https", line=30,
                            tls_names=["argocd.control.test"]),
                reservation(name, "prometheus", "192.168.64.101", "9090/TCP/http", line=31),
                reservation(name, "grafana", "192.168.64.102", "3000/TCP/http", line=32),
                reservation(name, "vault", "192.168.64.103", "8200/TCP/http", line=33),
                reservation(name, "loki", "192.168.64.104", "3100/TCP/http", line=34),
                reservation(name, "tempo", "192.168.64.105", "4317/TCP/grpc", "3200/TCP/http",
                            line=35),
                reservation(name, "ingress", "192.168.64.106", "80/TCP/http", line=36,
                            owner="istio-system/istio-ingressgateway"),
                reservation(name, "east-west", "192.168.64.107", *EAST_WEST, line=37,
                            owner="istio-system/istio-eastwestgateway",
                            tls_names=["*.control.mesh"]),
                reservation(name, "dns", "192.168.64.108", "53/UDP/dns", "53/TCP/dns", line=38),
            ],
            **changes,
        },
    )  # fmt: skip


def app(**changes: Any) -> Cluster:
    """The app cluster of the reference, in its own corrected form."""
    name = "app"
    return cluster(
        name,
        **{
            "line": 60,
            "api": "https://192.168.64.20:6443",
            "pods": ["10.245.0.0/16"],
            "services": ["10.97.0.0/16"],
            "dns_service": "10.97.0.10",
            "nodes": [
                node(name, "app-cp-1", "192.168.64.21", role="control-plane", line=63),
                node(name, "app-worker-1", "192.168.64.22", line=64),
                node(name, "app-worker-2", "192.168.64.23", line=65),
            ],
            "pools": [
                pool(name, "reserved", "192.168.64.120-192.168.64.123", line=70),
                pool(name, "spare", "192.168.64.124-192.168.64.140", auto_assign=True, line=71),
            ],
            "reservations": [
                reservation(name, "ingress", "192.168.64.120", "80/TCP/http", line=80,
                            owner="istio-system/istio-ingressgateway"),
                reservation(name, "app1", "192.168.64.121", "80/TCP/http", line=81),
                reservation(name, "app2", "192.168.64.122", "80/TCP/http", line=82),
                reservation(name, "east-west", "192.168.64.123", *EAST_WEST, line=83,
                            owner="istio-system/istio-eastwestgateway",
                            tls_names=["*.app.mesh"]),
            ],
            **changes,
        },
    )  # fmt: skip


def world(**changes: Any) -> Topology:
    """The corrected reference: what every plan check passes. `changes` replace whole fields."""
    clusters = (control(), app())
    named = [
        dns_name(f"{item.name}.{part.name}.test", str(item.address), line=140 + index)
        for part in clusters
        for index, item in enumerate(part.reservations, start=10 * (part.name == "app"))
    ]
    plain = Topology(
        name="reference",
        runs_in="lab",
        segments=(segment(),),
        clusters=clusters,
        vms=(
            vm("redis", "192.168.64.31", "6379/TCP", line=120),
            vm("mysql", "192.168.64.32", "3306/TCP", line=121),
        ),
        dns=Dns(
            zones=(zone("control.test", line=130), zone("app.test", line=131)),
            names=(
                *named,
                dns_name("api.control.test", "192.168.64.10", line=154),
                dns_name("api.app.test", "192.168.64.20", line=155),
                dns_name("redis.control.test", "192.168.64.31", line=156),
                dns_name("mysql.control.test", "192.168.64.32", line=157),
            ),
        ),
        flows=(
            flow("metrics", "pods:app", "reservation:control/prometheus", "9090/TCP", line=160),
            flow("logs", "pods:app", "reservation:control/loki", "3100/TCP", line=161),
            flow("traces", "pods:app", "reservation:control/tempo", "4317/TCP", line=162),
            flow("trace queries", "pods:control", "reservation:control/tempo", "3200/TCP",
                 line=163),
            flow("secrets", "pods:app", "reservation:control/vault", "8200/TCP", line=164),
            flow("gitops", "pods:control", "api:app", "6443/TCP", line=165),
            flow("discovery", "pods:app", "api:control", "6443/TCP", line=166),
            flow("argocd", "vantage:host", "reservation:control/argocd", "443/TCP", line=167),
            flow("dashboards", "vantage:host", "reservation:control/grafana", "3000/TCP",
                 line=168),
            flow("control ingress", "vantage:host", "reservation:control/ingress", "80/TCP",
                 line=169),
            flow("mesh to control", "pods:app", "reservation:control/east-west", "15443/TCP",
                 line=170),
            flow("mesh to app", "pods:control", "reservation:app/east-west", "15443/TCP",
                 line=171),
            flow("names", "segment:lan", "reservation:control/dns", "53/UDP", line=172),
            flow("app ingress", "vantage:host", "reservation:app/ingress", "80/TCP", line=173),
            flow("app1", "vantage:host", "reservation:app/app1", "80/TCP", line=174),
            flow("app2", "vantage:host", "reservation:app/app2", "80/TCP", line=175),
            flow("cache", "pods:control", "vm:redis", "6379/TCP", line=176),
            flow("database", "pods:control", "vm:mysql", "3306/TCP", line=177),
            flow("no pods to app", "pods:control", "pods:app", expected=False, line=178),
            flow("no pods to control", "pods:app", "pods:control", expected=False, line=179),
        ),
        mesh=Mesh(
            trust_domain="mesh.test",
            root_sha256=None,
            mode="strict",
            members=(
                member("control", "network-control", "ingress", "east-west", line=191),
                member("app", "network-app", "ingress", "east-west", line=192),
            ),
            at=at(190),
        ),
        policies=(),
        vantages=(
            Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(210)),
            Vantage(name="pod-app", kind="pod", cluster="app", segment=None, at=at(211)),
        ),
        budgets=Budgets(api_timeout=5.0, arp_window=0.85, convergence=30.0, connect_timeout=1.2),
        exemptions=(),
        at=at(1),
    )  # fmt: skip
    return replace(plain, **changes)
