"""Random plans that are valid by construction, with something in them for every area.

Two to four clusters, on one segment or on segments of their own, in IPv4, IPv6 or both. Every
address is dealt from its segment in ascending order and used once. By the draw, the plan has a
mesh, network policies, routes of gateways, a VM in front of an API, metrics of speakers, pins. The
simplest draw, which Hypothesis tries first and shrinks to, has them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from itertools import permutations

from hypothesis import strategies as st

from tests.random_worlds.certificates import EDGE, authority, fingerprint
from tests.random_worlds.products import DATABASES, WEB, with_products
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
    ports,
    reservation,
    segment,
    vm,
    world,
)
from trueline.model.address import Address
from trueline.model.mesh import Mesh, Workload
from trueline.model.product import Ingress, Route, Trust
from trueline.model.topology import (
    Cluster,
    Dns,
    Flow,
    Identity,
    Pool,
    Reservation,
    Segment,
    Topology,
    Vantage,
    Vm,
    Zone,
)

NAMES = ("control", "app", "edge", "data")
FAMILIES = ((4, 6), (4,), (6,))
METALLB = ("0.14.9", "0.13.12", "0.15.2")
APPLICATIONS = ("443/TCP/https", "80/TCP/http", "9000/TCP", "4317/TCP/grpc")
EAST_WEST = "15443/TCP/tls"
DNS_PORTS = ("53/UDP/dns", "53/TCP/dns")


@dataclass
class Land:
    """The addresses of one segment of one family, dealt in ascending order."""

    number: int
    family: int
    dealt: int = 1

    @property
    def name(self) -> str:
        return f"lan{self.number}v{self.family}"

    @property
    def cidr(self) -> str:
        v4 = self.family == 4
        return f"192.168.{self.number}.0/25" if v4 else f"fd00:ab:{self.number}::/64"

    def one(self) -> str:
        return self.some(1).split("-")[0]

    def some(self, count: int, gap: int = 0) -> str:
        """`first-last` of fresh addresses, `gap` addresses further on."""
        start = ip_address(self.cidr.split("/")[0]) + self.dealt + gap
        self.dealt += gap + count
        return f"{start}-{start + count - 1}"


@st.composite
def plans(draw: st.DrawFn, most: int = 4, *, products: bool = False) -> Topology:
    """A valid plan of at most that many clusters, with a product of each kind where wanted."""
    mine = draw(st.sampled_from(FAMILIES))
    count = draw(st.integers(2, most))
    shared = not draw(st.booleans())
    homes = [
        [Land(0 if shared else number, each) for each in mine]
        for number in range(1 if shared else count)
    ]
    homes = homes * count if shared else homes
    lands = [land for home in homes[: 1 if shared else count] for land in home]
    segments = tuple(_segment(draw, land) for land in lands)
    clusters = tuple(
        _cluster(draw, number, home, WEB if products and not number else {})
        for number, home in enumerate(homes)
    )
    vms = [
        vm(f"vm{n}", lands[0].one(), f"{5432 + n}/TCP")
        for n in range(draw(st.sampled_from((1, 2, 0))))
    ]
    databases = DATABASES if products else {}
    vms += [vm(name, lands[0].one(), port) for name, port in databases.items()]
    fronted = draw(st.sampled_from((*range(count), None)))
    if fronted is not None:
        front = vm("front", homes[fronted][0].one(), "6443/TCP")
        part = replace(clusters[fronted], api=_api(str(front.address)))
        clusters = tuple(part if item.name == part.name else item for item in clusters)
        vms.append(replace(front, segment=homes[fronted][0].name))
    plain = replace(
        world(),
        runs_in="anywhere",
        segments=segments,
        clusters=clusters,
        vms=tuple(replace(item, segment=_home(item, segments)) for item in vms),
        vantages=_vantages(draw, clusters, lands[0].name),
        mesh=None,
        policies=(),
        trust=(Trust(name=EDGE, file="edge.crt", at=at(320)),),
    )
    plain = replace(plain, flows=tuple(_flows(plain)))
    plain = replace(plain, dns=_dns(draw, plain))
    plain = with_products(plain) if products else plain
    for more in (_with_mesh, _with_policies, _with_routes):
        plain = plain if draw(st.booleans()) else more(draw, plain)
    return plain


def _home(item: Vm, segments: Iterable[Segment]) -> str:
    return next(one.name for one in segments if item.address in one.cidr.network)


def _api(host: str) -> str:
    return f"https://[{host}]:6443" if ":" in host else f"https://{host}:6443"


def _segment(draw: st.DrawFn, land: Land) -> Segment:
    gateway = None if draw(st.booleans()) else land.one()
    leased = draw(st.integers(0, 5))
    dhcp = [land.some(leased)] if leased else []
    return segment(land.name, land.cidr, gateway, dhcp, line=2 + land.number)


def _cluster(
    draw: st.DrawFn, number: int, home: list[Land], products: Mapping[str, tuple[str, ...]]
) -> Cluster:
    name, families = NAMES[number], [land.family for land in home]
    pods = {4: f"10.{16 * number}.0.0/{draw(st.integers(12, 20))}", 6: f"fd00:f0:{number}::/48"}
    services = {
        4: f"100.{64 + 8 * number}.0.0/{draw(st.integers(13, 24))}",
        6: f"fd00:5c:{number}::/{draw(st.integers(108, 120))}",
    }
    masters = draw(st.sampled_from((1, 1, 3)))
    nodes = [
        node(name, f"{name}-{place}", *(land.one() for land in home),
             role="control-plane" if place < masters else "worker")
        for place in range(masters + draw(st.integers(1, 2)))
    ]  # fmt: skip
    made = cluster(
        name,
        pods=[pods[each] for each in families],
        services=[services[each] for each in families],
        nodes=nodes,
        api=_api(str(nodes[0].addresses[0])),
        dns_service=str(cidrs(services[families[0]])[0].network.network_address + 10),
        segment=home[0].name,
        node_prefix={each: {4: 24, 6: 64}[each] for each in families},
        identity=_pins(draw, name),
        line=100 * number + 8,
    )
    made = replace(made, versions=made.versions | {"metallb": draw(st.sampled_from(METALLB))})
    assert made.load_balancer is not None
    pools, reservations = _pools(draw, number, home, products)
    metrics = draw(st.sampled_from((7472, None)))
    balancer = replace(
        made.load_balancer, pools=pools, reservations=reservations, metrics_port=metrics
    )
    return replace(made, load_balancer=balancer)


def _pins(draw: st.DrawFn, name: str) -> Identity:
    if draw(st.booleans()):
        return Identity(ca_sha256=None, kube_system_uid=None)
    return Identity(ca_sha256=fingerprint(authority(name)), kube_system_uid=f"pinned-{name}")


def _pools(
    draw: st.DrawFn, number: int, home: list[Land], products: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Pool, ...], tuple[Reservation, ...]]:
    """Of each family a pool that is reserved and one to spare; Services have all families."""
    name = NAMES[number]
    wanted: dict[str, tuple[str, ...]] = {
        "ingress": ("80/TCP/http", "443/TCP/https"),
        "east-west": (EAST_WEST,),
    }
    if not number:
        wanted["dns"] = DNS_PORTS
    for extra in range(draw(st.integers(1, 2))):
        wanted[f"web{extra}"] = (draw(st.sampled_from(APPLICATIONS)),)
    wanted |= products
    pools: list[Pool] = []
    reserved: list[Reservation] = []
    for place, land in enumerate(home):
        size = len(wanted) + draw(st.integers(0, 2))
        dealt = land.some(size, draw(st.integers(0, 3)))
        spare = land.some(draw(st.integers(2, 4)))
        pools += [
            pool(name, f"reserved{place}", dealt, segment=land.name),
            pool(name, f"spare{place}", spare, segment=land.name, auto_assign=True,
                 advertise=draw(st.sampled_from(("l2", "none")))),
        ]  # fmt: skip
        first = ip_address(dealt.split("-")[0])
        for step, (kind, spoken) in enumerate(wanted.items()):
            secure = any(text.endswith(("https", "tls")) for text in spoken)
            made = reservation(
                name,
                f"{kind}-{place}" if place else kind,
                str(first + step),
                *spoken,
                owner=f"ns-{kind}/{kind}",
                tls_names=[f"{kind}.{name}.test"] if secure else (),
                line=30 + 10 * place + step,
            )
            https = any(text.endswith("https") for text in spoken)
            reserved.append(replace(made, tls_ca=EDGE if https else None))
    return tuple(pools), tuple(reserved)


def _vantages(draw: st.DrawFn, clusters: tuple[Cluster, ...], segment: str) -> tuple[Vantage, ...]:
    """A host, the pods of each cluster, and a node of some."""
    host = Vantage(name="host", kind="host", cluster=None, segment=segment, at=at(210))
    found = [host]
    for part in clusters:
        plain = replace(host, segment=None, cluster=part.name)
        found.append(replace(plain, name=f"pods-{part}", kind="pod"))
        if draw(st.booleans()):
            found.append(replace(plain, name=f"at-{part}", kind="node", node=part.nodes[-1].name))
    return tuple(found)


def _flows(plain: Topology) -> Iterable[Flow]:
    for one, other in permutations(plain.clusters, 2):
        yield flow(f"{one} reads {other}", f"pods:{one}", f"api:{other}", "6443/TCP")
        yield flow(f"{one} not {other}", f"pods:{one}", f"pods:{other}", expected=False)
        yield flow(f"{one} no Service of {other}", f"pods:{one}", f"services:{other}",
                   expected=False)  # fmt: skip
        for item in other.reservations:
            first = item.ports[0]
            yield flow(f"{one} to {item}", f"pods:{one}", f"reservation:{item}",
                       f"{first.number}/{first.protocol}")  # fmt: skip
        yield flow(f"{one} at {other} 81", f"pods:{one}", f"reservation:{other}/ingress", "81/TCP",
                   expected=False)  # fmt: skip
    for machine in plain.vms:
        if machine.name != "front":
            yield flow(f"to {machine}", f"pods:{plain.clusters[0]}", f"vm:{machine}",
                       str(machine.ports[0]))  # fmt: skip
    host = plain.vantages[0]
    for free in plain.pools:
        if free.auto_assign and free.segment == host.segment:
            yield flow(f"silence of {free}", f"segment:{free.segment}", f"pool:{free}",
                       expected=False)  # fmt: skip


def _dns(draw: st.DrawFn, plain: Topology) -> Dns:
    """Every planned address has a name, which leads back to it where the draw says so."""
    held: dict[str, list[Address]] = {}
    for item in plain.reservations:
        kind = item.owner.split("/")[1]
        held.setdefault(f"{kind}.{item.cluster}.test", []).append(item.address)
    for part in plain.clusters:
        host = str(part.api).removeprefix("https://").removesuffix(":6443").strip("[]")
        held[f"api.{part}.test"] = [ip_address(host)]
    for machine in plain.vms:
        if machine.name != "front" and machine.address is not None:
            held[f"{machine}.vms.test"] = [machine.address]
    where = [item.name for item in plain.vantages if item.kind in ("host", "pod")]
    asking = st.integers(0, len(where) - 1).map(lambda fewer: len(where) - fewer)
    backwards = not draw(st.booleans())
    names = [
        replace(
            dns_name(name, *map(str, addresses), vantages=where[: draw(asking)]),
            reverse=backwards,
        )
        for name, addresses in held.items()
    ]
    zones = [*(f"{part}.test" for part in plain.clusters), "vms.test"]
    longest = draw(st.sampled_from((60, 300, None)))
    authority = f"reservation:{plain.clusters[0]}/dns"
    return Dns(
        zones=tuple(Zone(name=n, authority=authority, at=at(130), max_ttl=longest) for n in zones),
        names=tuple(names),
    )


def _with_mesh(draw: st.DrawFn, plain: Topology) -> Topology:
    """Every cluster is a member, has a workload, and a caller that calls those of the others."""
    callers = {
        part.name: Vantage(
            name=f"mesh-{part}", kind="pod", cluster=part.name, segment=None, at=at(212),
            pod="shop/caller", in_mesh=True,
        )
        for part in plain.clusters
    }  # fmt: skip
    workloads = tuple(
        Workload(
            name="web", cluster=part.name, service=f"shop/web-{part}", port=80,
            service_account="web", strict=draw(st.booleans()) or not number, at=at(193),
            answers=f"web of {part}",
            callers=tuple(one.name for name, one in callers.items() if name != part.name),
        )
        for number, part in enumerate(plain.clusters)
    )  # fmt: skip
    members = tuple(
        member(part.name, f"network-{part}", "ingress", "east-west") for part in plain.clusters
    )
    mesh = Mesh(trust_domain="mesh.test", root_sha256=None, mode="strict", members=members,
                at=at(190), workloads=workloads)  # fmt: skip
    return replace(plain, mesh=mesh, vantages=(*plain.vantages, *callers.values()))


def _with_policies(draw: st.DrawFn, plain: Topology) -> Topology:
    """The namespace `payments` is protected, in the first cluster at least."""
    made = []
    for part in plain.clusters[: draw(st.integers(1, len(plain.clusters)))]:
        allowed = draw(st.sampled_from(((f"pods:{part}/ops",), ())))
        bound = draw(st.sampled_from(((), ("8443/TCP",))))
        made.append(replace(policy(part.name, "payments", *allowed), ports=ports(*bound)))
    enforcing = {item.cluster for item in made}
    clusters = tuple(
        replace(part, cni=replace(part.cni, policy_enforced=part.name in enforcing))
        for part in plain.clusters
    )
    return replace(plain, policies=tuple(made), clusters=clusters)


def _with_routes(draw: st.DrawFn, plain: Topology) -> Topology:
    """Each ingress gateway routes its host: over TLS, over plain HTTP, or by a redirect."""
    routes = []
    for part in plain.clusters:
        how = draw(st.sampled_from(("redirect", "tls", "plain")))
        routes.append(
            Route(
                host=f"ingress.{part}.test",
                gateway=f"reservation:{part}/ingress",
                service=f"shop/web-{part}",
                tls=None if how == "plain" else 443,
                plain=None if how == "tls" else 80,
                redirect=how == "redirect",
                at=at(250),
                answers=f"shop of {part}",
            )
        )
    direct = draw(st.sampled_from((tuple(str(item) for item in plain.reservations), None)))
    return replace(plain, ingress=Ingress(routes=tuple(routes), direct=direct))
