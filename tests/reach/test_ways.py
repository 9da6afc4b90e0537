"""What is tried between two ends says from where and to where, as the flow matrix shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.recorded import base
from trueline.checks.isolation import cluster_ips_stay_inside, pod_networks_stay_apart
from trueline.checks.reach_matrix import reserved_port_is_reachable_from_everywhere
from trueline.checks.reach_sizes import reserved_port_answers_large_requests
from trueline.checks.vms import api_front_answers_as_its_cluster, vm_speaks_where_planned
from trueline.model.check import Judgement
from trueline.model.observation import Snapshot

PLAN, FACTS = base.topology(), base.facts()
ARGOCD = next(item for item in PLAN.reservations if item.name == "argocd")
VMS = {vm.name: vm for vm in PLAN.vms}
CONTROL, APP = PLAN.clusters
FROM_ALL = {
    (vantage, "reservation:control/argocd") for vantage in ("runner", "pods-control", "pods-app")
}


def ways(judgement: Judgement) -> set[tuple[str, str] | None]:
    return {claim.way for claim in judgement.claims}


def seen() -> Iterable[object]:
    return (FACTS.wire, Snapshot(clusters=FACTS.clusters), FACTS.answers)


def test_a_reserved_port_is_tried_from_everywhere() -> None:
    facts = FACTS.clusters["control"]
    judged = reserved_port_is_reachable_from_everywhere(ARGOCD, PLAN, facts, FACTS.answers)
    assert ways(judged) == FROM_ALL
    assert ways(reserved_port_answers_large_requests(ARGOCD, PLAN, FACTS.answers)) == FROM_ALL


def test_pods_and_services_are_tried_from_outside() -> None:
    pair, facts = (CONTROL, APP), FACTS.clusters["app"]
    judged = pod_networks_stay_apart(pair, PLAN, facts, FACTS.answers)
    assert ways(judged) == {("pods-control", "pods:app")}
    judged = cluster_ips_stay_inside(APP, PLAN, facts, FACTS.answers)
    assert ways(judged) == {("runner", "services:app"), ("pods-control", "services:app")}


def test_a_vm_is_tried_by_who_is_planned_to_come() -> None:
    judged = vm_speaks_where_planned(VMS["mysql"], PLAN, *seen())
    assert ways(judged) == {("pods:control/monitoring", "vm:mysql")}
    (row,) = (flow for flow in PLAN.flows if flow.target == "vm:mysql")
    nowhere = replace(row, source="services:app")
    flows = tuple(nowhere if flow is row else flow for flow in PLAN.flows)
    judged = vm_speaks_where_planned(VMS["mysql"], replace(PLAN, flows=flows), *seen())
    assert ways(judged) == {("services:app", "vm:mysql")}


def test_the_front_of_an_api_is_tried_from_everywhere() -> None:
    judged = api_front_answers_as_its_cluster(VMS["app-api"], PLAN, *seen())
    assert ways(judged) == {
        (vantage, "api:app") for vantage in ("runner", "pods-control", "pods-app")
    }
