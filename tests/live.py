"""Healthy clusters as facts, derived from a plan: what every live check passes.

    facts = facts_for(world())                       # dict of cluster name to ClusterFacts
    sick = changed(facts["app"], "pools", ())        # the same cluster, one facet replaced
    blind = unseen(facts["app"], "nodes", "the kubeconfig may not list nodes: forbidden")

Every planned node is there with a ready speaker; every reservation's owner holds its address,
pinned by the old annotation, with one ready pod behind it; each pool has its L2Advertisement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

from trueline.model.address import Address
from trueline.model.observation import (
    AdvertisementFact,
    ClusterFacts,
    EndpointFact,
    IdentityFact,
    NodeFact,
    Observation,
    PodFact,
    PoolFact,
    PortFact,
    SelectorFact,
    ServiceCidrFact,
    ServiceFact,
    Unobserved,
    WorkloadFact,
)
from trueline.model.topology import Cluster, Node, Topology

T = TypeVar("T")

NOW = 1_763_000_000.0
LABEL = "app.kubernetes.io/name"


def seen(value: T, what: str = "the API") -> Observation[T]:
    """A fact, as seen at NOW."""
    return Observation(value=value, at=NOW, source=f"GET {what}", vantage="this host")


def facts_for(topology: Topology) -> dict[str, ClusterFacts]:
    """The facts of every cluster of the plan, healthy, by name."""
    return {cluster.name: healthy(cluster) for cluster in topology.clusters}


def healthy(cluster: Cluster) -> ClusterFacts:
    """One cluster exactly as planned."""
    nodes = _nodes(cluster)
    services, pods, endpoints = _system(cluster, nodes)
    for index, item in enumerate(cluster.reservations):
        address = _pod_address(nodes, index, 20 + index // len(nodes))
        node = nodes[index % len(nodes)]
        namespace, name = item.owner.split("/")
        if item.owner not in {service.key for service in services}:
            services.append(_owner(cluster, item.owner, 100 + index))
        services = [
            replace(
                service,
                ingress=(*service.ingress, item.address),
                annotations=_pinned(service, item.address),
                ports=service.ports
                + tuple(_port(port.number, port.protocol) for port in item.ports),
            )
            if service.key == item.owner
            else service
            for service in services
        ]
        pods.append(pod(namespace, f"{name}-{index}", node.name, address))
        endpoints.append(endpoint(item.owner, address, node.name, f"{name}-{index}"))
    return ClusterFacts(
        name=cluster.name,
        identity=seen(
            IdentityFact(
                server=cluster.api or f"https://{cluster.name}.test:6443",
                ca_sha256=cluster.identity.ca_sha256 or _digest(f"ca of {cluster.name}"),
                kube_system_uid=cluster.identity.kube_system_uid or f"uid-of-{cluster.name}",
                version=_kubernetes(cluster),
            ),
            "/version",
        ),
        nodes=seen(tuple(nodes), "/api/v1/nodes"),
        services=seen(tuple(services), "/api/v1/services"),
        endpoints=seen(tuple(endpoints), "/apis/discovery.k8s.io/v1/endpointslices"),
        pods=seen(tuple(pods), "/api/v1/pods"),
        workloads=seen(_workloads(cluster), "/apis/apps/v1/deployments"),
        service_cidrs=seen(
            (
                ServiceCidrFact(
                    name="kubernetes",
                    cidrs=tuple(str(cidr.network) for cidr in cluster.services),
                    ready=True,
                ),
            ),
            "/apis/networking.k8s.io/v1/servicecidrs",
        ),
        pools=seen(
            tuple(
                PoolFact(name=pool.name, ranges=pool.ranges, auto_assign=pool.auto_assign)
                for pool in cluster.pools
            ),
            "ipaddresspools",
        ),
        pool_labels=seen({pool.name: {LABEL: pool.name} for pool in cluster.pools}),
        advertisements=seen(
            tuple(
                advertisement(f"l2-{pool.name}", pools=(pool.name,))
                for pool in cluster.pools
                if pool.advertise == "l2"
            ),
            "l2advertisements",
        ),
        events=seen((), "/api/v1/events"),
        moving=seen((), "/apis/apps/v1/deployments"),
        policies=seen(()),
        mesh_roots=seen(()),
        webhooks=seen((), "webhook configurations"),
    )


# --- the parts ------------------------------------------------------------------------------------


def _kubernetes(cluster: Cluster) -> str:
    return "v" + cluster.versions.get("kubernetes", "1.34.4").removeprefix("v")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _nodes(cluster: Cluster) -> list[NodeFact]:
    """The planned nodes, each with the next pod range of every planned family."""
    made = []
    for index, node in enumerate(cluster.nodes):
        ranges = []
        for cidr in cluster.pods:
            network = cidr.network
            length = cluster.node_prefix.get(network.version, min(network.prefixlen + 8, 128))
            step = 1 << (network.max_prefixlen - length)
            ranges.append(str(ip_network((int(network.network_address) + index * step, length))))
        made.append(
            NodeFact(
                name=node.name,
                addresses=node.addresses,
                pod_cidrs=tuple(ranges),
                roles=frozenset({"control-plane"} if node.role == "control-plane" else ()),
                ready=True,
                schedulable=True,
                labels={"kubernetes.io/hostname": node.name, "kubernetes.io/os": "linux"},
                kubelet_version=_kubernetes(cluster),
                flannel_public_ip=_first(node, 4),
                flannel_public_ipv6=_first(node, 6),
            )
        )
    return made


def _first(node: Node, family: int) -> str | None:
    """The node's first address of a family, which is what Flannel takes."""
    return next((str(item) for item in node.addresses if item.version == family), None)


def _pod_address(nodes: list[NodeFact], index: int, offset: int) -> Address:
    """An address of the pod range of one node."""
    network = ip_network(nodes[index % len(nodes)].pod_cidrs[0])
    return network.network_address + offset


def _cluster_ip(cluster: Cluster, offset: int) -> Address:
    return cluster.services[0].network.network_address + offset


def _system(
    cluster: Cluster, nodes: list[NodeFact]
) -> tuple[list[ServiceFact], list[PodFact], list[EndpointFact]]:
    """The API server's Service, cluster DNS and MetalLB."""
    dns = cluster.dns_service or _cluster_ip(cluster, 10)
    services = [
        service("default/kubernetes", _cluster_ip(cluster, 1)),
        service("kube-system/kube-dns", dns),
    ]
    address = _pod_address(nodes, 0, 2)
    pods = [pod("kube-system", "coredns-0", nodes[0].name, address)]
    endpoints = [endpoint("kube-system/kube-dns", address, nodes[0].name, "coredns-0")]
    endpoints += [
        EndpointFact(
            service="default/kubernetes",
            slice="default/kubernetes",
            address=node.addresses[0],
            ready=True,
            node=None,
        )
        for node in nodes
        if "control-plane" in node.roles and node.addresses
    ]
    if cluster.load_balancer is not None:
        namespace = cluster.load_balancer.namespace
        for index, node in enumerate(nodes):
            labels = {"app": "metallb", "component": "speaker"}
            own = node.addresses[0] if node.addresses else ip_address("192.0.2.1")
            made = pod(namespace, f"speaker-{index}", node.name, own, labels=labels)
            pods.append(replace(made, host_network=True))
    return services, pods, endpoints


def _owner(cluster: Cluster, key: str, offset: int) -> ServiceFact:
    made = service(key, _cluster_ip(cluster, offset))
    return replace(made, type="LoadBalancer", external_traffic_policy="Cluster", ports=())


def _pinned(item: ServiceFact, address: Address) -> dict[str, str]:
    name = "metallb.universe.tf/loadBalancerIPs"
    return {name: ",".join(filter(None, [item.annotations.get(name), str(address)]))}


def _port(number: int, protocol: str) -> PortFact:
    return PortFact(name=f"p{number}", port=number, protocol=protocol, target=str(number))


def service(key: str, cluster_ip: Address, *, kind: str = "ClusterIP") -> ServiceFact:
    """A Service with one port."""
    namespace, name = key.split("/")
    return ServiceFact(
        namespace=namespace,
        name=name,
        type=kind,
        cluster_ips=(cluster_ip,),
        ingress=(),
        ports=(_port(80, "TCP"),),
        annotations={},
        load_balancer_ip=None,
        load_balancer_class=None,
        external_traffic_policy=None,
        source_ranges=(),
        selector={LABEL: name},
    )


def balancer(
    key: str, *addresses: str, cluster_ip: str = "10.96.9.9", **changes: Any
) -> ServiceFact:
    """A LoadBalancer Service that holds these addresses and asks for none."""
    made = replace(
        service(key, ip_address(cluster_ip), kind="LoadBalancer"),
        ingress=tuple(ip_address(text) for text in addresses),
        external_traffic_policy="Cluster",
    )
    return replace(made, **changes)


def pod(
    namespace: str, name: str, node: str | None, *ips: Address, labels: dict[str, str] | None = None
) -> PodFact:
    """A running, ready pod."""
    return PodFact(
        namespace=namespace,
        name=name,
        node=node,
        ips=ips,
        phase="Running",
        ready=True,
        host_network=False,
        labels=labels or {LABEL: name},
        images={"main": "example.test/app:1"},
        restarts=0,
    )


def endpoint(service_key: str, address: Address, node: str | None, pod_name: str) -> EndpointFact:
    """A ready endpoint with a pod behind it."""
    return EndpointFact(
        service=service_key,
        slice=f"{service_key}-x1",
        address=address,
        ready=True,
        node=node,
        pod=f"{service_key.split('/')[0]}/{pod_name}",
    )


def advertisement(
    name: str,
    *,
    pools: tuple[str, ...] = (),
    pool_selectors: tuple[SelectorFact, ...] = (),
    node_selectors: tuple[SelectorFact, ...] = (),
) -> AdvertisementFact:
    """An L2Advertisement on all interfaces."""
    return AdvertisementFact(
        name=name,
        pools=pools,
        pool_selectors=pool_selectors,
        node_selectors=node_selectors,
        interfaces=(),
    )


def _workloads(cluster: Cluster) -> tuple[WorkloadFact, ...]:
    """MetalLB's Deployment and DaemonSet in the planned version."""
    if cluster.load_balancer is None:
        return ()
    version = cluster.versions.get("metallb", "0.13.12").removeprefix("v")
    return tuple(
        WorkloadFact(
            kind=kind,
            namespace=cluster.load_balancer.namespace,
            name=name,
            labels={"app": "metallb", "component": name},
            desired=count,
            ready=count,
            images=(f"quay.io/metallb/{name}:v{version}",),
        )
        for kind, name, count in (
            ("Deployment", "controller", 1),
            ("DaemonSet", "speaker", len(cluster.nodes)),
        )
    )


# --- the same cluster with one thing changed ------------------------------------------------------


def changed(facts: ClusterFacts, facet: str, value: Any) -> ClusterFacts:
    """The same facts with another value of one facet."""
    return replace(facts, **{facet: replace(getattr(facts, facet), value=value)})


def unseen(facts: ClusterFacts, facet: str, reason: str) -> ClusterFacts:
    """The same facts with one facet a gap."""
    was = getattr(facts, facet)
    gap: Any = Unobserved(reason=reason, at=was.at, source=was.source, vantage=was.vantage)
    return replace(facts, **{facet: gap})


def with_each(facts: ClusterFacts, facet: str, change: Callable[[Any], Any | None]) -> ClusterFacts:
    """The same facts with every object of a facet changed; None drops the object."""
    kept = (change(item) for item in getattr(facts, facet).value)
    return changed(facts, facet, tuple(item for item in kept if item is not None))


def without_ready(facts: ClusterFacts, service: str) -> ClusterFacts:
    """The same facts, and no endpoint of a Service (`namespace/name`) is ready."""
    return with_each(
        facts,
        "endpoints",
        lambda one: replace(one, ready=one.ready and one.service != service),
    )


def with_one(facts: ClusterFacts, facet: str, name: str, **changes: Any) -> ClusterFacts:
    """The same facts with the object of that name (or `namespace/name`) changed."""
    names = {getattr(item, "key", item.name) for item in getattr(facts, facet).value}
    if name not in names:
        raise KeyError(name)
    return with_each(
        facts,
        facet,
        lambda item: replace(item, **changes) if getattr(item, "key", item.name) == name else item,
    )


def without(facts: ClusterFacts, facet: str, name: str) -> ClusterFacts:
    """The same facts without the object of that name (or `namespace/name`)."""
    return with_each(
        facts, facet, lambda item: None if getattr(item, "key", item.name) == name else item
    )


def with_more(facts: ClusterFacts, facet: str, *items: Any) -> ClusterFacts:
    """The same facts with objects appended."""
    return changed(facts, facet, getattr(facts, facet).value + items)
