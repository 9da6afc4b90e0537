"""Valid topologies as Python values, for every test that needs a plan and no file.

`world()` is the reference network with its corrections: two clusters on one segment, MetalLB
pools, reservations, names, flows, a mesh. The builders read addresses as text, and a `with_...`
function gives back the same plan with one thing changed:

    plan = with_reservation(world(), "control/vault", address="192.168.64.120")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from ipaddress import ip_address
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
from trueline.model.address import Cidr, Range
from trueline.model.source import Source
from trueline.model.topology import (
    Budgets,
    Cluster,
    Cni,
    Dns,
    Exemption,
    Flow,
    Identity,
    LoadBalancer,
    Mesh,
    MeshMember,
    Name,
    Node,
    Policy,
    Pool,
    Port,
    Reservation,
    Segment,
    Topology,
    Vantage,
    Vm,
    Zone,
)

TODAY = date(2026, 1, 15)


def at(line: int = 1) -> Source:
    """A line of the file the plan would have been read from."""
    return Source("topology.yaml", line)


def cidrs(*texts: str) -> tuple[Cidr, ...]:
    return tuple(Cidr.parse(text) for text in texts)


def ranges(*texts: str) -> tuple[Range, ...]:
    return tuple(Range.parse(text) for text in texts)


def port(text: str) -> Port:
    """Read `8200/TCP` or `8200/TCP/https`."""
    number, protocol, *application = text.split("/")
    return Port(
        number=int(number), protocol=protocol, application=application[0] if application else None
    )


def ports(*texts: str) -> tuple[Port, ...]:
    return tuple(port(text) for text in texts)


def segment(
    name: str = "lan",
    cidr: str = "192.168.64.0/24",
    gateway: str | None = "192.168.64.1",
    dhcp: Iterable[str] = ("192.168.64.50-192.168.64.99",),
    line: int = 5,
) -> Segment:
    return Segment(
        name=name,
        cidr=Cidr.parse(cidr),
        gateway=ip_address(gateway) if gateway else None,
        dhcp=ranges(*dhcp),
        at=at(line),
    )


def node(cluster: str, name: str, *addresses: str, role: str = "worker", line: int = 10) -> Node:
    return Node(
        cluster=cluster,
        name=name,
        role=role,
        addresses=tuple(ip_address(text) for text in addresses),
        at=at(line),
    )


def pool(
    cluster: str,
    name: str,
    *texts: str,
    segment: str = "lan",
    auto_assign: bool = False,
    advertise: str = "l2",
    line: int = 20,
) -> Pool:
    return Pool(
        cluster=cluster,
        name=name,
        segment=segment,
        ranges=ranges(*texts),
        auto_assign=auto_assign,
        advertise=advertise,
        at=at(line),
    )


def reservation(
    cluster: str,
    name: str,
    address: str,
    *port_texts: str,
    owner: str | None = None,
    tls_names: Iterable[str] = (),
    line: int = 30,
) -> Reservation:
    """A reserved address; its owner is `name/name` unless told."""
    return Reservation(
        cluster=cluster,
        name=name,
        address=ip_address(address),
        owner=owner or f"{name}/{name}",
        ports=ports(*port_texts),
        tls_names=tuple(tls_names),
        at=at(line),
    )


def cluster(
    name: str,
    *,
    pods: Iterable[str],
    services: Iterable[str],
    nodes: Iterable[Node] = (),
    pools: Iterable[Pool] = (),
    reservations: Iterable[Reservation] = (),
    api: str | None = None,
    dns_service: str | None = None,
    segment: str = "lan",
    line: int = 8,
    **changes: Any,
) -> Cluster:
    """A cluster on Flannel and MetalLB 0.13.12 whose context is its name."""
    plain = Cluster(
        name=name,
        context=name,
        kubeconfig=None,
        api=api,
        identity=Identity(ca_sha256=None, kube_system_uid=None),
        versions={"kubernetes": "1.34.4", "metallb": "0.13.12", "flannel": "0.26.7"},
        cni=Cni(kind="flannel", backend="vxlan", policy_enforced=False, at=at(line + 1)),
        segment=segment,
        pods=cidrs(*pods),
        node_prefix={4: 24},
        services=cidrs(*services),
        dns_service=ip_address(dns_service) if dns_service else None,
        nodes=tuple(nodes),
        load_balancer=LoadBalancer(
            kind="metallb",
            namespace="metallb-system",
            pools=tuple(pools),
            reservations=tuple(reservations),
            at=at(line + 2),
        ),
        at=at(line),
    )
    return replace(plain, **changes)


def vm(name: str, address: str | None, *port_texts: str, line: int = 120) -> Vm:
    return Vm(
        name=name,
        segment="lan",
        address=ip_address(address) if address else None,
        ports=ports(*port_texts),
        at=at(line),
    )


def zone(name: str, authority: str | None = "reservation:control/dns", line: int = 130) -> Zone:
    return Zone(name=name, authority=authority, at=at(line))


def dns_name(
    name: str, *addresses: str, vantages: Iterable[str] = ("host",), line: int = 140
) -> Name:
    return Name(
        name=name,
        addresses=tuple(ip_address(text) for text in addresses),
        vantages=tuple(vantages),
        at=at(line),
    )


def flow(
    name: str,
    source: str,
    target: str,
    port_text: str | None = None,
    *,
    expected: bool = True,
    line: int = 160,
) -> Flow:
    return Flow(
        name=name,
        source=source,
        target=target,
        port=port(port_text) if port_text else None,
        expected=expected,
        at=at(line),
    )


def member(
    cluster: str, network: str | None, ingress: str | None, east_west: str | None, line: int = 190
) -> MeshMember:
    return MeshMember(
        cluster=cluster, network=network, ingress=ingress, east_west=east_west, at=at(line)
    )


def policy(cluster: str, namespace: str, *allow_from: str, line: int = 200) -> Policy:
    return Policy(cluster=cluster, namespace=namespace, allow_from=allow_from, at=at(line))


def exemption(
    requirement: str = "PLAN-001",
    subject: str = "control",
    owner: str = "network team",
    reason: str = "waits for the new address plan",
    expires: date = date(2026, 6, 30),
    line: int = 220,
) -> Exemption:
    return Exemption(
        requirement=requirement,
        subject=subject,
        owner=owner,
        reason=reason,
        expires=expires,
        at=at(line),
    )


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
