"""The parts of a plan from text: clusters, nodes, pools, names, flows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from ipaddress import ip_address
from typing import Any

from trueline.model.address import Cidr, Range
from trueline.model.mesh import MeshMember
from trueline.model.source import Source
from trueline.model.topology import (
    Cluster,
    Cni,
    Exemption,
    Flow,
    Identity,
    LoadBalancer,
    Name,
    Node,
    Policy,
    Pool,
    Port,
    Reservation,
    Segment,
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
