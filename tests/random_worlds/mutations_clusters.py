"""Mutations of what the APIs of clusters say, and of what their pods and nodes see."""

from __future__ import annotations

from dataclasses import fields, replace
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from tests.live import changed, pod, unseen, with_each, with_more, with_one, without_ready
from tests.random_worlds.listening import API, KUBELET
from tests.random_worlds.mutating import ANY, Pick, mutation
from tests.random_worlds.network import refused
from tests.random_worlds.worlds import World
from trueline.model.observation import ClusterFacts, ServiceCidrFact
from trueline.model.topology import Cluster


def _api_keys(world: World, part: Cluster) -> list[tuple[str, int, str]]:
    return [key for key, one in world.network.servers.items() if one.signer == part.name]


@mutation("CLU-001", doubts=ANY)
def a_context_has_credentials_that_are_refused(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    facets = [item.name for item in fields(ClusterFacts) if item.name != "name"]

    def refused_all(facts: ClusterFacts) -> ClusterFacts:
        for facet in facets:
            facts = unseen(facts, facet, "the API answers 401 Unauthorized")
        return facts

    return world.with_cluster(part.name, refused_all)


@mutation("CLU-004")
def a_kubelet_was_left_behind(pick: Pick, world: World) -> World:
    node = pick(world.plan.nodes)
    return world.with_cluster(
        node.cluster, lambda c: with_one(c, "nodes", node.name, kubelet_version="v1.29.9")
    )


@mutation("CLU-005")
def a_rollout_is_under_way(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    moving = ("Deployment shop/web: 1 of 2 replicas are updated",)
    return world.with_cluster(part.name, lambda c: changed(c, "moving", moving))


@mutation("CLU-012")
def a_node_is_not_ready(pick: Pick, world: World) -> World:
    node = pick(world.plan.nodes)
    return world.with_cluster(node.cluster, lambda c: with_one(c, "nodes", node.name, ready=False))


@mutation("CLU-010")
def a_node_has_another_role(pick: Pick, world: World) -> World:
    node = pick(item for item in world.plan.nodes if item.role == "worker")
    roles = frozenset({"control-plane"})
    return world.with_cluster(node.cluster, lambda c: with_one(c, "nodes", node.name, roles=roles))


@mutation("CLU-040")
def flannel_takes_the_address_of_another_node(pick: Pick, world: World) -> World:
    node = pick(item for item in world.plan.nodes)
    other = pick(n for n in world.plan.cluster(node.cluster).nodes if n != node)
    address = other.addresses[0]
    name = "flannel_public_ip" if address.version == 4 else "flannel_public_ipv6"
    return world.with_cluster(
        node.cluster, lambda c: with_one(c, "nodes", node.name, **{name: str(address)})
    )


@mutation("CLU-011", doubts="CLU-061")  # nobody stands on it
def a_node_is_there_that_nobody_planned(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    (like, *_) = world.clusters[part.name].nodes.value
    outside = {4: ip_address("172.31.0.9"), 6: ip_address("fd00:99::9")}
    addresses = tuple(outside[one.version] for one in part.nodes[0].addresses)
    ranges = []
    for text in like.pod_cidrs:
        net = ip_network(text)
        first = net.network_address + 14 * net.num_addresses
        ranges.append(str(ip_network((int(first), net.prefixlen))))
    by_family = {one.version: str(one) for one in addresses}
    fresh = replace(
        like,
        name="stranger",
        addresses=addresses,
        pod_cidrs=tuple(ranges),
        flannel_public_ip=by_family.get(4),
        flannel_public_ipv6=by_family.get(6),
    )
    speaker = pod("metallb-system", "speaker-9", "stranger", addresses[0])
    labels = {"app": "metallb", "component": "speaker"}
    speaker = replace(speaker, host_network=True, labels=labels)
    world = world.with_cluster(
        part.name, lambda c: with_more(with_more(c, "nodes", fresh), "pods", speaker)
    )
    servers = dict(world.network.servers)
    for text in ranges:
        servers[str(ip_network(text).network_address), KUBELET, "tcp"] = next(
            iter(servers.values())
        )
    return replace(world, network=replace(world.network, servers=servers))


@mutation("CLU-034")
def two_pods_have_one_address(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    pods = [one for one in world.clusters[part.name].pods.value if not one.host_network]
    one = pick(pods)
    twin = replace(one, name="twin")
    return world.with_cluster(part.name, lambda c: with_more(c, "pods", twin))


@mutation("CLU-035")
def a_pod_has_an_address_of_another_node(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    first, other, *_ = world.clusters[part.name].nodes.value
    ips = tuple(ip_network(text).network_address + 99 for text in other.pod_cidrs)
    lost = pod("lost", "pod", first.name, *ips)
    return world.with_cluster(part.name, lambda c: with_more(c, "pods", lost))


@mutation("CLU-032")
def a_cluster_ip_is_of_no_service_network(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    stray = (ip_address("172.30.0.9"),)
    return world.with_cluster(
        part.name, lambda c: with_one(c, "services", "payments/ledger", cluster_ips=stray)
    )


@mutation("CLU-033")
def an_endpoint_is_outside_of_pods_and_nodes(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    (like, *_) = (
        one for one in world.clusters[part.name].endpoints.value if one.service == "payments/ledger"
    )
    stale = replace(like, address=ip_address("172.30.0.9"), ready=False)
    return world.with_cluster(part.name, lambda c: with_more(c, "endpoints", stale))


@mutation("CLU-030 CLU-038")
def a_service_network_covers_a_node(pick: Pick, world: World) -> World:
    node = pick(world.plan.nodes)
    address = node.addresses[0]
    covering = str(ip_network((int(address) & ~3, address.max_prefixlen - 2)))
    if address.version == 6:
        covering = str(ip_network(f"{address}/126", strict=False))
    more = ServiceCidrFact(name="more", cidrs=(covering,), ready=True)
    return world.with_cluster(node.cluster, lambda c: with_more(c, "service_cidrs", more))


@mutation("CLU-041")
def the_api_has_an_endpoint_that_is_no_control_plane(pick: Pick, world: World) -> World:
    node = pick(item for item in world.plan.nodes if item.role == "worker")
    facts = world.clusters[node.cluster]
    like = next(one for one in facts.endpoints.value if one.service == "default/kubernetes")
    stray = replace(like, address=node.addresses[0])
    return world.with_cluster(node.cluster, lambda c: with_more(c, "endpoints", stray))


@mutation("CLU-050")
def the_dns_service_has_another_address(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    moved = tuple(cidr.network.network_address + 9 for cidr in part.services)
    return world.with_cluster(
        part.name, lambda c: with_one(c, "services", "kube-system/kube-dns", cluster_ips=moved)
    )


@mutation("CLU-051", doubts="DNS-002")
def no_dns_pod_is_ready(pick: Pick, world: World) -> World:
    name = pick(world.plan.clusters).name
    return world.with_cluster(name, lambda c: without_ready(c, "kube-system/kube-dns"))


@mutation("CLU-070")
def a_webhook_has_nobody_behind_it(pick: Pick, world: World) -> World:
    name = pick(world.plan.clusters).name
    return world.with_cluster(name, lambda c: without_ready(c, "istio-system/istiod"))


@mutation("CLU-002")
def a_cluster_has_another_uid_than_pinned(pick: Pick, world: World) -> World:
    part = pick(item for item in world.plan.clusters if item.identity.kube_system_uid)
    facts = world.clusters[part.name]
    other = replace(facts.identity.value, kube_system_uid="another")
    return world.with_cluster(part.name, lambda c: changed(c, "identity", other))


@mutation("CLU-003")
def two_contexts_lead_to_one_cluster(pick: Pick, world: World) -> World:
    one, other, *_ = world.plan.clusters
    part = pick(item for item in (one, other) if not item.identity.kube_system_uid)
    twin = other if part is one else one
    uid = world.clusters[twin.name].identity.value.kube_system_uid
    same = replace(world.clusters[part.name].identity.value, kube_system_uid=uid)
    return world.with_cluster(part.name, lambda c: changed(c, "identity", same))


@mutation("CLU-060")
def a_pod_does_not_reach_the_dns_of_its_cluster(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    return world.but(
        lambda place, step: (
            refused()
            if place.kind == "pod"
            and (step.host, step.port, step.read) == (str(part.dns_service), 53, "nothing")
            else None
        )
    )


@mutation("CLU-061")
def a_tunnel_leads_nowhere(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    node = pick(world.clusters[part.name].nodes.value)
    end = str(ip_network(node.pod_cidrs[0]).network_address)
    return replace(world, network=world.network.with_server((end, KUBELET, "tcp"), None))


@mutation("CLU-006")
def an_api_shows_a_certificate_for_other_names(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    for key in _api_keys(world, part):
        if key[1] == 443:
            world = world.with_server(key, names=("kubernetes",))
    return world


def _fronted(world: World) -> list[Cluster]:
    """The cluster with a VM in front of its API, if any."""
    fronts = [str(one.address) for one in world.plan.vms if one.name == "front"]
    return [
        part
        for part in world.plan.clusters
        for address in fronts
        if part.api in (f"https://{address}:6443", f"https://[{address}]:6443")
    ]


def _ending(world: World, part: Cluster) -> World:
    for key in _api_keys(world, part):
        world = world.with_server(key, end=600.0)
    return world


@mutation("REACH-001 TIME-011")
def an_api_shows_a_certificate_that_ends_soon(pick: Pick, world: World) -> World:
    return _ending(world, pick(one for one in world.plan.clusters if one not in _fronted(world)))


@mutation("REACH-001 TIME-011 VM-001 VM-003")
def an_api_behind_a_vm_shows_a_certificate_that_ends_soon(pick: Pick, world: World) -> World:
    return _ending(world, pick(_fronted(world)))


def _begun_later(world: World, part: Cluster) -> World:
    for key in _api_keys(world, part):
        world = world.with_server(key, start=600.0)
    return world


@mutation("REACH-001 TIME-010")
def an_api_shows_a_certificate_of_tomorrow(pick: Pick, world: World) -> World:
    fronted = _fronted(world)
    return _begun_later(world, pick(one for one in world.plan.clusters if one not in fronted))


@mutation("REACH-001 TIME-010 VM-001 VM-003")
def an_api_behind_a_vm_shows_a_certificate_of_tomorrow(pick: Pick, world: World) -> World:
    return _begun_later(world, pick(_fronted(world)))


@mutation("CLU-007 REACH-001 VM-001 VM-003")
def a_front_leads_to_no_api_server(pick: Pick, world: World) -> World:
    part = pick(_fronted(world))
    host = str(urlsplit(str(part.api)).hostname)
    no_backend = (503, "no server is available to handle this request")
    return world.with_server((host, API, "tcp"), pages={}, other=no_backend)


@mutation("TIME-001 TIME-002 TIME-003")
def the_clock_of_an_api_is_ahead(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    for key in _api_keys(world, part):
        world = world.with_server(key, ahead=30.0)
    return world


@mutation("TIME-003")
def the_clock_of_a_node_is_behind(pick: Pick, world: World) -> World:
    node = pick(world.plan.nodes)
    (lease,) = (one for one in world.clusters[node.cluster].leases.value if one.node == node.name)
    assert lease.renewed is not None
    late = replace(lease, renewed=lease.renewed - 30.0)
    return world.with_cluster(
        node.cluster,
        lambda c: with_each(c, "leases", lambda one: late if one.node == node.name else one),
    )
