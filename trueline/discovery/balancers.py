"""The load balancer of a cluster: its pools, and the addresses that Services hold, as promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trueline.discovery import recognised
from trueline.discovery.draft import Block, Entry, Gap, Part, block
from trueline.discovery.gateways import listening
from trueline.discovery.segments import Segment, home
from trueline.discovery.told import is_dns_name, is_name, name_of, selected_by, told, untold
from trueline.model.address import Address
from trueline.model.found import Found
from trueline.model.metallb import selects
from trueline.model.observation import ClusterFacts, PoolFact, ServiceFact

DEFAULT_NAMESPACE = "metallb-system"
_PROTOCOLS = ("TCP", "UDP")
_SPOKEN = frozenset(("http", "https", "grpc", "tls", "redis", "mysql", "dns"))
_GATEWAYS = {"ingressgateway": "istio-ingress", "eastwestgateway": "istio-eastwest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A port of a reservation: what speaks on it, where that is known, and who says so."""

    number: int
    protocol: str
    application: str | None = None
    source: str = ""

    def __str__(self) -> str:
        tail = f"/{self.application}" if self.application else ""
        return f"{self.number}/{self.protocol}{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A held address as it is drafted. `use` is a product or a gateway by its pods, or None.

    `tls_names` are what its certificate carries, as a gateway or the certificate itself says.
    """

    cluster: str
    name: str
    address: Address
    service: ServiceFact
    ports: tuple[Spoken, ...]
    use: str | None
    tls_names: tuple[str, ...]

    @property
    def end(self) -> str:
        """How the plan refers to it."""
        return f"reservation:{self.cluster}/{self.name}"


def namespace_of(facts: ClusterFacts) -> str | None:
    """The namespace of MetalLB by the images of its workloads; None where it runs nowhere."""
    for item in told(facts.workloads):
        if any("metallb" in image and "speaker" in image for image in item.images):
            return item.namespace
    return None


def reservations(found: Found, cluster: str) -> tuple[Reserved, ...]:
    """The addresses of the pools that Services hold, one for each address and Service.

    An address that several Services share is promised to the first of them, by name.
    """
    facts = found.clusters[cluster]
    made: list[Reserved] = []
    for service in sorted(told(facts.services), key=lambda item: item.key):
        for address in service.ingress if service.type == "LoadBalancer" else ():
            known = any(one.address == address for one in made)
            if known or _pool(facts, address) is None or not _is_owner(service):
                continue
            made.append(_reserved(found, cluster, service, address, made))
    return tuple(sorted(made, key=lambda one: (one.address.version, int(one.address))))


def parts(found: Found, cluster: str, drafted: Sequence[Segment]) -> tuple[Part, ...]:
    """The key `load_balancer`, or why there is none."""
    facts = found.clusters[cluster]
    namespace = namespace_of(facts)
    pools = told(facts.pools)
    held = [one for one in told(facts.services) if one.type == "LoadBalancer"]
    if namespace is None and not pools:
        if not held:
            why = untold(facts.services, "no Service is of type LoadBalancer, and no MetalLB runs")
            return (Gap(key="load_balancer", why=why),)
        kind = Entry(key="kind", value="other", source="no MetalLB runs")
        addresses = ", ".join(f"{one.key} {_held(one)}" for one in held)
        why = f"which addresses belong to the load balancer; held are: {addresses}"
        return block("load_balancer", (kind, Gap(key="pools", why=why)))
    inner: list[Part] = [
        Entry(key="kind", value="metallb", source=facts.pools.origin),
        Entry(key="namespace", value=namespace or DEFAULT_NAMESPACE),
        _metrics(found, cluster),
    ]
    inner += _pools(facts, drafted)
    made = reservations(found, cluster)
    inner += block("reservations", [_reservation(one) for one in made])
    inner += _left(facts, made)
    return block("load_balancer", inner)


def _pools(facts: ClusterFacts, drafted: Sequence[Segment]) -> tuple[Part, ...]:
    if facts.pools.kind == "gap":
        return (Gap(key="pools", why=facts.pools.reason),)
    nodes = [address for node in told(facts.nodes) for address in node.addresses]
    own = home(drafted, nodes)
    written: list[Part] = [
        Entry(key=pool.name, value=Block(tuple(_pool_parts(facts, pool, own, drafted))))
        if is_name(pool.name)
        else Gap(key=pool.name, why="a plan cannot call a pool so")
        for pool in facts.pools.value
    ]
    return block("pools", written)


def _pool_parts(
    facts: ClusterFacts, pool: PoolFact, own: Segment | None, drafted: Sequence[Segment]
) -> Iterator[Part]:
    where = home(drafted, (part.first for part in pool.ranges))
    if where is not None and where != own:
        yield Entry(key="segment", value=where.name)
    ranges = [str(part) for part in pool.ranges]
    yield Entry(key="addresses", value=ranges, source=f"IPAddressPool {pool.name}")
    if pool.unreadable:
        why = f"what MetalLB makes of {', '.join(pool.unreadable)}, which is no range"
        yield Gap(key="addresses", why=why)
    yield Entry(key="auto_assign", value=pool.auto_assign)
    if facts.advertisements.kind == "gap":
        yield Gap(key="advertise", why=facts.advertisements.reason, example="advertise: l2")
        return
    labels = _labels(facts).get(pool.name, {})
    selecting = [one.name for one in facts.advertisements.value if selects(one, pool.name, labels)]
    source = f"L2Advertisement {', '.join(selecting)}" if selecting else "no L2Advertisement"
    yield Entry(key="advertise", value="l2" if selecting else "none", source=source)


def _labels(facts: ClusterFacts) -> dict[str, dict[str, str]]:
    return {} if facts.pool_labels.kind == "gap" else facts.pool_labels.value


def _metrics(found: Found, cluster: str) -> Part:
    listed = found.settings_of(cluster).metrics
    ports = [one for one in told(listed) if one.container == "speaker"]
    if ports:
        source = f"DaemonSet {ports[0].owner}"
        return Entry(key="metrics_port", value=ports[0].port, source=source)
    why = untold(listed, "no speaker names a port of its metrics")
    return Gap(key="metrics_port", why=why, example="metrics_port: 7472")


def _reserved(
    found: Found, cluster: str, service: ServiceFact, address: Address, made: Sequence[Reserved]
) -> Reserved:
    facts = found.clusters[cluster]
    use = recognised.kind_of(facts, service) or _gateway(facts, service)
    wish = _GATEWAYS.get(
        use or "", use if use and recognised.is_alone(found, use) else service.name
    )
    taken = [one.name for one in made]
    name = name_of(wish if wish not in taken else f"{service.namespace}-{service.name}", taken)
    names = dict.fromkeys(listening(found, cluster, service).names)
    for port in service.ports:
        seen = found.ports.get((address, port.port))
        names |= dict.fromkeys(seen.names if seen else ())
    return Reserved(
        cluster=cluster,
        name=name,
        address=address,
        service=service,
        ports=tuple(_ports(found, cluster, service, address, use)),
        use=use,
        tls_names=tuple(one for one in names if is_dns_name(one)),
    )


def _gateway(facts: ClusterFacts, service: ServiceFact) -> str | None:
    """Which of Istio's gateways serves a Service, by the label `istio` of its pods."""
    pods = told(facts.pods)
    for place in selected_by(facts, service):
        if pods[place].labels.get("istio") in _GATEWAYS:
            return pods[place].labels["istio"]
    return None


def _ports(
    found: Found, cluster: str, service: ServiceFact, address: Address, use: str | None
) -> Iterator[Spoken]:
    """The ports of a Service, each with what speaks there by the best witness."""
    hints = {one.service: one.applications for one in told(found.settings_of(cluster).hints)}
    gateway = listening(found, cluster, service).applications
    for port in service.ports:
        if port.protocol not in _PROTOCOLS:
            continue
        seen = found.ports.get((address, port.port))
        spoken = (seen.speaks if seen else None) or ""
        # TLS is never mistaken. A plain HTTP answer may come of a server that only refuses so, and
        # one that serves both on one port is what the port is called.
        sure = spoken != "http" and not (seen and seen.plain)
        witnesses = [
            (spoken if sure else "", "the port itself"),
            (gateway.get(port.port), "its Gateway"),
            (hints.get(service.key, {}).get(port.port), "appProtocol"),
            (port.name.partition("-")[0], "the name of the port"),
            (recognised.usual(use, port.port), "the usual port of the product"),
            (spoken, "the port itself"),
        ]
        if port.protocol == "UDP":
            witnesses = [(port.name.partition("-")[0], "the name of the port")]
        known = ((text.lower(), by) for text, by in witnesses if text)
        application, by = next(((a, by) for a, by in known if a in _SPOKEN), (None, ""))
        yield Spoken(number=port.port, protocol=port.protocol, application=application, source=by)


def _reservation(one: Reserved) -> Part:
    inner: list[Part] = [
        Entry(key="address", value=str(one.address), source=_how(one)),
        Entry(key="service", value=one.service.key),
    ]
    ports = [str(port) for port in one.ports]
    said: dict[str, list[str]] = {}
    for port in one.ports:
        if port.application:
            said.setdefault(port.source, []).append(str(port.number))
    source = "; ".join(f"{', '.join(numbers)} by {by}" for by, numbers in said.items())
    inner.append(Entry(key="ports", value=ports, source=source))
    silent = [f"{port.number}/{port.protocol}" for port in one.ports if not port.application]
    if silent:
        inner.append(Gap(key="ports", why=f"what speaks on {', '.join(silent)}"))
    if one.tls_names:
        inner.append(Entry(key="tls_names", value=list(one.tls_names)))
    elif carries_tls(one) or silent:
        why = "the names that its certificate carries, where it has one"
        inner.append(Gap(key="tls_names", why=why, example="tls_names: [www.example.test]"))
    if one.tls_names or carries_tls(one) or silent:
        inner.append(Gap(key="tls_ca", why="which CA of `trust` its certificate leads to"))
    if one.use is None and any(port.application in ("http", "https", None) for port in one.ports):
        inner.append(Gap(key="answers", why="a text that its answers contain, and nobody else's"))
    return Entry(key=one.name, value=Block(tuple(inner)))


def carries_tls(one: Reserved) -> bool:
    """Whether clients of a reservation will look at names of a certificate."""
    return any(
        port.application == "https"
        or (port.application is None and port.protocol == "TCP" and port.number in (443, 8443))
        for port in one.ports
    )


def _how(one: Reserved) -> str:
    asked = any(key.endswith("loadBalancerIPs") for key in one.service.annotations)
    if asked or one.service.load_balancer_ip:
        return f"Service {one.service.key} asks for it"
    return f"Service {one.service.key} was given it, and does not ask for it"


def _left(facts: ClusterFacts, made: Sequence[Reserved]) -> Iterator[Part]:
    """The Services of type LoadBalancer that no reservation was drafted for."""
    drafted = {(one.service.key, one.address) for one in made}
    for service in sorted(told(facts.services), key=lambda item: item.key):
        if service.type != "LoadBalancer":
            continue
        if not service.ingress:
            yield Gap(key="reservations", why=f"the address of {service.key}, which waits for one")
        for address in service.ingress:
            if (service.key, address) not in drafted:
                shared = any(one.address == address for one in made)
                how = "shares it with another Service" if shared else "holds it outside every pool"
                yield Gap(key="reservations", why=f"who {address} is for: {service.key} {how}")


def _held(service: ServiceFact) -> str:
    return " and ".join(map(str, service.ingress)) or "without an address"


def _is_owner(service: ServiceFact) -> bool:
    return all(is_name(part) and "." not in part for part in (service.namespace, service.name))


def _pool(facts: ClusterFacts, address: Address) -> PoolFact | None:
    pools = told(facts.pools)
    return next((one for one in pools if any(part.holds(address) for part in one.ranges)), None)
