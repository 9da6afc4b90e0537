"""The mesh and the policies: possible with the gateways, networks and pod networks planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, some
from trueline.model.mesh import MeshMember
from trueline.model.topology import Cluster, Topology
from trueline.requirements.plan_use import (
    PLAN_080,
    PLAN_081,
    PLAN_082,
    PLAN_083,
    PLAN_084,
    PLAN_085,
    PLAN_086,
)

EAST_WEST_PORT = 15443  # Istio, multi-primary on different networks: TLS passthrough by SNI

Pair = tuple[Cluster, Cluster]


@check(PLAN_080, remedy="List each cluster of the mesh once, under its name in the plan.")
def mesh_members_are_clusters(topology: Topology) -> Iterator[Claim]:
    """Every member of the mesh is a declared cluster, listed once."""
    if topology.mesh is None:
        yield not_applicable(topology, why="no mesh is planned", at=topology.at)
        return
    counted = Counter(member.cluster for member in topology.mesh.members)
    planned = {cluster.name for cluster in topology.clusters}
    for name, times in counted.items():
        yield holds(
            f"mesh member {name}",
            times == 1 and name in planned,
            expected="a planned cluster, once",
            observed=f"{'planned' if name in planned else 'not planned'}, {_times(times)}",
            at=topology.mesh.at,
        )
    if not counted:
        yield equal("mesh members", expected="clusters", observed="none", at=topology.mesh.at)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


@check(PLAN_081, remedy="Reserve an address for the gateway, with port 15443 if it is east-west.")
def mesh_member_has_its_gateways(cluster: Cluster, topology: Topology) -> Iterator[Claim]:
    """The member's ingress and east-west gateways are two reservations of the cluster."""
    member = _member(cluster, topology)
    if member is None:
        yield not_applicable(cluster, why="the cluster is in no mesh", at=cluster.at)
        return
    reserved = {item.name: item for item in cluster.reservations}
    for use, name in (("ingress", member.ingress), ("east_west", member.east_west)):
        yield holds(
            f"{cluster} {use}",
            name in reserved,
            expected="a reservation of the cluster",
            observed=name,
            at=member.at,
        )
    if member.east_west in reserved:
        gateway = reserved[member.east_west]
        yield holds(
            f"{gateway} ports",
            any((port.number, port.protocol) == (EAST_WEST_PORT, "TCP") for port in gateway.ports),
            expected=f"{EAST_WEST_PORT}/TCP",
            observed=gateway.ports,
            at=gateway.at,
        )
        yield holds(
            f"{cluster} gateways",
            member.ingress != member.east_west,
            expected="two gateways",
            observed=f"{member.ingress} and {member.east_west}",
            at=member.at,
        )


@check(PLAN_082, remedy="Name the trust domain, and give each member a network of its own.")
def mesh_has_a_trust_domain_and_networks(topology: Topology) -> Iterator[Claim]:
    """The mesh names a trust domain, and each member a network that no other has."""
    mesh = topology.mesh
    if mesh is None:
        yield not_applicable(topology, why="no mesh is planned", at=topology.at)
        return
    yield holds(
        "mesh trust_domain",
        bool(mesh.trust_domain),
        expected="a trust domain",
        observed=mesh.trust_domain,
        at=mesh.at,
    )
    users = Counter(member.network for member in mesh.members)
    for member in mesh.members:
        yield holds(
            f"mesh member {member.cluster} network",
            bool(member.network) and users[member.network] == 1,
            expected="a network of its own",
            observed=_shared(member, mesh.members) if member.network else None,
            at=member.at,
        )


def _shared(member: MeshMember, members: tuple[MeshMember, ...]) -> str:
    rest = [
        other.cluster
        for other in members
        if other is not member and other.network == member.network
    ]
    return f"{member.network}, also of {some(rest)}" if rest else str(member.network)


@check(PLAN_083, remedy="State the flow from the pods of one member to the other.")
def mesh_members_reach_each_other(pair: Pair, topology: Topology) -> Iterator[Claim]:
    """Pods of each of two members are to reach the other's API and east-west gateway."""
    members = [_member(cluster, topology) for cluster in pair]
    if None in members:
        why = "the two clusters are not in one mesh"
        yield not_applicable(f"{pair[0]} and {pair[1]}", why=why, at=pair[0].at)
        return
    for source, target in (pair, pair[::-1]):
        member = _member(target, topology)
        gateway = member.east_west if member else None
        for end in (f"api:{target}", f"reservation:{target}/{gateway or 'east-west gateway'}"):
            flows = [
                flow
                for flow in topology.flows
                if flow.expected
                and flow.target == end
                and flow.source.split("/", 1)[0] == f"pods:{source}"
            ]
            yield holds(
                f"pods:{source} to {end}",
                bool(flows),
                expected="a flow that must work",
                observed=some(flows),
                at=source.at,
            )


@check(PLAN_084, remedy="Add a policy engine and plan policy_enforced: true, or drop the policies.")
def policies_are_enforced(cluster: Cluster, topology: Topology) -> Iterator[Claim]:
    """A cluster with policies has a pod network that enforces them."""
    namespaces = [part.namespace for part in topology.policies if part.cluster == cluster.name]
    if not namespaces:
        yield not_applicable(cluster, why="no policy is planned", at=cluster.at)
        return
    yield holds(
        f"{cluster} cni",
        cluster.cni.policy_enforced,
        expected=f"a pod network that enforces policies, for {some(namespaces)}",
        observed=cluster.cni.kind
        + (" with" if cluster.cni.policy_enforced else " without")
        + " enforcement",
        at=cluster.cni.at,
    )


@check(PLAN_085, remedy="Serve it through the ingress gateway, or accept the way around it.")
def services_stay_behind_the_gateway(cluster: Cluster, topology: Topology) -> Iterator[Claim]:
    """A mesh member with an ingress gateway reserves no address for another Service."""
    member = _member(cluster, topology)
    if member is None or member.ingress is None:
        why = "the cluster has no ingress gateway of a mesh"
        yield not_applicable(cluster, why=why, at=cluster.at)
        return
    gateways = (member.ingress, member.east_west)
    around = [item for item in cluster.reservations if item.name not in gateways]
    yield holds(
        f"{cluster} reservations",
        not around,
        expected=f"gateways alone ({', '.join(filter(None, gateways))})",
        observed=f"also {some(around, most=10)}" if around else "gateways alone",
        at=member.at,
    )


@check(PLAN_086, remedy="State what may enter the namespace, under policies.")
def namespace_with_a_reservation_has_a_policy(
    cluster: Cluster, topology: Topology
) -> Iterator[Claim]:
    """Every namespace that owns a reserved address states what may enter it."""
    if not cluster.reservations:
        yield not_applicable(cluster, why="no address is reserved", at=cluster.at)
        return
    owners = {item.owner.split("/", 1)[0] for item in cluster.reservations}
    stated = {part.namespace for part in topology.policies if part.cluster == cluster.name}
    yield equal(
        f"{cluster} namespaces without policy",
        expected=frozenset(),
        observed=owners - stated,
        at=cluster.at,
    )


def _member(cluster: Cluster, topology: Topology) -> MeshMember | None:
    members = topology.mesh.members if topology.mesh else ()
    return next((member for member in members if member.cluster == cluster.name), None)
