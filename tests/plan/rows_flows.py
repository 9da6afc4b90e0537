"""Rows for the checks of trueline.checks.plan_flows."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.judging import Row
from tests.worlds import flow, port, with_cluster, with_flow, with_more, world

ROWS = [
    Row(
        "flow_runs_between_declared_things",
        "from an undeclared cluster",
        with_flow(world(), "metrics", source="pods:ap/monitoring"),
        [
            (
                "fail metrics from: expected something declared, observed pods:ap/monitoring "
                "(topology.yaml:160)"
            )
        ],
        "PLAN-070",
    ),
    Row(
        "flow_runs_between_declared_things",
        "to an undeclared reservation",
        with_flow(world(), "metrics", target="reservation:control/prometeus"),
        [
            (
                "fail metrics to: expected something declared, observed "
                "reservation:control/prometeus (topology.yaml:160)"
            )
        ],
        "PLAN-070",
    ),
    Row(
        "flow_runs_between_declared_things",
        "of an unknown kind",
        with_flow(world(), "metrics", source="satellite:app"),
        [
            (
                "fail metrics from: expected something declared, observed satellite:app "
                "(topology.yaml:160)"
            )
        ],
        "PLAN-070",
    ),
    Row(
        "flow_runs_between_declared_things",
        "to the Services of a cluster",
        with_flow(world(), "metrics", target="services:control", port=None),
        [],
        "",
    ),
    Row(
        "flow_uses_a_planned_port",
        "planned to fail",
        with_flow(world(), "cache", expected=False),
        ["not applicable cache: the flow must fail (topology.yaml:176)"],
        "",
    ),
    Row(
        "flow_uses_a_planned_port",
        "to what plans no ports",
        with_flow(world(), "metrics", target="pods:control", port=None),
        ["not applicable metrics: pods:control plans no ports (topology.yaml:160)"],
        "PLAN-072",
    ),
    Row(
        "flow_uses_a_planned_port",
        "the port that https means",
        with_flow(
            with_cluster(world(), "app", api="https://192.168.64.20"),
            "gitops",
            port=port("443/TCP"),
        ),
        [],
        "",
    ),
    Row(
        "flow_uses_a_planned_port",
        "another port",
        with_flow(world(), "metrics", port=port("9091/TCP")),
        [
            (
                "fail metrics port: expected 9090/TCP of reservation:control/prometheus, "
                "observed 9091/TCP (topology.yaml:160)"
            )
        ],
        "PLAN-071",
    ),
    Row(
        "flow_uses_a_planned_port",
        "another protocol to a VM",
        with_flow(world(), "cache", port=port("6379/UDP")),
        [("fail cache port: expected 6379/TCP of vm:redis, observed 6379/UDP (topology.yaml:176)")],
        "PLAN-071",
    ),
    Row(
        "flow_uses_a_planned_port",
        "no port to an API",
        with_flow(world(), "gitops", port=None),
        [("fail gitops port: expected 6443/TCP of api:app, observed nothing (topology.yaml:165)")],
        "PLAN-071",
    ),
    Row(
        "flow_uses_a_planned_port",
        "an API without endpoint",
        with_cluster(world(), "app", api=None),
        [
            (
                "fail gitops port: expected a planned port of api:app, observed 6443/TCP "
                "(topology.yaml:165)"
            )
        ],
        "PLAN-050 PLAN-061 PLAN-071",
    ),
    Row(
        "flow_is_stated_once",
        "the opposite on the same port",
        with_more(
            world(),
            flows=(
                flow(
                    "no metrics",
                    "pods:app",
                    "reservation:control/prometheus",
                    "9090/TCP/http",
                    expected=False,
                    line=180,
                ),
            ),
        ),
        [
            (
                "fail metrics: expected the only word on pods:app to "
                "reservation:control/prometheus, observed no metrics: fails "
                "(topology.yaml:180) (topology.yaml:160)"
            ),
            (
                "fail no metrics: expected the only word on pods:app to "
                "reservation:control/prometheus, observed metrics: works (topology.yaml:160) "
                "(topology.yaml:180)"
            ),
        ],
        "PLAN-072",
    ),
    Row(
        "flow_is_stated_once",
        "the opposite on every port",
        with_more(
            world(),
            flows=(
                flow(
                    "no metrics",
                    "pods:app",
                    "reservation:control/prometheus",
                    expected=False,
                    line=180,
                ),
            ),
        ),
        [
            (
                "fail metrics: expected the only word on pods:app to "
                "reservation:control/prometheus, observed no metrics: fails "
                "(topology.yaml:180) (topology.yaml:160)"
            ),
            (
                "fail no metrics: expected the only word on pods:app to "
                "reservation:control/prometheus, observed metrics: works (topology.yaml:160) "
                "(topology.yaml:180)"
            ),
        ],
        "PLAN-072",
    ),
    Row(
        "flow_is_stated_once",
        "said twice",
        with_more(
            world(),
            flows=(flow("isolation", "pods:app", "pods:control", expected=False, line=180),),
        ),
        [
            (
                "fail no pods to control: expected the only word on pods:app to pods:control, "
                "observed isolation: fails (topology.yaml:180) (topology.yaml:179)"
            ),
            (
                "fail isolation: expected the only word on pods:app to pods:control, observed "
                "no pods to control: fails (topology.yaml:179) (topology.yaml:180)"
            ),
        ],
        "PLAN-072",
    ),
    Row(
        "flow_is_stated_once",
        "a further forbidden port is no contradiction",
        with_more(
            world(),
            flows=(
                flow(
                    "no ssh",
                    "pods:app",
                    "reservation:control/prometheus",
                    "22/TCP",
                    expected=False,
                    line=180,
                ),
                flow("any", "pods:app", "reservation:control/argocd", line=181),
                flow(
                    "but not ssh",
                    "pods:app",
                    "reservation:control/argocd",
                    "22/TCP",
                    expected=False,
                    line=182,
                ),
                flow("on 443", "pods:app", "reservation:control/argocd", "443/TCP", line=183),
            ),
        ),
        [],
        "PLAN-071",
    ),
    Row(
        "both_directions_are_stated",
        "one direction forgotten",
        replace(world(), flows=tuple(item for item in world().flows if item.source != "pods:app")),
        ["fail app to control: expected a flow, observed none (topology.yaml:60)"],
        "PLAN-073 PLAN-083",
    ),
    Row(
        "a_forbidden_flow_is_stated",
        "nothing is forbidden",
        replace(world(), flows=tuple(item for item in world().flows if item.expected)),
        [("fail control and app: expected a flow that must fail, observed none (topology.yaml:8)")],
        "PLAN-074",
    ),
    Row(
        "reservation_has_a_consumer",
        "nobody calls it",
        with_flow(world(), "app2", target="reservation:app/app1", source="nodes:app"),
        [("fail app/app2: expected a flow that must work, observed none (topology.yaml:82)")],
        "",
    ),
    Row(
        "vm_has_a_consumer",
        "nobody calls it",
        with_flow(world(), "cache", expected=False),
        ["fail redis: expected a flow that must work, observed none (topology.yaml:120)"],
        "",
    ),
]
