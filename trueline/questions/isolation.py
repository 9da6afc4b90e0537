"""What must not be reachable: other clusters' pods and ClusterIPs, unplanned ports, closed APIs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trueline.model.address import Address
from trueline.model.observation import ClusterFacts, EndpointFact, NotObserved
from trueline.model.places import hosts, standing
from trueline.model.probe import Request, Step
from trueline.model.product import TENANT, Product
from trueline.model.targets import Target, web
from trueline.model.topology import Cluster, Reservation, Topology
from trueline.questions.question import Question, Scene, each, probe

Targets = tuple[tuple[Address, int], ...]
"""(address, TCP port) of what may take connections."""
Find = Callable[[Cluster, ClusterFacts], Targets]

PODS_EACH = 3  # pods of a cluster that strangers try; one route leads to all of them
CLUSTER_IPS_EACH = 3
# What products listen on by default, and what a host is administered through.
USUAL_PORTS = (
    *(22, 53, 80, 443, 2379, 3000, 3100, 3200, 3306, 4317, 6379, 6443, 7946, 8080, 8081, 8200),
    *(8443, 9090, 9091, 9095, 9100, 9411, 10250, 15000, 15010, 15012, 15014, 15017, 15021, 15090),
)


def listed(facts: ClusterFacts) -> list[EndpointFact]:
    """The endpoints of a cluster, the same first ones in whatever order its API lists them."""
    return sorted(facts.endpoints.value, key=lambda item: (item.slice, int(item.address)))


def foreign_pods(cluster: Cluster, facts: ClusterFacts) -> Targets:
    """(address, port) of some ready pods of a cluster, one for each node as far as there are.

    Pods in the network of their node are left out: their address is the node's.
    """
    networks = [cidr.network for cidr in cluster.pods]
    by_node: dict[str, tuple[Address, int]] = {}
    for item in listed(facts):
        inside = any(item.address in network for network in networks)
        ports = [port for port, protocol in item.ports if protocol == "TCP"]
        if item.ready and inside and ports and item.node is not None:
            by_node.setdefault(item.node, (item.address, min(ports)))
    return tuple(by_node[node] for node in sorted(by_node))[:PODS_EACH]


def cluster_ips(cluster: Cluster, facts: ClusterFacts) -> Targets:
    """(ClusterIP, port) of some Services: the API's first, then others in order."""
    networks = [cidr.network for cidr in cluster.services]
    found = [
        (address, service.ports[0].port)
        for service in sorted(
            facts.services.value, key=lambda one: (one.key != "default/kubernetes", one.key)
        )
        for address in service.cluster_ips
        if service.ports
        and service.ports[0].protocol == "TCP"
        and any(address in network for network in networks)
    ]
    return tuple(found[:CLUSTER_IPS_EACH])


def outsiders(topology: Topology, cluster: Cluster) -> tuple[str, ...]:
    """The vantage points outside a cluster: hosts, and one pod vantage of every other cluster."""
    others = [
        standing(topology, f"pods:{other}") for other in topology.clusters if other != cluster
    ]
    declared = {item.name for item in topology.vantages}
    return (*hosts(topology), *(name for name in others if name in declared and name is not None))


def own_range(topology: Topology, vantage: str, address: Address) -> bool:
    """Whether an address means something else where the vantage point stands: its own Service."""
    place = next((item for item in topology.vantages if item.name == vantage), None)
    if place is None or place.cluster is None:
        return False
    mine = topology.cluster(place.cluster)
    return any(address in cidr.network for cidr in (*mine.services, *mine.pods))


def unplanned_ports(reservation: Reservation) -> tuple[int, ...]:
    """The usual ports that a reservation does not plan."""
    planned = {port.number for port in reservation.ports}
    return tuple(sorted(set(USUAL_PORTS) - planned))


def reach(address: Address, port: int) -> str:
    """The name of the question whether an address takes connections where it should not."""
    return f"reach {address} port {port} from outside"


def open_to(product: Product, path: str) -> str:
    """The name of the question whether a product serves a stranger."""
    return f"{product} {path} as a stranger"


def stranger_requests(
    topology: Topology, product: Product
) -> tuple[tuple[str, Request, Target], ...]:
    """(what it is, request, where) that a stranger tries at a product over HTTP.

    Nothing is written: an empty write is refused for what it is by whoever lets strangers write.
    """
    target = web(topology, product)
    if target is None:
        return ()
    tenant = ((TENANT, product.tenant),) if product.tenant else ()
    plain = (("Content-Type", "application/json"),)
    tries: dict[str, list[tuple[str, str, str, tuple[tuple[str, str], ...], str]]] = {
        "prometheus": [
            ("reading", "GET", "/api/v1/query?query=up", (), ""),
            ("writing", "POST", "/api/v1/write", (), ""),
        ],
        "loki": [
            ("reading", "GET", "/loki/api/v1/labels", tenant, ""),
            ("writing", "POST", "/loki/api/v1/push", (*tenant, *plain), '{"streams": []}'),
        ],
        "tempo": [("reading", "GET", "/api/search?limit=1", tenant, "")],
        "vault": [("reading", "GET", "/v1/sys/mounts", (), "")],
        "argocd": [("reading", "GET", "/api/v1/applications", (), "")],
    }
    return tuple(
        (
            what,
            Request(method=method, path=path, host=target.authority, headers=headers, body=body),
            target,
        )
        for what, method, path, headers, body in tries.get(product.kind, [])
    )


def asked(scene: Scene) -> Iterator[Question]:
    """Everything that must not work, from everywhere that it must not work from."""
    topology = scene.topology
    yield from each(
        topology.clusters, lambda cluster: from_outside(scene, cluster, foreign_pods, cluster_ips)
    )
    for reservation in topology.reservations:
        for vantage in hosts(topology):
            for port in unplanned_ports(reservation):
                yield _connect(scene, vantage, reservation.address, port)
    for product in topology.products:
        for vantage in hosts(topology):
            for _, request, target in stranger_requests(topology, product):
                step = Step(
                    transport="tls" if target.speaks == "https" else "tcp",
                    host=target.host,
                    port=target.port,
                    request=request,
                    read="close",
                )
                yield Question(
                    vantage=vantage,
                    name=open_to(product, f"{request.method} {request.path}"),
                    probe=probe(topology.budgets, step),
                )


def from_outside(scene: Scene, cluster: Cluster, *finds: Find) -> Iterator[Question]:
    """Whether any of what is found in a cluster takes a connection from outside of it."""
    facts = scene.facts(cluster.name)
    for find in finds:
        try:
            targets = find(cluster, facts)
        except NotObserved:  # the check reads the same fact, and says why
            continue
        for vantage in outsiders(scene.topology, cluster):
            for address, port in targets:
                if not own_range(scene.topology, vantage, address):
                    yield _connect(scene, vantage, address, port)


def _connect(scene: Scene, vantage: str, address: Address, port: int) -> Question:
    step = Step(transport="tcp", host=str(address), port=port)
    return Question(
        vantage=vantage, name=reach(address, port), probe=probe(scene.topology.budgets, step)
    )
