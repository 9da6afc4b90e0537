"""Strategies for valid plans: one to six clusters, IPv4, IPv6 or both, on shared or own segments.

Every address is dealt from its segment in turn, so a plan is valid by construction and not by
filtering: whatever a check holds against one of these plans is the check's mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import ip_address
from itertools import permutations

from hypothesis import strategies as st

from tests.worlds import (
    at,
    cidrs,
    cluster,
    dns_name,
    flow,
    member,
    node,
    policy,
    pool,
    reservation,
    segment,
    vm,
    world,
    zone,
)
from trueline.model.address import Address
from trueline.model.mesh import Mesh
from trueline.model.topology import (
    Cluster,
    Dns,
    Flow,
    Identity,
    Name,
    Pool,
    Reservation,
    Segment,
    Topology,
)

NAMES = ("control", "app", "edge", "data", "lab", "dev")
FAMILIES = ((4,), (6,), (4, 6))


@dataclass
class _Land:
    """The addresses of one segment of one family, dealt in ascending order."""

    name: str
    family: int
    number: int
    dealt: int = 1

    @property
    def cidr(self) -> str:
        if self.family == 4:
            return f"192.168.{8 * self.number}.0/21"
        return f"fd00:64:{self.number}::/64"

    def take(self, count: int = 1, gap: int = 0) -> tuple[str, str]:
        """First and last of `count` fresh addresses, `gap` addresses further on."""
        start = ip_address(self.cidr.split("/")[0])
        first = self.dealt + gap
        self.dealt = first + count
        return str(start + first), str(start + first + count - 1)

    def one(self) -> str:
        return self.take()[0]

    def some(self, count: int, gap: int = 0) -> str:
        return "-".join(self.take(count, gap))


@st.composite
def plans(draw: st.DrawFn, clusters: int | None = None) -> Topology:
    """A valid plan; with exactly `clusters` clusters when given."""
    families = draw(st.sampled_from(FAMILIES))
    count = clusters or draw(st.integers(1, 6))
    shared = draw(st.booleans())
    homes: list[list[_Land]] = []
    for number in range(count):
        if number and shared:
            homes.append(homes[0])
        else:
            homes.append([_Land(f"lan{number}v{each}", each, number) for each in families])
    lands = [land for number, home in enumerate(homes) if not (number and shared) for land in home]
    segments = [_segment(draw, land) for land in lands]
    parts = [_cluster(draw, NAMES[number], number, home) for number, home in enumerate(homes)]
    vms = tuple(
        replace(vm(f"vm{number}", lands[0].one(), f"{3306 + number}/TCP", line=120 + number),
                segment=lands[0].name)
        for number in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    plain = replace(
        world(),
        segments=tuple(segments),
        clusters=tuple(parts),
        vms=vms,
        vantages=tuple(replace(item, segment=None) for item in world().vantages[:1]),
        mesh=None,
        flows=tuple(_flows(parts)),
    )
    plain = replace(plain, dns=_dns(plain))
    if draw(st.booleans()) and all(_gateways(part) for part in parts):
        plain = _with_mesh(plain)
    if draw(st.booleans()):
        plain = _with_policies(plain)
    return plain


def _segment(draw: st.DrawFn, land: _Land) -> Segment:
    gateway = land.one() if draw(st.booleans()) else None
    leased = draw(st.integers(0, 40))
    dhcp = [land.some(leased, draw(st.integers(0, 3)))] if leased else []
    return segment(land.name, land.cidr, gateway, dhcp, line=2 + land.number)


def _cluster(draw: st.DrawFn, name: str, number: int, home: list[_Land]) -> Cluster:
    families = [land.family for land in home]
    pods, services = [], []
    if 4 in families:
        pods.append(f"10.{16 * number}.0.0/{draw(st.integers(12, 21))}")
        services.append(f"100.{64 + 8 * number}.0.0/{draw(st.integers(13, 28))}")
    if 6 in families:
        pods.append(f"fd00:10:{number}::/{draw(st.integers(48, 61))}")
        services.append(f"fd00:96:{number}::/{draw(st.integers(108, 124))}")
    nodes = [
        node(name, f"{name}-{place}", *(land.one() for land in home), line=10 + place,
             role="worker" if place else "control-plane")
        for place in range(draw(st.integers(1, 7)))
    ]  # fmt: skip
    endpoint = home[0].one()
    pools: list[Pool] = []
    reserved: list[Reservation] = []
    for place, land in enumerate(home):
        held = draw(st.integers(1, 5))
        size = held + draw(st.integers(0, 3))
        ranges = [land.some(size, draw(st.integers(0, 3)))]
        if draw(st.booleans()):
            ranges.append(land.some(2, 1))
        pools.append(pool(name, f"reserved{place}", *ranges, segment=land.name, line=20 + place))
        reserved += _reservations(name, place, ranges[0], held)
        spare = land.some(draw(st.integers(1, 6)))
        pools.append(
            pool(name, f"spare{place}", spare, segment=land.name, auto_assign=True, line=24 + place,
                 advertise=draw(st.sampled_from(("l2", "none"))))
        )  # fmt: skip
    bracketed = f"[{endpoint}]" if ":" in endpoint else endpoint
    return cluster(
        name,
        pods=pods,
        services=services,
        nodes=nodes,
        pools=pools,
        reservations=reserved,
        api=f"https://{bracketed}:6443",
        dns_service=str(cidrs(services[0])[0].network.network_address + 10),
        segment=home[0].name,
        node_prefix=dict.fromkeys(families) | {4: 24, 6: 64},
        identity=Identity(ca_sha256=f"{number:064x}", kube_system_uid=f"uid-{number}"),
        line=100 * number + 100,
    )


def _reservations(name: str, place: int, dealt: str, held: int) -> Iterable[Reservation]:
    """The first addresses of a pool: two gateways, then Services; dual-stack ones by owner."""
    first = ip_address(dealt.split("-")[0])
    for number in range(held):
        kind = ("ingress", "east-west")[number] if number < 2 else f"service{number}"
        port_text = ("443/TCP/https", "15443/TCP/tls")[number] if number < 2 else "80/TCP/http"
        yield reservation(
            name,
            kind if not place else f"{kind}-{place}",
            str(first + number),
            port_text,
            owner=f"ns{number}/{kind}",
            tls_names=[f"{kind}.{name}.test"] if kind == "ingress" else (),
            line=30 + 10 * place + number,
        )


def _flows(parts: list[Cluster]) -> Iterable[Flow]:
    for one, other in permutations(parts, 2):
        yield flow(f"{one} reads {other}", f"pods:{one}", f"api:{other}", "6443/TCP", line=160)
        yield flow(f"{one} not {other}", f"pods:{one}", f"pods:{other}", expected=False, line=161)


def _dns(plain: Topology) -> Dns:
    names: dict[str, list[Address]] = {}
    for item in plain.reservations:
        names.setdefault(f"{item.owner.split('/')[1]}.{item.cluster}.test", []).append(item.address)
    entries: list[Name] = [
        dns_name(name, *map(str, addresses), line=140) for name, addresses in names.items()
    ]
    for part in plain.clusters:
        host = str(part.api).removeprefix("https://").removesuffix(":6443").strip("[]")
        entries.append(dns_name(f"api.{part}.test", host, line=141))
    entries += [dns_name(f"{item}.vms.test", str(item.address), line=142) for item in plain.vms]
    zones = [zone(f"{part}.test", line=130) for part in plain.clusters]
    return Dns(zones=(*zones, zone("vms.test", line=131)), names=tuple(entries))


def _gateways(part: Cluster) -> bool:
    return {"ingress", "east-west"} <= {item.name for item in part.reservations}


def _with_mesh(plain: Topology) -> Topology:
    members = tuple(
        member(part.name, f"network-{part}", "ingress", "east-west", line=190)
        for part in plain.clusters
    )
    flows = tuple(
        flow(f"mesh {one} to {other}", f"pods:{one}", f"reservation:{other}/east-west",
             "15443/TCP", line=170)
        for one, other in permutations(plain.clusters, 2)
    )  # fmt: skip
    mesh = Mesh(
        trust_domain="mesh.test", root_sha256=None, mode="strict", members=members, at=at(190)
    )
    return replace(plain, mesh=mesh, flows=plain.flows + flows)


def _with_policies(plain: Topology) -> Topology:
    parts = tuple(
        replace(part, cni=replace(part.cni, policy_enforced=True)) for part in plain.clusters
    )
    return replace(
        plain, clusters=parts, policies=tuple(policy(part.name, "ns0") for part in parts)
    )
