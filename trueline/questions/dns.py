"""What is asked about names: of resolvers, authorities, DNS pods and DNS Services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from trueline.codec import dns, resolver
from trueline.model.naming import (
    authorities,
    home,
    names_in,
    pod_asker,
    resolving,
)
from trueline.model.observation import ClusterFacts, NotObserved, ServiceFact
from trueline.model.topology import Cluster, Name, Topology, Vantage, Zone
from trueline.questions.question import Question, Scene, probe

DNS = "kube-system/kube-dns"
DOMAIN = "cluster.local"
INTERNAL = f"kubernetes.default.svc.{DOMAIN}"
KINDS = ("A", "AAAA")
TRANSPORTS = ("udp", "tcp")
PACES = 5  # questions one after the other, of which the middle one counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A DNS server as one vantage point asks it. `cluster` is None for an authority."""

    kind: Literal["authority", "pod", "service"]
    shown: str
    address: str
    vantage: str
    cluster: str | None = None


def authority_servers(topology: Topology, zone: Zone) -> tuple[Server, ...]:
    """The authority of a zone, once for each vantage point that asks it."""
    mine = (one for one in authorities(topology) if zone.name in one.zones)
    return tuple(
        Server(
            kind="authority",
            shown=f"authority {one}" + (f" from {vantage}" if len(one.askers) > 1 else ""),
            address=one.address,
            vantage=vantage,
        )
        for one in mine
        for vantage in one.askers
    )


def service_server(topology: Topology, cluster: Cluster) -> Server | None:
    """The DNS Service of a cluster at its planned address; None where nothing can ask it."""
    vantage = pod_asker(topology, cluster.name)
    if vantage is None or cluster.dns_service is None:
        return None
    return Server(
        kind="service",
        shown=f"DNS Service {cluster.dns_service} of {cluster}",
        address=str(cluster.dns_service),
        vantage=vantage,
        cluster=cluster.name,
    )


def dns_service(cluster: Cluster, facts: ClusterFacts) -> ServiceFact | None:
    """The cluster DNS Service: whoever has its planned address, else by its usual name.

    Raises NotObserved.
    """
    services = facts.services.value
    with_address = (item for item in services if cluster.dns_service in item.cluster_ips)
    return next(with_address, None) or next((item for item in services if item.key == DNS), None)


def pod_servers(topology: Topology, cluster: Cluster, facts: ClusterFacts) -> tuple[Server, ...]:
    """The ready pods behind the DNS Service of a cluster. Raises NotObserved."""
    vantage = pod_asker(topology, cluster.name)
    service = dns_service(cluster, facts)
    if vantage is None or service is None:
        return ()
    ready = [item for item in facts.endpoints.value if item.service == service.key and item.ready]
    return tuple(
        Server(
            kind="pod",
            shown=f"DNS pod {item.address} of {cluster}",
            address=str(item.address),
            vantage=vantage,
            cluster=cluster.name,
        )
        for item in sorted(ready, key=lambda item: (item.address.version, int(item.address)))
    )


def cluster_names(topology: Topology, cluster: Cluster) -> tuple[Name, ...]:
    """The planned names in zones that pods of a cluster must resolve."""
    pods = {v.name for v in resolving(topology) if v.kind == "pod" and v.cluster == cluster.name}
    return tuple(
        name
        for name in topology.dns.names
        if pods.intersection(name.vantages) and home(topology, name)
    )


def zones_of(topology: Topology, names: tuple[Name, ...]) -> tuple[Zone, ...]:
    """The zones that some names lie in, in the order of the file."""
    homes = {home(topology, name) for name in names}
    return tuple(zone for zone in topology.dns.zones if zone in homes)


def missing(nonce: str, zone: str) -> str:
    """A name in a zone that nobody ever made."""
    return f"nx-{nonce}.{zone}"


def outside(nonce: str, zone: Zone) -> str:
    """A name that only looks like one of a zone: `.invalid` is never delegated (RFC 6761)."""
    return f"{zone.name}.{nonce}.invalid"


# --- the names of questions


def by_resolver(name: str) -> str:
    """The name of the question what the system's resolver says of a name."""
    return f"{name} by the resolver"


def internal_kind(cluster: Cluster) -> str:
    """The type by which the API's name has an address: of the first Service network's family."""
    first = next((cidr.network.version for cidr in cluster.services), 4)
    return "AAAA" if first == 6 else "A"


def by_server(server: Server, name: str, kinds: tuple[str, ...], transport: str) -> str:
    """The name of the question what a server says of a name."""
    return f"{name} {' and '.join(kinds)} at {server.address} by {transport}"


def pace_of(server: Server) -> str:
    """The name of the question how fast a server answers."""
    return f"pace of {server.address}"


def pace_in(zone: Zone) -> str:
    """The name of the question how fast the system's resolver answers for a zone."""
    return f"pace of the resolver in {zone}"


# --- the questions


def asked(scene: Scene) -> Iterator[Question]:
    """Everything about names, from every vantage point."""
    topology = scene.topology
    for zone in topology.dns.zones:
        for server in authority_servers(topology, zone):
            yield from _of_authority(scene, zone, server)
    for authority in authorities(topology):
        first = next(zone for zone in topology.dns.zones if zone.name == authority.zones[0])
        for server in authority_servers(topology, first):
            yield _pace(scene, server, first.name, "SOA")
    for vantage in resolving(topology):
        yield from _of_resolver(scene, vantage)
    for cluster in topology.clusters:
        yield from _of_cluster(scene, cluster)


def _of_authority(scene: Scene, zone: Zone, server: Server) -> Iterator[Question]:
    names = names_in(scene.topology, zone)
    for transport in TRANSPORTS:
        yield _lookup(scene, server, zone.name, ("SOA",), transport)
        for name in names:
            yield _lookup(scene, server, name.name, KINDS, transport)
    yield _lookup(scene, server, missing(scene.nonce, zone.name), ("A",), "udp")
    for name in names:
        yield from _reverse(scene, server, name)


def _of_resolver(scene: Scene, vantage: Vantage) -> Iterator[Question]:
    topology = scene.topology
    names = tuple(name for name in topology.dns.names if vantage.name in name.vantages)
    wanted = [name.name for name in names]
    for zone in zones_of(topology, names):
        wanted += [missing(scene.nonce, zone.name), outside(scene.nonce, zone)]
    if vantage.kind == "pod":
        wanted.append(INTERNAL)
    for name in wanted:
        step = resolver.step(name)
        question = probe(topology.budgets, step)
        yield Question(vantage=vantage.name, name=by_resolver(name), probe=question)
    for zone in zones_of(topology, names):
        first = next(name for name in names if home(topology, name) == zone)
        steps = (resolver.step(first.name),) * PACES
        question = probe(topology.budgets, *steps)
        yield Question(
            vantage=vantage.name, name=pace_in(zone), probe=question, until=lambda _: True
        )


def _of_cluster(scene: Scene, cluster: Cluster) -> Iterator[Question]:
    topology = scene.topology
    service = service_server(topology, cluster)
    try:
        pods = pod_servers(topology, cluster, scene.clusters[cluster.name])
    except (KeyError, NotObserved):  # the checks read the same facts, and say why
        pods = ()
    names, own = cluster_names(topology, cluster), internal_kind(cluster)
    for server in (*pods, *([service] if service else [])):
        for transport in TRANSPORTS:
            yield _lookup(scene, server, INTERNAL, (own,), transport)
        # The Service leads to the same pods; that it takes TCP too is asked above.
        for transport in ("udp",) if server is service else TRANSPORTS:
            for name in names:
                yield _lookup(scene, server, name.name, KINDS, transport)
        for zone in zones_of(topology, names):
            yield _lookup(scene, server, zone.name, ("SOA",), "udp")
            yield _lookup(scene, server, missing(scene.nonce, zone.name), ("A",), "udp")
        for name in names if server is service else ():
            yield from _reverse(scene, server, name)
        yield _lookup(scene, server, missing(scene.nonce, f"default.svc.{DOMAIN}"), ("A",), "udp")
        yield _pace(scene, server, INTERNAL, own)


def _reverse(scene: Scene, server: Server, name: Name) -> Iterator[Question]:
    for address in name.addresses if name.reverse else ():
        yield _lookup(scene, server, address.reverse_pointer, ("PTR",), "udp")


def _lookup(
    scene: Scene, server: Server, name: str, kinds: tuple[str, ...], transport: str
) -> Question:
    steps = [dns.step(server.address, name, kind, transport) for kind in kinds]
    return Question(
        vantage=server.vantage,
        name=by_server(server, name, kinds, transport),
        probe=probe(scene.topology.budgets, *steps),
    )


def _pace(scene: Scene, server: Server, name: str, kind: str) -> Question:
    """Asked when all else has been answered: a crowd of questions is no measure of a server."""
    steps = (dns.step(server.address, name, kind, "udp"),) * PACES
    return Question(
        vantage=server.vantage,
        name=pace_of(server),
        probe=probe(scene.topology.budgets, *steps),
        until=lambda _: True,
    )
