"""What the fault table does not reach: what the plan leaves open, identity, evidence, gaps."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from tests.checks_kube.judging import ALL, OF_CLUSTER, OF_PAIR, lines, live, said
from tests.live import (
    changed,
    facts_for,
    unseen,
    with_each,
    with_one,
    without,
)
from tests.worlds import (
    cidrs,
    ranges,
    with_cluster,
    with_load_balancer,
    with_node,
    with_pool,
    world,
)
from trueline.checks import (
    clusters,
    clusters_pods,
    metallb,
    metallb_addresses,
    metallb_containers,
    nodes,
    services,
    webhooks,
)
from trueline.checks import metallb_owners as owners
from trueline.checks import metallb_pools as pools
from trueline.checks import metallb_requests as requests
from trueline.model.check import Check
from trueline.model.observation import ClusterFacts, WebhookFact
from trueline.model.topology import Cluster, Identity
from trueline.model.verdict import Verdict

NO_BALANCER = "the plan names no load balancer"
NOT_METALLB = "the planned load balancer is not MetalLB"
NOT_FLANNEL = "the planned CNI is other, not flannel"
OTHER_CNI = {"cni": replace(world().cluster("app").cni, kind="other")}


# --- what the plan leaves open --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "changes", "why"),
    [
        (clusters.identity_is_the_pinned_one, {}, "the plan pins no identity"),
        (
            clusters.version_is_as_planned,
            {"versions": {}},
            "the plan names no Kubernetes version",
        ),
        (
            metallb.metallb_version_is_as_planned,
            {"versions": {}},
            "the plan names no MetalLB version",
        ),
        (
            services.dns_service_has_its_address,
            {"dns_service": None},
            "the plan names no DNS Service address",
        ),
        (
            services.dns_service_has_endpoints,
            {"dns_service": None},
            "the plan names no DNS Service address",
        ),
        (nodes.flannel_tunnels_to_node_addresses, OTHER_CNI, NOT_FLANNEL),
        (clusters_pods.every_node_has_its_pod_range, OTHER_CNI, NOT_FLANNEL),
        (clusters_pods.pod_ranges_are_planned, OTHER_CNI, NOT_FLANNEL),
        (clusters_pods.pod_addresses_are_of_their_node, OTHER_CNI, NOT_FLANNEL),
        (metallb.controller_is_healthy, {"load_balancer": None}, NO_BALANCER),
        (metallb.speakers_are_healthy, {"load_balancer": None}, NO_BALANCER),
        (metallb.metallb_version_is_as_planned, {"load_balancer": None}, NO_BALANCER),
        (metallb.some_node_may_announce, {"load_balancer": None}, NO_BALANCER),
        (metallb_containers.metallb_runs_undisturbed, {"load_balancer": None}, NO_BALANCER),
        (pools.every_pool_is_planned, {"load_balancer": None}, NO_BALANCER),
        (
            metallb_addresses.every_load_balancer_service_has_an_address,
            {"load_balancer": None},
            NO_BALANCER,
        ),
        (
            metallb_addresses.addresses_are_shared_only_by_agreement,
            {"load_balancer": None},
            NO_BALANCER,
        ),
        (requests.annotations_fit_the_running_version, {"load_balancer": None}, NO_BALANCER),
        (requests.addresses_are_asked_for_once, {"load_balancer": None}, NO_BALANCER),
        (requests.held_addresses_are_the_requested_ones, {"load_balancer": None}, NO_BALANCER),
    ],
    ids=lambda value: value.name if isinstance(value, Check) else None,
)
def test_what_the_plan_leaves_open_is_not_asked(
    one: Check, changes: dict[str, Any], why: str
) -> None:
    cluster = with_cluster(world(), "app", **changes).cluster("app")
    assert said(one, cluster, live()) == [("not applicable", "app", "nothing is asked", why)]


def test_of_another_load_balancer_only_what_any_does_is_asked() -> None:
    plan = world()
    for name in ("control", "app"):
        plan = with_load_balancer(plan, name, kind="other")
    facts = {
        name: with_each(
            unseen(unseen(one, "pools", "not installed"), "advertisements", "not installed"),
            "workloads",
            lambda _: None,
        )
        for name, one in facts_for(plan).items()
    }
    assert lines(plan, facts) == {}
    assert lines(plan, facts, Verdict.UNKNOWN) == {}
    asked = {item[:3] + item[-3:] for item in lines(plan, facts, Verdict.PASS) if "LB" in item}
    assert sorted(asked) == ["LB-009", "LB-010", "LB-012", "LB-013", "LB-014", "LB-021"]
    whys = {
        item.rsplit("observed ", 1)[1]
        for one, items in lines(plan, facts, Verdict.NOT_APPLICABLE).items()
        if one.startswith("LB")
        for item in items
    }
    assert whys == {NOT_METALLB, "the plan does not give both of them MetalLB"}


def test_a_control_plane_that_is_not_planned_is_not_asked_for() -> None:
    plan = with_node(world(), "app/app-cp-1", role="worker")
    assert said(nodes.api_endpoints_are_the_control_plane, plan.cluster("app"), live()) == [
        ("not applicable", "app", "nothing is asked", "the plan names no control-plane node")
    ]


def test_pools_of_a_cluster_without_load_balancer_are_not_compared() -> None:
    plan = with_cluster(world(), "app", load_balancer=None)
    pair = (plan.cluster("control"), plan.cluster("app"))
    assert said(pools.pools_of_clusters_are_disjoint, pair, live("control"), live()) == [
        (
            "not applicable",
            "control and app",
            "nothing is asked",
            "the plan does not give both of them MetalLB",
        )
    ]


# --- identity -------------------------------------------------------------------------------------


def pinned(ca: str | None, uid: str | None) -> Cluster:
    identity = Identity(ca_sha256=ca, kube_system_uid=uid)
    return with_cluster(world(), "app", identity=identity).cluster("app")


def with_ca(fingerprint: str) -> ClusterFacts:
    facts = live()
    return changed(facts, "identity", replace(facts.identity.value, ca_sha256=fingerprint))


def test_pins_are_compared_and_spelled_alike() -> None:
    check = clusters.identity_is_the_pinned_one
    assert said(check, pinned("SHA256:AB:CD", None), with_ca("abcd")) == [
        ("pass", "app API CA", "abcd", "abcd")
    ]
    assert said(check, pinned(None, "uid-1"), live()) == [
        ("fail", "app kube-system UID", "uid-1", "uid-of-app")
    ]
    assert said(check, pinned("abcd", None), with_ca("")) == [
        ("fail", "app API CA", "abcd", "no CA in the kubeconfig")
    ]


def test_without_a_ca_of_its_own_a_cluster_is_told_by_its_uid_alone() -> None:
    plan = world()
    pair = (plan.cluster("control"), plan.cluster("app"))
    claims = said(clusters.two_contexts_are_two_clusters, pair, live("control"), with_ca(""))
    assert claims == [
        (
            "pass",
            "control and app",
            "two kube-system UIDs",
            "control has uid-of-control, app has uid-of-app",
        ),
    ]


def test_an_api_that_answers_says_where_and_which_version() -> None:
    assert said(clusters.api_answers, world().cluster("app"), live()) == [
        ("pass", "app", "the API answers", "https://192.168.64.20:6443 answers, version v1.34.4")
    ]


def test_a_version_that_is_none_is_shown_as_it_is() -> None:
    facts = live()
    facts = changed(facts, "identity", replace(facts.identity.value, version="unknown"))
    assert said(clusters.version_is_as_planned, world().cluster("app"), facts)[0] == (
        "fail",
        "app API server",
        "1.34",
        "unknown",
    )


# --- nodes and ranges -----------------------------------------------------------------------------


def test_without_planned_addresses_the_control_plane_has_those_it_has() -> None:
    plan = with_node(world(), "app/app-cp-1", addresses=())
    assert said(nodes.api_endpoints_are_the_control_plane, plan.cluster("app"), live()) == [
        ("pass", "app Service default/kubernetes", "{app-cp-1}", "{app-cp-1}")
    ]
    gone = without(live(), "nodes", "app-cp-1")
    assert said(nodes.api_endpoints_are_the_control_plane, plan.cluster("app"), gone) == [
        ("fail", "app Service default/kubernetes", "{app-cp-1}", "{192.168.64.21}")
    ]


def test_a_dual_stack_node_has_a_range_of_each_family() -> None:
    plan = with_cluster(
        world(), "app", pods=cidrs("10.245.0.0/16", "fd00:245::/48"), node_prefix={4: 24}
    )
    one = clusters_pods.every_node_has_its_pod_range
    assert said(one, plan.cluster("app"), facts_for(plan)["app"])[0] == (
        "pass",
        "app/app-cp-1",
        "one range of IPv4 /24 and one of IPv6",
        "[10.245.0.0/24, fd00:245::/56]",
    )
    assert said(one, plan.cluster("app"), live())[0][0] == "fail"


def test_no_pod_range_anywhere_leaves_nothing_to_compare() -> None:
    bare = with_each(live(), "nodes", lambda item: replace(item, pod_cidrs=()))
    plan = world()
    app, pair = plan.cluster("app"), (plan.cluster("control"), plan.cluster("app"))
    for one in (
        clusters_pods.pod_ranges_are_planned,
        clusters_pods.pod_ranges_of_nodes_are_disjoint,
        clusters_pods.pod_addresses_are_of_their_node,
    ):
        assert one(app, bare).verdict is Verdict.UNKNOWN
    disjoint = clusters_pods.pod_ranges_of_clusters_are_disjoint(pair, live("control"), bare)
    assert disjoint.verdict is Verdict.UNKNOWN


def test_a_cni_without_node_ranges_is_compared_only_where_it_has_some() -> None:
    bare = with_each(live(), "nodes", lambda item: replace(item, pod_cidrs=()))
    plan = with_cluster(world(), "app", **OTHER_CNI)
    app, pair = plan.cluster("app"), (plan.cluster("control"), plan.cluster("app"))
    skipped = [("not applicable", "app", "nothing is asked", NOT_FLANNEL)]
    of_nodes = clusters_pods.pod_ranges_of_nodes_are_disjoint
    of_clusters = clusters_pods.pod_ranges_of_clusters_are_disjoint
    assert said(of_nodes, app, bare) == skipped
    assert said(of_clusters, pair, live("control"), bare) == skipped
    assert said(of_nodes, app, live()) == [
        ("pass", "app pod ranges of its nodes", "3 nodes that share no address",
         "no shared address")
    ]  # fmt: skip
    assert of_clusters(pair, live("control"), live()).verdict is Verdict.PASS
    assert of_clusters(pair, live("control"), live("control")).verdict is Verdict.FAIL


def test_webhooks_are_counted_and_nothing_is_said_of_none() -> None:
    app, check = world().cluster("app"), webhooks.required_webhooks_have_endpoints
    assert said(check, app, live()) == [
        ("not applicable", "app", "nothing is asked", "there is no webhook that must be asked")
    ]
    hook = WebhookFact(name="hooks/pools.test", service="app1/app1", required=True)
    assert said(check, app, changed(live(), "webhooks", (hook,))) == [
        ("pass", "app Services of webhooks that must be asked", "a ready endpoint behind each of 1",
         "one behind each")
    ]  # fmt: skip


def test_flannel_has_a_tunnel_address_of_each_family() -> None:
    check = nodes.flannel_tunnels_to_node_addresses
    both = with_cluster(world(), "app", pods=cidrs("10.245.0.0/16", "fd00:245::/48"))
    six = with_cluster(world(), "app", pods=cidrs("fd00:245::/48"))
    own = ip_address("fd00:64::22")
    facts = with_one(live(), "nodes", "app-worker-1", addresses=(own,), flannel_public_ip=None,
                     flannel_public_ipv6=str(own))  # fmt: skip
    name = "app/app-worker-1"
    assert [item for item in said(check, six.cluster("app"), facts) if item[1] == name] == [
        ("pass", name, "its own of {fd00:64::22}", "fd00:64::22")
    ]
    assert [item for item in said(check, both.cluster("app"), facts) if item[1] == name] == [
        ("fail", name, "its own of {fd00:64::22}", "no public IPv4 address"),
        ("pass", name, "its own of {fd00:64::22}", "fd00:64::22"),
    ]


def test_ranges_that_touch_are_one_and_families_stay_apart() -> None:
    plan = with_pool(world(), "app/spare", "192.168.64.124-192.168.64.130", "fd00::1", "10.0.0.1")
    facts = with_one(
        live(),
        "pools",
        "spare",
        ranges=ranges("fd00::1", "192.168.64.126-192.168.64.130", "192.168.64.124-192.168.64.128",
                      "10.0.0.1"),
    )  # fmt: skip
    planned = next(item for item in plan.pools if str(item) == "app/spare")
    merged = "[10.0.0.1, 192.168.64.124-192.168.64.130, fd00::1]"
    assert said(pools.pool_is_as_planned, planned, plan.cluster("app"), facts) == [
        ("pass", "app/spare", merged, merged)
    ]


# --- where it is written, and what was seen -------------------------------------------------------


def test_claims_carry_the_line_of_the_plan_and_the_request() -> None:
    [claim] = owners.reserved_address_has_its_owner(
        world().cluster("app").reservations[1], live()
    ).claims
    assert str(claim.at) == "topology.yaml:81"
    assert claim.evidence == ("GET /api/v1/services from this host",)
    every = [
        item
        for one in OF_CLUSTER
        for item in one(world().cluster("app"), live()).claims
        if item.verdict is not Verdict.NOT_APPLICABLE
    ]
    assert all(item.at and item.evidence for item in every)
    assert len(every) == 61


@pytest.mark.parametrize("name", ["control", "app"])
def test_a_dead_cluster_fails_once_and_makes_its_other_verdicts_unknown(name: str) -> None:
    facts = facts_for(world())
    healthy = lines(world(), facts, Verdict.PASS)
    facets = [field for field in ClusterFacts.__dataclass_fields__ if field != "name"]
    reason = "cluster app cannot be observed: https://192.168.64.20:6443 refuses the connection"
    for facet in facets:
        facts[name] = unseen(facts[name], facet, reason)
    at = world().cluster(name).at
    assert lines(world(), facts) == {
        "CLU-001": [f"{name}: expected the API answers, observed {reason}"]
    }
    assert clusters.api_answers(world().cluster(name), facts[name]).claims[0].at == at
    unknown = lines(world(), facts, Verdict.UNKNOWN)
    # Whether the API server is a pod that shows its flags, and whether there are webhooks, is only
    # known of who lists them.
    assert set(unknown) == set(healthy) - {"CLU-001"} | {"CLU-036", "CLU-070"}
    assert {item.rsplit("observed ", 1)[1] for items in unknown.values() for item in items} == {
        reason
    }


def test_one_refused_list_is_no_dead_cluster() -> None:
    facts = unseen(live(), "identity", "may not read kube-system: forbidden")
    assert said(clusters.api_answers, world().cluster("app"), facts) == [
        (
            "unknown",
            "app",
            "The API of the cluster answers through the planned context.",
            "may not read kube-system: forbidden",
        )
    ]


def test_an_api_that_tells_half_of_who_it_is_is_not_known() -> None:
    app, facts = world().cluster("app"), live()
    for gone in ("version", "kube_system_uid"):
        identity = replace(facts.identity.value, **{gone: ""})
        [(verdict, *_)] = said(clusters.api_answers, app, changed(facts, "identity", identity))
        assert verdict == "fail"


def test_a_cluster_in_which_nothing_moves_is_at_rest() -> None:
    assert said(clusters.cluster_is_at_rest, world().cluster("app"), live()) == [
        ("pass", "app", "nothing moves", "nothing moves")
    ]


def test_a_node_is_judged_at_its_own_line() -> None:
    app = world().cluster("app")
    claims = nodes.every_node_is_ready(app, live()).claims
    assert [claim.at for claim in claims] == [node.at for node in app.nodes]


def test_every_check_has_a_requirement_of_its_own() -> None:
    ids = [one.requirement.id for one in ALL]
    assert len(ids) == len(set(ids))
    assert all(one.remedy.endswith(".") and one.promise.endswith(".") for one in ALL)
    assert len(OF_PAIR) == 5
