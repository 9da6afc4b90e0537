"""What is asked to walk a flow: one conversation, up to the application that is planned there."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.codec import dns, grpc, mysql, otlp, redis
from trueline.model.address import Address, in_url
from trueline.model.observation import ClusterFacts
from trueline.model.places import standing
from trueline.model.probe import Request, Step
from trueline.model.product import TENANT
from trueline.model.targets import OTLP_HTTP, Target, of_flow
from trueline.model.topology import Cluster, Flow, Topology
from trueline.questions import isolation, mesh
from trueline.questions.question import Question, Scene, each, probe

PODS_EACH = 3  # pods that a flow to pods is tried at; one route leads to all of them
_IDENTITY = {
    "prometheus": "/api/v1/status/buildinfo",
    "loki": "/loki/api/v1/status/buildinfo",
    "tempo": "/api/status/buildinfo",
    "vault": "/v1/sys/health",
    "argocd": "/api/version",
    "grafana": "/api/health",
}


def name(target: Target) -> str:
    """The name of the question how far a conversation with a target gets."""
    return f"talk to {target}"


def under(target: Target, server_name: str) -> str:
    """The name of the question what a target shows to who asks for another of its names."""
    return f"{target} as {server_name}"


def attempt(flow: Flow, address: Address, port: int) -> str:
    """The name of the question whether a flow gets through to one address."""
    return f"flow {flow} to {address} port {port}"


def step(topology: Topology, target: Target) -> Step | None:
    """The step that goes as far as a target is planned to; None where nothing can be told.

    That is a UDP port of which the plan does not say what answers there.
    """
    if target.speaks == "dns":
        transport = target.protocol.lower()
        return dns.step(target.host, ".", "NS", transport, target.port)
    if target.protocol != "TCP":
        return None
    if target.speaks in ("http", "https"):
        return _web(topology, target)
    if target.speaks == "grpc":
        return _grpc(target)
    if target.speaks == "redis":
        return redis.step(target.host, target.port)
    if target.speaks == "mysql":
        return mysql.step(target.host, target.port, "")
    if target.speaks == "tls":
        return _tls(topology, target)
    return Step(transport="tcp", host=target.host, port=target.port)


def request(topology: Topology, target: Target) -> Request:
    """The HTTP request by whose answer a target shows what it is."""
    product = target.product
    kind = product.kind if product is not None else None
    headers = ((TENANT, product.tenant),) if product is not None and product.tenant else ()
    if kind == "tempo" and target.port == OTLP_HTTP:
        said = (*headers, ("Content-Type", "application/json"))
        return Request(
            method="POST", path=otlp.PATH, host=target.authority, headers=said, body="{}"
        )
    path = "/version" if target.api is not None else _IDENTITY.get(kind or "", "/")
    return Request(
        method="GET", path=path, host=_routed(topology, target) or target.authority, headers=headers
    )


def _routed(topology: Topology, target: Target) -> str | None:
    """A host that the plan lets this gateway route on this port: it knows no other."""
    for route in topology.ingress.routes:
        if route.gateway == target.end and target.port in (route.plain, route.tls):
            return route.host
    return None


def _web(topology: Topology, target: Target) -> Step:
    secure = target.speaks == "https"
    asked = request(topology, target)
    return Step(
        transport="tls" if secure else "tcp",
        host=target.host,
        port=target.port,
        server_name=(_routed(topology, target) or target.server_name) if secure else None,
        alpn=("http/1.1",) if secure else (),
        request=asked,
        read="close",
    )


def _grpc(target: Target) -> Step:
    product = target.product
    if product is None or product.kind != "tempo":
        return grpc.greeting(target.host, target.port)
    headers = {TENANT: product.tenant} if product.tenant else {}
    return grpc.step(target.host, target.port, otlp.METHOD, b"", headers)


def _tls(topology: Topology, target: Target) -> Step:
    """A handshake by a name that leads somewhere, where the plan has such a name."""
    known = known_name(topology, target)
    if known is None:
        return Step(transport="tcp", host=target.host, port=target.port)
    return Step(
        transport="tls", host=target.host, port=target.port, server_name=known, alpn=mesh.ALPN
    )


def known_name(topology: Topology, target: Target) -> str | None:
    """A name that a port with TLS of its own kind leads somewhere by; None where none is planned.

    At an east-west gateway that is the server name of a workload behind it.
    """
    for workload in topology.mesh.workloads if topology.mesh else ():
        where = mesh.gateway(topology, workload.cluster)
        if where is not None and target.end == f"reservation:{where}":
            return mesh.sni(workload)
    return target.names[0] if target.names else None


# --- ends that are not planned address by address -------------------------------------------------


def seen(topology: Topology, flow: Flow, facts: ClusterFacts) -> tuple[tuple[Address, int], ...]:
    """(address, port) of what is really there at the end of a flow to pods, nodes or Services.

    Pods are some that are ready, one for each node as far as there are; one outside of a flow's
    port is none. Raises NotObserved.
    """
    kind, _, end = flow.target.partition(":")
    cluster = topology.cluster(end.partition("/")[0])
    wanted = flow.port.number if flow.port is not None else None
    if kind == "nodes":
        found = [address for node in cluster.nodes for address in node.addresses[:1]]
        return tuple((address, wanted) for address in found) if wanted is not None else ()
    if kind == "services":
        ips = isolation.cluster_ips(cluster, facts)
        return tuple(item for item in ips if wanted in (None, item[1]))
    return _pods(cluster, end.partition("/")[2], wanted, facts)


def _pods(
    cluster: Cluster, namespace: str, wanted: int | None, facts: ClusterFacts
) -> tuple[tuple[Address, int], ...]:
    networks = [cidr.network for cidr in cluster.pods]
    by_node: dict[str, tuple[Address, int]] = {}
    for item in isolation.listed(facts):
        ports = sorted(
            port
            for port, protocol in item.ports
            if protocol == "TCP" and (wanted is None or port == wanted)
        )
        mine = not namespace or (item.pod or "").partition("/")[0] == namespace
        inside = any(item.address in network for network in networks)
        if item.ready and mine and inside and ports and item.node is not None:
            by_node.setdefault(item.node, (item.address, ports[0]))
    return tuple(by_node[node] for node in sorted(by_node))[:PODS_EACH]


def elsewhere(topology: Topology, vantage: str, flow: Flow, address: Address) -> bool:
    """Whether an address means something else where a flow comes from: its own pod or Service."""
    source = flow.source.partition(":")[2].partition("/")[0]
    target = flow.target.partition(":")[2].partition("/")[0]
    return source != target and isolation.own_range(topology, vantage, address)


def is_observed(flow: Flow) -> bool:
    """Whether a flow leads to what only the API of its cluster knows."""
    return flow.target.partition(":")[0] in ("pods", "nodes", "services")


def asked(scene: Scene) -> Iterator[Question]:
    """Each flow, from its own vantage point and in its direction."""

    def ask(flow: Flow) -> Iterator[Question]:
        vantage = standing(scene.topology, flow.source)
        if vantage is not None and is_observed(flow):
            yield from _to_seen(scene, flow, vantage)
        elif vantage is not None:
            yield from _to_plan(scene, flow, vantage)

    yield from each(scene.topology.flows, ask)


def _to_plan(scene: Scene, flow: Flow, vantage: str) -> Iterator[Question]:
    target = of_flow(scene.topology, flow)
    if target is not None:
        yield from talk(scene, target, vantage)


def talk(scene: Scene, target: Target, vantage: str) -> Iterator[Question]:
    """What a vantage point asks of a target: how far it gets, and what other names show."""
    topology = scene.topology
    first = step(topology, target)
    if first is None:
        return
    yield Question(vantage=vantage, name=name(target), probe=probe(topology.budgets, first))
    if target.speaks != "https":
        return
    for other in target.names[1:]:
        shown = Step(
            transport="tls",
            host=target.host,
            port=target.port,
            server_name=other,
            alpn=("http/1.1",),
        )
        yield Question(
            vantage=vantage, name=under(target, other), probe=probe(topology.budgets, shown)
        )


def _to_seen(scene: Scene, flow: Flow, vantage: str) -> Iterator[Question]:
    topology = scene.topology
    facts = scene.facts(flow.target.partition(":")[2].partition("/")[0])
    spoken = flow.port.application if flow.port is not None else None
    for address, port in seen(topology, flow, facts):
        if elsewhere(topology, vantage, flow, address):
            continue
        one = Step(transport="tcp", host=str(address), port=port)
        if spoken == "http":
            asked_for = Request(method="GET", path="/", host=in_url(address))
            one = Step(
                transport="tcp", host=str(address), port=port, request=asked_for, read="close"
            )
        yield Question(
            vantage=vantage,
            name=attempt(flow, address, port),
            probe=probe(topology.budgets, one),
        )
