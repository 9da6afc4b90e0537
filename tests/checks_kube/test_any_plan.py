"""Whatever the plan, clusters exactly as planned pass every check."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks_kube.judging import lines
from tests.live import facts_for
from tests.worlds import cluster, node, pool, reservation, with_load_balancer, world
from trueline.model.topology import Cluster, Topology
from trueline.model.verdict import Verdict


@st.composite
def plans(draw: st.DrawFn) -> Topology:
    plan = world(clusters=tuple(_cluster(draw, n) for n in range(draw(st.integers(1, 3)))))
    for part in plan.clusters:
        kind = draw(st.sampled_from(["metallb", "metallb", "other"]))
        plan = with_load_balancer(plan, part.name, kind=kind)
    return plan


def _cluster(draw: st.DrawFn, n: int) -> Cluster:
    name = f"c{n}"
    masters = draw(st.integers(1, 3))
    count = masters + draw(st.integers(0, 4))
    reserved = draw(st.integers(0, 8))
    dual = draw(st.booleans())
    return cluster(
        name,
        pods=[f"10.{200 + n}.0.0/16", *([f"fd00:{n}::/48"] if dual else [])],
        services=[f"10.{96 + n}.0.0/16"],
        dns_service=f"10.{96 + n}.0.10" if draw(st.booleans()) else None,
        nodes=[
            node(
                name,
                f"{name}-{index}",
                f"192.168.{64 + n}.{10 + index}",
                *([f"fd00:64:{n}::{10 + index}"] if dual else []),
                role="control-plane" if index < masters else "worker",
            )
            for index in range(count)
        ],
        pools=[
            pool(name, "reserved", f"192.168.{64 + n}.100-192.168.{64 + n}.119"),
            pool(
                name,
                "spare",
                f"192.168.{64 + n}.120/29",
                auto_assign=draw(st.booleans()),
                advertise=draw(st.sampled_from(["l2", "none"])),
            ),
        ],
        reservations=[
            reservation(name, f"s{index}", f"192.168.{64 + n}.{100 + index}", f"{80 + index}/TCP")
            for index in range(reserved)
        ],
        node_prefix={4: draw(st.integers(23, 26))},
        versions=draw(
            st.sampled_from(
                [{}, {"kubernetes": "1.34", "metallb": "0.14.9"}, {"metallb": "v0.15.2"}]
            )
        ),
    )


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans())
def test_clusters_exactly_as_planned_pass_every_check(plan: Topology) -> None:
    facts = facts_for(plan)
    assert lines(plan, facts, Verdict.FAIL) == {}
    assert lines(plan, facts, Verdict.UNKNOWN) == {}
