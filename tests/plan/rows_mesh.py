"""Rows for the checks of trueline.checks.plan_mesh."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.judging import Row
from tests.worlds import member, policy, with_cluster, with_load_balancer, world
from trueline.model.mesh import MeshMember
from trueline.model.topology import Topology

PLAIN = world()
assert PLAIN.mesh is not None
MESH = PLAIN.mesh


def _members(*members: MeshMember) -> Topology:
    return replace(world(), mesh=replace(MESH, members=members))


ROWS = [
    Row(
        "mesh_members_are_clusters",
        "an unknown member",
        replace(
            world(),
            mesh=replace(
                MESH, members=(*MESH.members, member("edge", "network-edge", None, None, line=193))
            ),
        ),
        [
            (
                "fail mesh member edge: expected a planned cluster, once, observed not "
                "planned, once (topology.yaml:190)"
            )
        ],
        "PLAN-080",
    ),
    Row(
        "mesh_members_are_clusters",
        "a member twice",
        replace(world(), mesh=replace(MESH, members=MESH.members * 2)),
        [
            (
                "fail mesh member control: expected a planned cluster, once, observed "
                "planned, 2 times (topology.yaml:190)"
            ),
            (
                "fail mesh member app: expected a planned cluster, once, observed planned, 2 "
                "times (topology.yaml:190)"
            ),
        ],
        "PLAN-080 PLAN-082",
    ),
    Row(
        "mesh_members_are_clusters",
        "no members",
        replace(world(), mesh=replace(MESH, members=())),
        ["fail mesh members: expected clusters, observed none (topology.yaml:190)"],
        "PLAN-080",
    ),
    Row(
        "mesh_members_are_clusters",
        "no mesh",
        replace(world(), mesh=None),
        ["not applicable reference: no mesh is planned (topology.yaml:1)"],
        "",
    ),
    Row(
        "mesh_member_has_its_gateways",
        "no east-west gateway",
        _members(
            member("control", "a", "ingress", None, line=191),
            member("app", "b", "ingress", "eastwest", line=192),
        ),
        [
            (
                "fail control east_west: expected a reservation of the cluster, observed "
                "nothing (topology.yaml:191)"
            ),
            (
                "fail app east_west: expected a reservation of the cluster, observed eastwest "
                "(topology.yaml:192)"
            ),
        ],
        "PLAN-081 PLAN-083",
    ),
    Row(
        "mesh_member_has_its_gateways",
        "one gateway for both",
        _members(
            member("control", "a", "ingress", "ingress", line=191),
            member("app", "b", "ingress", "east-west", line=192),
        ),
        [
            (
                "fail control/ingress ports: expected 15443/TCP, observed [80/TCP] "
                "(topology.yaml:36)"
            ),
            (
                "fail control gateways: expected two gateways, observed ingress and ingress "
                "(topology.yaml:191)"
            ),
        ],
        "PLAN-081 PLAN-083",
    ),
    Row(
        "mesh_member_has_its_gateways",
        "not in the mesh",
        _members(member("control", "a", "ingress", "east-west", line=191)),
        ["not applicable app: the cluster is in no mesh (topology.yaml:60)"],
        "",
    ),
    Row(
        "mesh_has_a_trust_domain_and_networks",
        "nothing is said",
        replace(
            world(),
            mesh=replace(
                MESH,
                members=(
                    member("control", None, "ingress", "east-west", line=191),
                    member("app", None, "ingress", "east-west", line=192),
                ),
                trust_domain=None,
            ),
        ),
        [
            (
                "fail mesh trust_domain: expected a trust domain, observed nothing "
                "(topology.yaml:190)"
            ),
            (
                "fail mesh member control network: expected a network of its own, observed "
                "nothing (topology.yaml:191)"
            ),
            (
                "fail mesh member app network: expected a network of its own, observed "
                "nothing (topology.yaml:192)"
            ),
        ],
        "PLAN-082",
    ),
    Row(
        "mesh_has_a_trust_domain_and_networks",
        "one network for both",
        _members(
            member("control", "a", "ingress", "east-west", line=191),
            member("app", "a", "ingress", "east-west", line=192),
        ),
        [
            (
                "fail mesh member control network: expected a network of its own, observed a, "
                "also of app (topology.yaml:191)"
            ),
            (
                "fail mesh member app network: expected a network of its own, observed a, "
                "also of control (topology.yaml:192)"
            ),
        ],
        "PLAN-082",
    ),
    Row(
        "mesh_has_a_trust_domain_and_networks",
        "no mesh",
        replace(world(), mesh=None),
        ["not applicable reference: no mesh is planned (topology.yaml:1)"],
        "",
    ),
    Row(
        "mesh_members_reach_each_other",
        "no discovery",
        replace(
            world(),
            flows=tuple(
                item for item in world().flows if item.name not in ("gitops", "mesh to app")
            ),
        ),
        [
            (
                "fail pods:control to api:app: expected a flow that must work, observed none "
                "(topology.yaml:8)"
            ),
            (
                "fail pods:control to reservation:app/east-west: expected a flow that must "
                "work, observed none (topology.yaml:8)"
            ),
        ],
        "PLAN-083",
    ),
    Row(
        "mesh_members_reach_each_other",
        "no gateway to go to",
        _members(
            member("control", "a", "ingress", "east-west", line=191),
            member("app", "b", "ingress", None, line=192),
        ),
        [
            (
                "fail pods:control to reservation:app/east-west gateway: expected a flow that "
                "must work, observed none (topology.yaml:8)"
            )
        ],
        "PLAN-081 PLAN-083",
    ),
    Row(
        "mesh_members_reach_each_other",
        "no mesh",
        replace(world(), mesh=None),
        [
            (
                "not applicable control and app: the two clusters are not in one mesh "
                "(topology.yaml:8)"
            )
        ],
        "",
    ),
    Row(
        "policies_are_enforced",
        "Flannel alone",
        replace(world(), policies=(policy("app", "apps", "pods:app"),)),
        [
            (
                "fail app cni: expected a pod network that enforces policies, for apps, "
                "observed flannel without enforcement (topology.yaml:61)"
            )
        ],
        "PLAN-084",
    ),
    Row(
        "policies_are_enforced",
        "with an engine",
        with_cluster(
            replace(world(), policies=(policy("app", "apps", "pods:app"),)),
            "app",
            cni=replace(world().cluster("app").cni, policy_enforced=True),
        ),
        [],
        "",
    ),
    Row(
        "services_stay_behind_the_gateway",
        "gateways alone",
        with_load_balancer(
            world(),
            "control",
            reservations=tuple(
                item
                for item in world().cluster("control").reservations
                if "-" in item.name or item.name == "ingress"
            ),
        ),
        [],
        "PLAN-061 PLAN-070",
    ),
    Row(
        "services_stay_behind_the_gateway",
        "one way around",
        with_load_balancer(
            world(),
            "app",
            reservations=tuple(
                item for item in world().cluster("app").reservations if item.name != "app2"
            ),
        ),
        [
            (
                "fail app reservations: expected gateways alone (ingress, east-west), "
                "observed also app/app1 (topology.yaml:192)"
            )
        ],
        "PLAN-061 PLAN-070",
    ),
    Row(
        "services_stay_behind_the_gateway",
        "no mesh",
        replace(world(), mesh=None),
        [
            (
                "not applicable control: the cluster has no ingress gateway of a mesh "
                "(topology.yaml:8)"
            ),
            ("not applicable app: the cluster has no ingress gateway of a mesh (topology.yaml:60)"),
        ],
        "",
    ),
    Row(
        "namespace_with_a_reservation_has_a_policy",
        "one namespace without",
        replace(world(), policies=tuple(policy("app", name) for name in ("istio-system", "app1"))),
        [
            (
                "fail app namespaces without policy: expected nothing, observed {app2} "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-084",
    ),
    Row(
        "namespace_with_a_reservation_has_a_policy",
        "nothing reserved",
        with_load_balancer(world(), "control", reservations=()),
        ["not applicable control: no address is reserved (topology.yaml:8)"],
        "PLAN-061 PLAN-070 PLAN-081",
    ),
]
