"""The reference network with its wire, and the checks of its pools asked about it."""

from __future__ import annotations

from tests.l2.judging import Wire, free, line, lines, reserved
from tests.live import facts_for
from tests.wire import heard, mac_of, wire_for
from tests.worlds import world
from trueline.checks.l2_pools import (
    node_answers_only_for_what_it_may_announce,
    reserved_address_is_answered_by_one_node,
    unreserved_address_is_silent,
)
from trueline.model.observation import ClusterFacts
from trueline.model.topology import Node, Topology

PLAN = world()
FACTS = facts_for(PLAN)
WIRE = wire_for(PLAN, FACTS)
VIP = "192.168.64.101"
FREE = "192.168.64.140"

CP = mac_of("control/control-cp-1")
W1 = mac_of("control/control-worker-1")
W2 = mac_of("control/control-worker-2")
APP = mac_of("app/app-worker-1")
REDIS = mac_of("redis")
GATEWAY = mac_of("gateway of lan")
SILENT = heard(WIRE, VIP, only=())
SHORT = "within 0.20 s, and a proxy-ARP responder may take 0.83 s"


def node(name: str, plan: Topology = PLAN) -> Node:
    return {str(item): item for item in plan.nodes}[name]


def control(facts: ClusterFacts) -> dict[str, ClusterFacts]:
    return FACTS | {"control": facts}


def of_owner(wire: Wire, clusters: dict[str, ClusterFacts] = FACTS, plan: Topology = PLAN) -> str:
    subject = reserved(plan, "control/prometheus")
    return line(reserved_address_is_answered_by_one_node, subject, plan, wire, clusters)


def of_node(
    name: str,
    wire: Wire,
    clusters: dict[str, ClusterFacts] = FACTS,
    plan: Topology = PLAN,
) -> list[str]:
    check = node_answers_only_for_what_it_may_announce
    return lines(check, node(name, plan), plan, wire, clusters)


def of_free(wire: Wire, plan: Topology = PLAN) -> str:
    return line(unreserved_address_is_silent, free(plan, FREE), plan, wire, FACTS)
