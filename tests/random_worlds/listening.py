"""The listeners and names of a random world, derived from its plan and its facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network

from tests.random_worlds.certificates import EDGE
from tests.random_worlds.deployed import ARGOCD_METRICS, MESH_ROOT
from tests.random_worlds.network import Key, Network
from tests.random_worlds.product_servers import argocd_metrics, at_reservation, at_vm
from tests.random_worlds.servers import (
    DnsServer,
    EastWest,
    Grpc,
    MeshPod,
    Record,
    Server,
    Web,
)
from tests.random_worlds.wire import announcer
from trueline.model.mesh import Workload
from trueline.model.observation import ClusterFacts
from trueline.model.places import pinned, vantages
from trueline.model.topology import Cluster, Name, Port, Reservation, Topology, Vantage
from trueline.questions.deployments import METRICS_PORT

KUBELET, API, API_SERVICE = 10250, 6443, 443
INTERNAL = "kubernetes.default.svc.cluster.local"
ISTIOD = "istiod.istio-system.svc.cluster.local"
Clusters = dict[str, ClusterFacts]


def network_of(topology: Topology, clusters: Clusters) -> Network:
    """The network in which everything is as planned."""
    places = {item.name: item for item in vantages(topology)}
    for part in topology.clusters:
        places |= {one.name: one for one in (pinned(part, node.name) for node in part.nodes)}
    servers: dict[Key, Server] = {}
    for part in topology.clusters:
        servers |= dict(_of_cluster(topology, part, clusters[part.name]))
    for item in topology.reservations:
        for port in item.ports:
            key = (str(item.address), port.number, port.protocol.lower())
            servers[key] = _reserved(topology, item, port)
    for vm in topology.vms:
        for port in vm.ports if vm.name != "front" else ():
            servers[str(vm.address), port.number, port.protocol.lower()] = at_vm(vm.name)
    return Network(
        places=places,
        locals={name: _locals(item, topology, clusters) for name, item in places.items()},
        inside=tuple(
            (cidr.network, part.name)
            for part in topology.clusters
            for cidr in (*part.pods, *part.services)
        ),
        servers=servers,
        names={name: _names(item, topology) for name, item in places.items()},
        doors={
            str(address): policy
            for policy in topology.policies
            for pod in clusters[policy.cluster].pods.value
            if pod.namespace == policy.namespace
            for address in pod.ips
        },
        called=dict(_called(topology, places)),
    )


# --- places ---------------------------------------------------------------------------------------


def _locals(item: Vantage, topology: Topology, clusters: Clusters) -> dict[int, str]:
    """The own address of a vantage point in each family."""
    if item.cluster is None:
        return {4: "192.168.0.250", 6: "fd00:ab::250"}
    nodes = clusters[item.cluster].nodes.value
    node = next((one for one in nodes if one.name == item.node), nodes[0])
    if item.kind == "node":
        return {address.version: str(address) for address in node.addresses}
    ranges = [ip_network(text) for text in node.pod_cidrs]
    return {one.version: str(one.network_address + 200) for one in ranges}


def _names(item: Vantage, topology: Topology) -> dict[str, tuple[str, ...]]:
    """What the resolver of a vantage point knows."""
    found = {name.name: tuple(map(str, name.addresses)) for name in topology.dns.names}
    if item.kind == "pod":
        found[INTERNAL] = (_first(topology.cluster(str(item.cluster))),)
    return found


def _first(part: Cluster) -> str:
    """The address of the Service `kubernetes`: the first of the Service network."""
    return str(part.services[0].network.network_address + 1)


def _called(
    topology: Topology, places: dict[str, Vantage]
) -> Iterator[tuple[tuple[str, str], str]]:
    """What sidecars bring back from other workloads, and what each istiod tells of itself."""
    if topology.mesh is None:
        return
    remote = len(topology.mesh.members) - 1
    text = (
        'istiod_managed_clusters{cluster_type="local"} 1\n'
        f'istiod_managed_clusters{{cluster_type="remote"}} {remote}\n'
    )
    for place in places.values():
        if place.kind == "pod":
            yield (place.name, ISTIOD), text
        for one in topology.mesh.workloads if place.in_mesh else ():
            yield (place.name, _host(one)), str(one.answers)


def _host(workload: Workload) -> str:
    namespace, name = workload.service.split("/")
    return f"{name}.{namespace}.svc.cluster.local"


# --- clusters -------------------------------------------------------------------------------------


def _of_cluster(
    topology: Topology, part: Cluster, facts: ClusterFacts
) -> Iterator[tuple[Key, Server]]:
    api, resolver = _api(topology, part), _dns(topology, part)
    for node in part.control_planes:
        for address in node.addresses:
            yield (str(address), API, "tcp"), api
    host = str(part.api).removeprefix("https://").removesuffix(f":{API}").strip("[]")
    yield (host, API, "tcp"), api
    for service in facts.services.value:
        for address in service.cluster_ips:
            for port in service.ports:
                yield (str(address), port.port, port.protocol.lower()), Server()
            if service.key == "default/kubernetes":
                yield (str(address), API_SERVICE, "tcp"), api
            if service.key == ARGOCD_METRICS:
                yield (str(address), METRICS_PORT, "tcp"), argocd_metrics(topology)
            if service.key == "kube-system/kube-dns":
                yield (str(address), 53, "tcp"), resolver
                yield (str(address), 53, "udp"), resolver
    workload = _workload(topology, part)
    for end in facts.endpoints.value:
        for number, protocol in end.ports if end.pod else ():
            mine = {"kube-system/kube-dns": resolver, f"shop/web-{part}": workload}
            server = mine.get(str(end.service), Server())
            yield (str(end.address), number, protocol.lower()), server
    yield from _nodes(part, facts)


def _nodes(part: Cluster, facts: ClusterFacts) -> Iterator[tuple[Key, Server]]:
    """Kubelets, at the nodes and at the ends of their tunnels; the metrics of speakers."""
    balancer = part.load_balancer
    assert balancer is not None
    for node in facts.nodes.value:
        ends = [str(ip_network(text).network_address) for text in node.pod_cidrs]
        for address in (*map(str, node.addresses), *ends):
            yield (address, KUBELET, "tcp"), Server()
        if balancer.metrics_port is not None:
            pages: dict[tuple[str | None, str], tuple[int, str]] = {
                (None, "/metrics"): (200, _metrics(part, facts, node.name))
            }
            yield (str(node.addresses[0]), balancer.metrics_port, "tcp"), Web(pages=pages)


def _metrics(part: Cluster, facts: ClusterFacts, node: str) -> str:
    told = ["metallb_k8s_client_config_loaded_bool 1", "metallb_k8s_client_config_stale_bool 0"]
    told += [
        f'metallb_speaker_announced{{ip="{item.address}",node="{node}",protocol="layer2"}} 1'
        for item in part.reservations
        if announcer(item, facts) == node
    ]
    return "\n".join(told)


def _api(topology: Topology, part: Cluster) -> Web:
    """The API, whose certificate carries every name and address that it is called by."""
    version = "v" + part.versions["kubernetes"]
    host = str(part.api).removeprefix("https://").removesuffix(f":{API}").strip("[]")
    names = {host, _first(part), INTERNAL, f"api.{part}.test"}
    names |= {str(address) for node in part.control_planes for address in node.addresses}
    return Web(
        signer=part.name,
        names=tuple(sorted(names)),
        pages={(None, "/version"): (200, json.dumps({"gitVersion": version}))},
    )


def _workload(topology: Topology, part: Cluster) -> Server:
    workloads = topology.mesh.workloads if topology.mesh else ()
    one = next((item for item in workloads if item.cluster == part.name), None)
    if one is None:
        return Server()
    uri = f"spiffe://mesh.test/ns/shop/sa/{one.service_account}"
    return MeshPod(signer=MESH_ROOT, uri=uri, strict=one.strict, answers=str(one.answers))


# --- reserved addresses and names -----------------------------------------------------------------


def _reserved(topology: Topology, item: Reservation, port: Port) -> Server:
    product = at_reservation(topology, item, port)
    if product is not None:
        return product
    if port.application == "dns":
        records = _records(topology.dns.names)
        zones = {(zone.name, "SOA"): _soa(zone.name) for zone in topology.dns.zones}
        return DnsServer(records=records | zones, authoritative=True)
    if port.application == "grpc":
        return Grpc()
    if port.application == "tls":
        part = topology.cluster(item.cluster)
        workload = _workload(topology, part)
        sni = f"outbound_.80_._.web-{part}.shop.svc.cluster.local"
        behind = {sni: workload} if isinstance(workload, MeshPod) else {}
        return EastWest(signer=EDGE, names=item.tls_names, behind=behind)
    if port.application not in ("http", "https"):
        return Server()
    routes = [one for one in topology.ingress.routes if one.gateway == f"reservation:{item}"]
    pages: dict[tuple[str | None, str], tuple[int, str]] = {
        (one.host, "/"): (200, str(one.answers))
        for one in routes
        if port.number in (one.tls, one.plain)
    }
    return Web(
        signer=EDGE,
        names=item.tls_names,
        pages=pages,
        redirects=tuple(one.host for one in routes if one.redirect and one.plain == port.number),
    )


def _dns(topology: Topology, part: Cluster) -> DnsServer:
    """Cluster DNS: its own names, and those of the zones as their authority has them."""
    zones = {(zone.name, "SOA"): _soa(zone.name) for zone in topology.dns.zones}
    own = {(INTERNAL, "A" if ":" not in _first(part) else "AAAA"): Record(values=(_first(part),))}
    return DnsServer(records=_records(topology.dns.names) | zones | own)


def _soa(zone: str) -> Record:
    return Record(values=(f"ns.{zone}. root.{zone}. 1 2 3 4 30",))


def _records(names: tuple[Name, ...]) -> dict[tuple[str, str], Record]:
    found: dict[tuple[str, str], Record] = {}
    for name in names:
        for kind, version in (("A", 4), ("AAAA", 6)):
            values = tuple(str(item) for item in name.addresses if item.version == version)
            if values:
                found[name.name, kind] = Record(values=values)
        for address in name.addresses:
            found[address.reverse_pointer, "PTR"] = Record(values=(f"{name.name}.",))
    return found
