"""Judge a flow by its name, over the healthy network or one with something changed."""

from __future__ import annotations

from tests.reach.answering import healthy
from tests.reach.network import PLAN, SNAPSHOT, WIRE
from tests.told import lines
from trueline.checks.reach_flows import flow_planned_to_fail_fails, planned_flow_works
from trueline.checks.vms import vm_speaks_where_planned
from trueline.model.observation import Wire
from trueline.model.probe import Answers
from trueline.model.topology import Flow, Topology

HEALTHY = healthy()


def named(name: str, topology: Topology = PLAN) -> Flow:
    return {item.name: item for item in topology.flows}[name]


def works(
    name: str, answers: Answers = HEALTHY, wire: Wire = WIRE, topology: Topology = PLAN
) -> list[str]:
    """What is said of a flow; what comes to a VM is judged at the VM."""
    flow = named(name, topology)
    for vm in topology.vms:
        if flow.target == f"vm:{vm}":
            return lines(vm_speaks_where_planned, vm, topology, wire, SNAPSHOT, answers)
    return lines(planned_flow_works, flow, topology, wire, SNAPSHOT, answers)


def fails(name: str, answers: Answers = HEALTHY, topology: Topology = PLAN) -> list[str]:
    return lines(flow_planned_to_fail_fails, named(name, topology), topology, SNAPSHOT, answers)


def last(found: list[str]) -> str:
    """The last claim: the rung at which a climb ended."""
    return found[-1]


PROMETHEUS = ("pods-app", "talk to reservation:control/prometheus port 9090/TCP")
ARGOCD = ("host", "talk to reservation:control/argocd port 443/TCP")
VAULT = ("pods-app", "talk to reservation:control/vault port 8200/TCP")
API = ("pods-control", "talk to api:app port 6443/TCP")
EAST_WEST = ("pods-control", "talk to reservation:app/east-west port 15443/TCP")
SPANS = ("pods-app", "talk to reservation:control/tempo port 4318/TCP")
TRACES = ("pods-app", "talk to reservation:control/tempo port 4317/TCP")
