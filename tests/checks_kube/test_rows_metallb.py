"""What the fault table does not reach of MetalLB: why a Service waits, who shares, versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.checks_kube.breaking import NEW, OLD, asked, warning
from tests.checks_kube.judging import live, said
from tests.live import (
    advertisement,
    balancer,
    changed,
    facts_for,
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
from trueline.checks import metallb, metallb_addresses
from trueline.checks import metallb_owners as owners
from trueline.checks import metallb_pools as pools
from trueline.checks import metallb_requests as requests
from trueline.model.observation import ClusterFacts, SelectorFact
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict

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


def test_advertisements_that_reach_no_node_are_named() -> None:
    nowhere = (SelectorFact(match_labels={"zone": "none"}),)
    both = tuple(advertisement(name, node_selectors=nowhere) for name in ("b", "a"))
    assert advertised("app/spare", changed(live(), "advertisements", both)) == (
        "fail",
        "selected by an L2Advertisement",
        "selected by a, b, whose node selectors match no node",
    )


def test_of_a_pool_that_is_not_there_nothing_else_is_said() -> None:
    assert advertised("app/spare", without(live(), "pools", "spare")) == (
        "unknown",
        "an L2Advertisement's choice",
        "no such pool",
    )


def test_ranges_that_touch_are_one_and_a_gap_of_one_address_parts_them() -> None:
    def observed(*texts: str) -> str:
        facts = with_one(live(), "pools", "spare", ranges=ranges(*texts))
        [spare] = [item for item in world().pools if str(item) == "app/spare"]
        [(_, _, _, found)] = said(pools.pool_is_as_planned, spare, world().cluster("app"), facts)
        return found

    assert observed("192.168.64.124-192.168.64.129", "192.168.64.130-192.168.64.140") == (
        "[192.168.64.124-192.168.64.140]"
    )
    assert observed("192.168.64.124-192.168.64.129", "192.168.64.131-192.168.64.140") == (
        "[192.168.64.124-192.168.64.129, 192.168.64.131-192.168.64.140]"
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


def test_full_pools_are_named_and_the_line_is_that_of_the_owner() -> None:
    facts = with_one(live(), "pools", "spare", ranges=ranges("192.168.64.124"))
    facts = with_one(facts, "pools", "reserved", ranges=(), auto_assign=True)
    held = balancer("default/y", "192.168.64.124")
    assert waits(facts, held) == "pending: 1 of 1 addresses of reserved, spare are held"
    cluster = world().cluster("app")
    owner = cluster.reservations[1]
    claims = metallb_addresses.every_load_balancer_service_has_an_address(cluster, live()).claims
    assert [claim.at for claim in claims if claim.subject == f"app/{owner.owner}"] == [owner.at]


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


def test_the_strangers_that_hold_an_address_are_concerned() -> None:
    plan = world().cluster("app")
    reservation = plan.reservations[1]
    strangers = [balancer(f"shop/{name}", str(reservation.address)) for name in ("b", "a")]
    (claim,) = owners.reserved_address_has_its_owner(
        reservation, with_more(live(), "services", *strangers)
    ).claims
    assert claim.observed == "{app1/app1, shop/a, shop/b}"
    assert claim.concerns == ("service:app/shop/a", "service:app/shop/b")


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


def test_a_sick_controller_is_told_without_the_speakers() -> None:
    sick = with_one(without(live(), "pods", "speaker-1"), "workloads", "controller", ready=0)
    app = world().cluster("app")
    assert said(metallb.controller_is_healthy, app, sick) == [
        ("fail", "app MetalLB controller", "all ready, one at least", "0 of 1 ready")
    ]


def test_speakers_that_are_not_there_are_missed_by_their_kind() -> None:
    [(verdict, _, _, observed)] = said(
        metallb.speakers_are_healthy,
        world().cluster("app"),
        without(live(), "workloads", "speaker"),
    )
    assert (verdict, observed) == ("fail", "no DaemonSet of it in namespace metallb-system")


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
