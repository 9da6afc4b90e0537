"""What the fault table does not reach of MetalLB: why a Service waits, who shares, versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks_kube.breaking import NEW, OLD, asked, ended, warning
from tests.live import (
    advertisement,
    balancer,
    changed,
    facts_for,
    pod,
    unseen,
    with_each,
    with_more,
    with_one,
    without,
)
from tests.worlds import (
    ranges,
    with_cluster,
    with_reservation,
    world,
)
from trueline.checks import metallb, metallb_addresses, metallb_containers
from trueline.checks import metallb_owners as owners
from trueline.checks import metallb_pools as pools
from trueline.checks import metallb_requests as requests
from trueline.model.check import Check
from trueline.model.observation import ClusterFacts, EndedFact, PodFact
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict


def live(name: str = "app") -> ClusterFacts:
    return facts_for(world())[name]


def said(one: Check, subject: object, *evidence: Any) -> list[tuple[str, str, str, str]]:
    """Verdict, subject, expected and observed of every claim."""
    claims = one(subject, *evidence).claims
    return [(item.verdict.value, item.subject, item.expected, item.observed) for item in claims]


# --- advertisements -------------------------------------------------------------------------------


def advertised(name: str, facts: ClusterFacts, **changes: Any) -> tuple[str, str, str]:
    planned = next(item for item in world().pools if str(item) == name)
    [(verdict, _, expected, observed)] = said(
        pools.pool_is_advertised_as_planned,
        replace(planned, **changes),
        world().cluster(planned.cluster),
        facts,
    )
    return verdict, expected, observed


def test_an_advertisement_without_selectors_selects_every_pool() -> None:
    facts = changed(live(), "advertisements", (advertisement("b"), advertisement("a")))
    assert advertised("app/spare", facts) == (
        "pass",
        "selected by an L2Advertisement",
        "selected by a, b",
    )


def test_a_pool_planned_silent_must_not_be_selected() -> None:
    assert advertised("app/spare", live(), advertise="none") == (
        "fail",
        "selected by no L2Advertisement",
        "selected by l2-spare",
    )
    none = changed(live(), "advertisements", ())
    assert advertised("app/spare", none, advertise="none") == (
        "pass",
        "selected by no L2Advertisement",
        "selected by none of 0 L2Advertisements",
    )


# --- why a Service waits --------------------------------------------------------------------------


def waits(facts: ClusterFacts, *more: Any, **changes: Any) -> str:
    """What is said of one more Service, which waits for an address."""
    facts = with_more(facts, "services", balancer("default/x", **changes), *more)
    claims = said(
        metallb_addresses.every_load_balancer_service_has_an_address,
        world().cluster("app"),
        facts,
    )
    [(_, _, _, observed)] = [item for item in claims if item[0] == "fail"]
    return observed


def test_the_cause_of_waiting_is_told() -> None:
    held = balancer("default/y", "192.168.64.130")
    app = live()
    assert waits(with_one(app, "workloads", "controller", ready=0)) == (
        "pending: the MetalLB controller is not ready"
    )
    assert waits(without(app, "workloads", "controller")) == (
        "pending: the MetalLB controller is not ready"
    )
    assert waits(app, held, annotations=asked("192.168.64.130")) == (
        "pending: requested 192.168.64.130 is held by default/y"
    )
    assert waits(app, load_balancer_ip="192.168.64.99") == (
        "pending: requested 192.168.64.99 is in no pool"
    )
    pool_key = {"metallb.universe.tf/address-pool": "gold"}
    assert waits(app, annotations=pool_key) == "pending: requested pool gold does not exist"
    manual = with_each(app, "pools", lambda item: replace(item, auto_assign=False))
    assert waits(manual) == "pending: no pool assigns addresses unasked"
    nothing = "pending: no cause is visible in pools, annotations and events"
    assert waits(app) == nothing
    assert waits(app, annotations=asked("192.168.64.130")) == nothing
    assert waits(unseen(app, "pools", "forbidden")) == nothing
    assert waits(unseen(app, "events", "forbidden")) == nothing


def test_a_full_pool_that_was_asked_for_is_named() -> None:
    facts = with_one(live(), "pools", "spare", ranges=ranges("192.168.64.124"))
    held = balancer("default/y", "192.168.64.124")
    wanted = {"metallb.universe.tf/address-pool": "spare"}
    assert waits(facts, held, annotations=wanted) == ("pending: 1 of 1 addresses of spare are held")


def test_the_last_warning_explains_what_the_objects_do_not() -> None:
    facts = changed(
        live(),
        "events",
        (
            warning("default/x", "first"),
            warning("default/x", "invalid requested loadbalancer IPs"),
            replace(warning("default/x", "nothing wrong"), type="Normal"),
            warning("default/other", "another Service"),
        ),
    )
    assert waits(facts) == "pending: MetalLB says: invalid requested loadbalancer IPs"
    assert waits(facts, annotations=asked("one")) == (
        "pending: MetalLB says: invalid requested loadbalancer IPs"
    )


def test_without_load_balancer_services_nobody_waits_and_nobody_asks() -> None:
    bare = with_each(live(), "services", lambda item: None if item.ingress else item)
    app = world().cluster("app")
    assert said(metallb_addresses.every_load_balancer_service_has_an_address, app, bare) == [
        (
            "pass",
            "app Services that wait for an address for a reason not named elsewhere",
            "nothing",
            "nothing",
        )
    ]
    assert said(requests.held_addresses_are_the_requested_ones, app, bare) == [
        ("pass", "app Services that hold another address than they ask for", "nothing", "nothing")
    ]


# --- holders --------------------------------------------------------------------------------------


def test_a_common_sharing_key_is_an_agreement() -> None:
    key = {"metallb.universe.tf/allow-shared-ip": "dns"}
    sharing = [balancer(f"default/{name}", "192.168.64.130", annotations=key) for name in "xy"]
    one = metallb_addresses.addresses_are_shared_only_by_agreement
    app = world().cluster("app")
    assert one(app, with_more(live(), "services", *sharing)).verdict is Verdict.PASS
    other = balancer("default/z", "192.168.64.130",
                     annotations={"metallb.universe.tf/allow-shared-ip": "web"})  # fmt: skip
    assert said(one, app, with_more(live(), "services", *sharing, other)) == [
        (
            "fail",
            "app addresses held twice",
            "nothing",
            "{192.168.64.130 is held by default/x and default/y and default/z}",
        )
    ]


def test_an_address_nobody_holds_is_held_by_no_other() -> None:
    reservation = world().cluster("app").reservations[1]
    facts = with_one(live(), "services", "app1/app1", ingress=())
    assert said(owners.reserved_address_has_its_owner, reservation, facts) == [
        ("pass", "app/app1 192.168.64.121", "no holder but app1/app1", "nobody holds it")
    ]


def test_each_family_of_a_dual_stack_owner_is_asked_for() -> None:
    plan = with_reservation(world(), "app/app2", address="fd00:64::121", owner="app1/app1")
    one, other = plan.cluster("app").reservations[1:3]
    check = owners.reserved_address_has_its_owner
    both = facts_for(plan)["app"]
    assert check(one, both).verdict is check(other, both).verdict is Verdict.PASS
    single = with_one(both, "services", "app1/app1", ingress=(one.address,))
    assert check(one, single).verdict is Verdict.PASS
    assert said(check, other, single) == [
        (
            "fail",
            "app/app2 fd00:64::121",
            "app1/app1 holds fd00:64::121",
            "app1/app1 holds 192.168.64.121",
        )
    ]


def test_an_owner_without_planned_ports_is_asked_for_none() -> None:
    plan = with_reservation(world(), "app/app1", ports=())
    reservation = plan.cluster("app").reservations[1]
    assert said(owners.owner_offers_the_planned_ports, reservation, live()) == [
        ("not applicable", "app/app1", "nothing is asked", "the plan names no ports")
    ]


# --- the traffic policy ---------------------------------------------------------------------------


def policy(facts: ClusterFacts, plan: Topology | None = None) -> tuple[str, str]:
    app = (plan or world()).cluster("app")
    reservation = world().cluster("app").reservations[1]
    [(verdict, _, _, observed)] = said(
        owners.traffic_policy_leaves_an_announcer, reservation, app, facts
    )
    return verdict, observed


def test_policy_local_needs_an_endpoint_where_a_speaker_is() -> None:
    local = with_one(live(), "services", "app1/app1", external_traffic_policy="Local")
    assert policy(local) == ("pass", "policy Local, ready endpoints on: app-worker-1")
    unset = with_one(live(), "services", "app1/app1", external_traffic_policy=None)
    assert policy(unset) == ("pass", "policy Cluster")
    none = with_each(local, "endpoints", lambda item: replace(item, ready=False))
    assert policy(none) == ("unknown", "no endpoint is ready")


def test_that_no_speaker_runs_is_not_said_twice() -> None:
    local = with_one(live(), "services", "app1/app1", external_traffic_policy="Local")
    mute = with_each(local, "pods", lambda item: replace(item, ready=False))
    assert policy(mute) == ("pass", "policy Local, ready endpoints on: app-worker-1")


# --- MetalLB --------------------------------------------------------------------------------------


def test_a_sick_speaker_is_told_even_when_nodes_or_pods_cannot_be_seen() -> None:
    sick = with_one(live(), "workloads", "speaker", ready=2)
    app = world().cluster("app")
    for facet in ("nodes", "pods"):
        [(verdict, _, _, observed)] = said(
            metallb.speakers_are_healthy, app, unseen(sick, facet, "forbidden")
        )
        assert (verdict, observed) == ("fail", "2 of 3 ready")
    [(verdict, _, _, observed)] = said(metallb.speakers_are_healthy, app, sick)
    assert (verdict, observed) == ("fail", "2 of 3 ready")


def of_containers(facts: ClusterFacts) -> list[tuple[str, str, str, str]]:
    return said(metallb_containers.metallb_runs_undisturbed, world().cluster("app"), facts)


def controller(**changes: Any) -> PodFact:
    labels = {"app": "metallb", "component": "controller"}
    made = pod("metallb-system", "controller-0", "app-worker-2", labels=labels)
    return replace(made, **changes)


CALM = "no container ended within 600 s"


def test_every_pod_of_metallb_on_a_node_is_looked_at_and_no_other() -> None:
    end = EndedFact(container="main", at=live().pods.at, code=1, reason="Error", times=1)
    others = (
        controller(namespace="other", restarts=1, ended=(end,)),
        controller(node=None, restarts=1, ended=(end,)),
        controller(labels={"app": "metallb"}, restarts=1, ended=(end,)),
        controller(labels={"app.kubernetes.io/component": "frr-k8s"}, restarts=1, ended=(end,)),
    )
    assert of_containers(with_more(live(), "pods", controller(), *others)) == [
        ("pass", "app MetalLB controller on app-worker-2", CALM, "none"),
        ("pass", "app MetalLB speaker on app-cp-1", CALM, "none"),
        ("pass", "app MetalLB speaker on app-worker-1", CALM, "none"),
        ("pass", "app MetalLB speaker on app-worker-2", CALM, "none"),
    ]


@pytest.mark.parametrize(
    ("facts", "verdict", "observed"),
    [
        (ended(600), "fail", "container speaker was ended 600 s before, exit code 137 (Error), "
         "once so far"),
        (ended(601, times=2), "pass", "container speaker was ended 601 s before, exit code 137 "
         "(Error), 2 times so far"),
        (ended(-3), "fail", "container speaker was ended 0 s before, exit code 137 (Error), "
         "once so far"),
        (ended(9, code=None, reason=""), "fail", "container speaker was ended 9 s before, exit "
         "code not told, once so far"),
    ],
)  # fmt: skip
def test_a_container_that_was_ended_is_judged_by_the_time_of_the_look(
    facts: dict[str, ClusterFacts], verdict: str, observed: str
) -> None:
    claim = (verdict, "app MetalLB speaker on app-worker-1", CALM, observed)
    assert of_containers(facts["app"])[1] == claim


def test_of_several_containers_the_last_one_ended_is_told_first() -> None:
    facts = ended(900)["app"]
    old = next(item for item in facts.pods.value if item.ended).ended
    new = replace(old[0], container="frr", at=facts.pods.at - 2, code=0, reason="Completed")
    [failed] = [
        item
        for item in of_containers(
            with_one(facts, "pods", "speaker-1", restarts=2, ended=(*old, new))
        )
        if item[0] == "fail"
    ]
    assert failed[3] == (
        "container frr was ended 2 s before, exit code 0 (Completed), once so far; "
        "container speaker was ended 900 s before, exit code 137 (Error), once so far"
    )


def test_an_end_that_is_not_told_is_unknown() -> None:
    once = with_one(live(), "pods", "speaker-1", restarts=1)
    assert of_containers(once)[1] == (
        "unknown",
        "app MetalLB speaker on app-worker-1",
        CALM,
        "it is not told when its containers were ended, once so far",
    )
    assert of_containers(unseen(live(), "pods", "forbidden"))[0][::3] == ("unknown", "forbidden")
    nobody = changed(live(), "pods", ())
    assert of_containers(nobody)[0][::3] == (
        "unknown",
        "no node has a pod of MetalLB, see LB-001 and LB-002",
    )


def test_a_plan_may_spell_out_a_part_of_the_version() -> None:
    plan = with_cluster(world(), "app", versions={"metallb": "v0.13"})
    one = metallb.metallb_version_is_as_planned
    assert said(one, plan.cluster("app"), live()) == [
        ("pass", "app MetalLB controller", "0.13", "0.13.12"),
        ("pass", "app MetalLB speaker", "0.13", "0.13.12"),
    ]


def test_a_version_that_cannot_be_told_is_unknown() -> None:
    bare = changed(live(), "workloads", ())
    digest = with_each(
        live(), "workloads", lambda item: replace(item, images=("quay.io/metallb/controller:main",))
    )
    reasons = [
        metallb.metallb_version_is_as_planned(world().cluster("app"), facts).claims[-1].observed
        for facts in (bare, digest)
    ]
    assert reasons == [
        "no MetalLB controller or speaker runs in namespace 'metallb-system'",
        "the tag of image 'quay.io/metallb/controller:main' names no version",
    ]


def test_newer_versions_read_both_prefixes() -> None:
    def upgrade(item: Any) -> Any:
        return replace(item, images=(f"quay.io/metallb/{item.name}:v0.15.2@sha256:00",))

    facts = with_each(live(), "workloads", upgrade)
    facts = with_one(facts, "services", "app1/app1", annotations={NEW: "192.168.64.122"})
    one = requests.held_addresses_are_the_requested_ones
    failed = [item for item in said(one, world().cluster("app"), facts) if item[0] == "fail"]
    assert failed == [("fail", "app/app1/app1", "{192.168.64.122}", "{192.168.64.121}")]
    read = requests.annotations_fit_the_running_version(world().cluster("app"), facts)
    assert read.verdict is Verdict.PASS
    both = with_one(facts, "services", "app1/app1", annotations={OLD: "192.168.64.121", NEW: ""})
    assert one(world().cluster("app"), both).verdict is Verdict.PASS
