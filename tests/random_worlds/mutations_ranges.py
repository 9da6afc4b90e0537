"""Mutations of the ranges that pods and Services of a cluster get their addresses from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from tests.live import changed, pod, service, with_each, with_more, with_one
from tests.random_worlds.listening import network_of
from tests.random_worlds.mutating import Pick, mutation
from tests.random_worlds.worlds import World
from trueline.model.address import Address, Cidr, Network
from trueline.model.flags import SERVICE_RANGE_FLAG
from trueline.model.observation import ClusterFacts, EndpointFact, NodeFact, PodFact
from trueline.model.probe import Reply, Step
from trueline.model.topology import Cluster, Node, Vantage

APART = 100  # how much further on a pod stands in a range that it shares with pods of another node


def _late(pick: Pick, part: Cluster) -> Node:
    """Any node but the first, on which the run's own pods stand."""
    return pick(part.nodes[1:])


def _fact(world: World, node: Node) -> NodeFact:
    nodes = world.clusters[node.cluster].nodes.value
    return next(one for one in nodes if one.name == node.name)


def _networks(fact: NodeFact) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in fact.pod_cidrs)


def _moved(world: World, node: Node, *ranges: Network) -> World:
    """The same world, but a node has other pod ranges, one for each of its own, and all its pods.

    In its own cluster whatever is there is reached as before.
    """
    own = _networks(_fact(world, node))

    def there(address: Address) -> Address:
        for old, new in zip(own, ranges, strict=True):
            if address in old:
                return new.network_address + (int(address) - int(old.network_address)) + APART
        return address

    def of_pod(one: PodFact) -> PodFact:
        mine = one.node == node.name and not one.host_network
        return replace(one, ips=tuple(map(there, one.ips))) if mine else one

    def of_endpoint(one: EndpointFact) -> EndpointFact:
        return replace(one, address=there(one.address)) if one.node == node.name else one

    def elsewhere(facts: ClusterFacts) -> ClusterFacts:
        texts = tuple(str(network) for network in ranges)
        facts = with_one(facts, "nodes", node.name, pod_cidrs=texts)
        return with_each(with_each(facts, "pods", of_pod), "endpoints", of_endpoint)

    world = world.with_cluster(node.cluster, elsewhere)
    network = network_of(world.plan, world.clusters)
    inside = (*network.inside, *((one, node.cluster) for one in ranges))
    return replace(world, network=replace(network, inside=inside))


@mutation("CLU-020")
def a_node_has_half_a_range(pick: Pick, world: World) -> World:
    node = pick(world.plan.nodes)
    halves = tuple(str(next(one.subnets())) for one in _networks(_fact(world, node)))
    return world.with_cluster(
        node.cluster, lambda c: with_one(c, "nodes", node.name, pod_cidrs=halves)
    )


@mutation("CLU-021")
def a_node_has_a_range_that_is_not_planned(pick: Pick, world: World) -> World:
    node = _late(pick, pick(world.plan.clusters))
    outside = {4: "172.28.7.0/24", 6: "fd00:77::/64"}
    ranges = (ip_network(outside[one.version]) for one in _networks(_fact(world, node)))
    return _moved(world, node, *ranges)


@mutation("CLU-022")
def two_nodes_share_a_range(pick: Pick, world: World) -> World:
    node = _late(pick, pick(world.plan.clusters))
    first = world.clusters[node.cluster].nodes.value[0]
    return _moved(world, node, *_networks(first))


@mutation("CLU-021 CLU-023")
def a_node_has_a_range_of_another_cluster(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    other = pick(item for item in world.plan.clusters if item != part)
    node = _late(pick, part)
    theirs = pick(world.clusters[other.name].nodes.value)
    ranges = _networks(theirs)
    moved = _moved(world, node, *ranges)
    pods = (one for one in moved.clusters[part.name].pods.value if one.node == node.name)
    mine = {str(address) for one in pods for address in one.ips}
    mine |= {str(network.network_address) for network in ranges}  # the end of its tunnel
    near = tuple(item for item in moved.network.inside if item[1] == part.name)

    def own(place: Vantage, step: Step) -> Reply | None:
        """In its own cluster its pods are reached, and elsewhere nobody knows of them."""
        if step.host not in mine or place.cluster != part.name:
            return None
        return replace(moved.network, inside=near).reply(place, step)

    far = replace(moved.network, inside=world.network.inside)
    return replace(moved, network=far).but(own)


@mutation("CLU-030 CLU-031")
def a_service_network_reaches_into_another_clusters(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    other = pick(item for item in world.plan.clusters if item != part)
    theirs = pick(other.services).network
    shared = str(ip_network((int(theirs.network_address), theirs.max_prefixlen - 3)))
    (facts,) = world.clusters[part.name].service_cidrs.value
    more = replace(facts, name="more", cidrs=(shared,))
    return world.with_cluster(part.name, lambda c: with_more(c, "service_cidrs", more))


@mutation("CLU-036")
def an_api_server_is_told_another_service_network(pick: Pick, world: World) -> World:
    node = pick(item for item in world.plan.nodes if item.role == "control-plane")
    server = replace(
        pod("kube-system", f"kube-apiserver-{node.name}", node.name, node.addresses[0]),
        host_network=True,
        images={"kube-apiserver": "registry.k8s.io/kube-apiserver:v1.34.4"},
        arguments=(f"{SERVICE_RANGE_FLAG}=172.27.0.0/16",),
    )
    return world.with_cluster(node.cluster, lambda c: with_more(c, "pods", server))


@mutation("CLU-037")
def a_service_network_is_full(pick: Pick, world: World) -> World:
    """A small network, planned so, of which Services without a port hold all that is left."""
    part = pick(world.plan.clusters)
    first, *others = part.services
    network = ip_network((int(first.network.network_address), first.network.max_prefixlen - 7))
    small = (Cidr.parse(str(network)), *others)
    facts = world.clusters[part.name]
    held = {address for one in facts.services.value for address in one.cluster_ips}
    free = (address for address in _assignable(network) if address not in held)
    more = [replace(service(f"many/s{n}", one), ports=()) for n, one in enumerate(free)]
    (effective,) = facts.service_cidrs.value
    effective = replace(effective, cidrs=tuple(str(cidr.network) for cidr in small))
    plan = replace(
        world.plan,
        clusters=tuple(
            replace(item, services=small) if item == part else item for item in world.plan.clusters
        ),
    )
    return replace(world, plan=plan).with_cluster(
        part.name,
        lambda c: with_more(changed(c, "service_cidrs", (effective,)), "services", *more),
    )


def _assignable(network: Network) -> Iterator[Address]:
    """The addresses that Services can get: not the first, and of IPv4 not the last."""
    last = network.num_addresses - (1 if network.version == 4 else 0)
    return (network.network_address + offset for offset in range(1, last))
