"""A small plan as values, for tests of what is derived from it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from trueline.model.address import Cidr, Range
from trueline.model.source import Source
from trueline.model.topology import (
    Budgets,
    Cluster,
    Cni,
    Dns,
    Flow,
    Identity,
    LoadBalancer,
    Name,
    Node,
    Pool,
    Port,
    Reservation,
    Segment,
    Topology,
    Vantage,
    Vm,
    Zone,
)


def at(line: int) -> Source:
    return Source("plan.yaml", line)


LAN = Segment(
    name="lan",
    cidr=Cidr.parse("203.0.113.0/24"),
    gateway=ip_address("203.0.113.1"),
    dhcp=(),
    at=at(2),
)
BACK = replace(LAN, name="back", cidr=Cidr.parse("198.51.100.0/24"), gateway=None, at=at(3))


def cluster(name: str, first: int, line: int, **changes: Any) -> Cluster:
    """A cluster of one node, and a pool of four addresses from `first` with one reserved."""
    pool = Pool(
        cluster=name,
        name="main",
        segment="lan",
        ranges=(Range.parse(f"203.0.113.{first}-203.0.113.{first + 3}"),),
        auto_assign=False,
        advertise="l2",
        at=at(line + 2),
    )
    reservation = Reservation(
        cluster=name,
        name="web",
        address=ip_address(f"203.0.113.{first + 1}"),
        owner="shop/web",
        ports=(Port(number=80, protocol="TCP"),),
        tls_names=(),
        at=at(line + 3),
    )
    plain = Cluster(
        name=name,
        context=name,
        kubeconfig=None,
        api=f"https://{name}.test:6443",
        identity=Identity(ca_sha256=None, kube_system_uid=None),
        versions={"kubernetes": "1.34"},
        cni=Cni(kind="flannel", backend="vxlan", policy_enforced=False, at=at(line)),
        segment="lan",
        pods=(Cidr.parse(f"10.{first}.0.0/16"),),
        node_prefix={4: 24},
        services=(Cidr.parse(f"10.{first + 1}.0.0/16"),),
        dns_service=None,
        nodes=(
            Node(
                cluster=name,
                name=f"{name}-1",
                role="control-plane",
                addresses=(ip_address(f"203.0.113.{first + 9}"),),
                at=at(line + 1),
            ),
        ),
        load_balancer=LoadBalancer(
            kind="metallb",
            namespace="metallb-system",
            pools=(pool,),
            reservations=(reservation,),
            at=at(line + 2),
        ),
        at=at(line),
    )
    return replace(plain, **changes)


NORTH, SOUTH = cluster("north", 100, 10), cluster("south", 150, 20)

PLAN = Topology(
    name="small",
    runs_in="anywhere",
    segments=(LAN, BACK),
    clusters=(NORTH, SOUTH),
    vms=(
        Vm(name="db", segment="lan", address=ip_address("203.0.113.9"), ports=(), at=at(30)),
        Vm(name="later", segment="lan", address=None, ports=(), at=at(30)),
    ),
    dns=Dns(
        zones=(Zone(name="north.test", authority=None, at=at(31)),),
        names=(Name(name="web.north.test", addresses=(), vantages=(), at=at(32)),),
    ),
    flows=(
        Flow(
            name="web",
            source="vantage:runner",
            target="reservation:north/web",
            port=Port(number=80, protocol="TCP"),
            expected=True,
            at=at(33),
        ),
    ),
    mesh=None,
    policies=(),
    vantages=(
        Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(34)),
        Vantage(name="pods", kind="pod", cluster="north", segment=None, pod="a/b", at=at(35)),
    ),
    budgets=Budgets(api_timeout=5, arp_window=1, convergence=60, connect_timeout=2),
    exemptions=(),
    at=at(1),
)
