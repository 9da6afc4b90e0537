"""The election against what MetalLB's own code would do (speaker/layer2_controller.go)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.live import (
    advertisement,
    changed,
    facts_for,
    unseen,
    with_each,
    with_more,
    with_one,
    without,
)
from tests.worlds import world
from trueline.checks.l2_election import election
from trueline.model.observation import ClusterFacts, NotObserved, SelectorFact

FACTS = facts_for(world())["control"]
VIP = ip_address("192.168.64.101")
NAMESPACE = "metallb-system"
HOSTNAME = "kubernetes.io/hostname"
OWNER = next(item for item in FACTS.services.value if VIP in item.ingress)


def elected(facts: ClusterFacts) -> str | None:
    return election(facts, NAMESPACE, VIP).elected


def running(version: str) -> ClusterFacts:
    return with_each(
        FACTS,
        "workloads",
        lambda one: replace(one, images=(f"quay.io/metallb/{one.name}:{version}",)),
    )


def test_smallest_hash_of_node_and_address_wins() -> None:
    # printf 'control-worker-1#192.168.64.101' | sha256sum: 2514..., worker-2 5ce5..., cp-1 6168...
    assert elected(FACTS) == "control-worker-1"
    assert elected(without(FACTS, "pods", "speaker-1")) == "control-worker-2"


def test_first_address_of_a_dual_stack_service_decides() -> None:
    both = with_one(FACTS, "services", OWNER.key, ingress=(ip_address("fd00::1"), VIP))
    other = with_one(FACTS, "services", OWNER.key, ingress=(VIP, ip_address("fd00::1")))
    assert (elected(both), elected(other)) == ("control-cp-1", "control-worker-1")


@pytest.mark.parametrize("version", ["v0.16.0", "v0.16", "latest"])
def test_only_versions_that_hash_are_predicted(version: str) -> None:
    held = election(running(version), NAMESPACE, VIP)
    assert (held.elected, held.nobody, set(held.barred.values())) == (None, None, {None})


def test_reasons_that_differ_are_told_node_by_node() -> None:
    facts = without(FACTS, "pods", "speaker-0")
    facts = with_one(facts, "services", OWNER.key, external_traffic_policy="Local")
    facts = changed(facts, "endpoints", ())
    local = f"{OWNER.key} has policy Local and no ready endpoint there"
    held = election(facts, NAMESPACE, VIP)
    assert held.nobody == (
        "control-cp-1: no ready speaker runs there; "
        f"control-worker-1: {local}; control-worker-2: {local}"
    )


def test_services_that_share_an_address_are_announced_where_one_may_be() -> None:
    facts = with_one(FACTS, "services", OWNER.key, external_traffic_policy="Local")
    facts = changed(facts, "endpoints", ())
    shared = replace(OWNER, name="shared")
    (point,) = (item for item in FACTS.endpoints.value if item.service == OWNER.key)
    facts = with_more(facts, "services", shared)
    facts = with_more(facts, "endpoints", replace(point, service=shared.key))
    assert election(facts, NAMESPACE, VIP).nobody is None


def test_services_that_share_an_address_are_named_together() -> None:
    facts = with_more(FACTS, "services", replace(OWNER, name="shared"))
    held = election(changed(facts, "endpoints", ()), NAMESPACE, VIP)
    assert held.nobody == f"no endpoint of {OWNER.key} and {OWNER.namespace}/shared is ready"


def test_one_advertisement_of_several_is_enough_to_choose_a_node() -> None:
    some = tuple(
        advertisement(f"for-{name}", node_selectors=(SelectorFact(match_labels={HOSTNAME: name}),))
        for name in ("control-worker-2", "control-cp-1")
    )
    held = election(changed(FACTS, "advertisements", some), NAMESPACE, VIP)
    names = "for-control-cp-1, for-control-worker-2"
    assert held.barred == {
        "control-cp-1": None,
        "control-worker-1": f"L2Advertisement {names} leaves the node out",
        "control-worker-2": None,
    }


def test_gap_is_passed_on() -> None:
    with pytest.raises(NotObserved, match=r"^forbidden$"):
        election(unseen(FACTS, "pool_labels", "forbidden"), NAMESPACE, VIP)


def test_node_without_a_network_is_not_elected() -> None:
    assert elected(with_one(FACTS, "nodes", "control-worker-1", network_unavailable=True)) == (
        "control-worker-2"
    )
