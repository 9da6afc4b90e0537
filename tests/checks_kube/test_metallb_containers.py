"""Whether MetalLB has run undisturbed, as its pods tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks_kube.breaking import ended
from tests.checks_kube.judging import live, said
from tests.live import changed, pod, unseen, with_more, with_one
from tests.worlds import world
from trueline.checks import metallb_containers
from trueline.model.observation import ClusterFacts, EndedFact, PodFact


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


def test_two_pods_of_one_component_on_one_node_are_told_by_their_names() -> None:
    end = EndedFact(container="main", at=live().pods.at - 9, code=1, reason="Error", times=1)
    later = controller(name="controller-1", restarts=1, ended=(end,))
    found = of_containers(with_more(live(), "pods", later, controller()))
    assert [item[0] for item in found if "controller" in item[1]] == ["pass", "fail"]


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
    assert [item for item in of_containers(once) if "app-worker-1" in item[1]] == [
        (
            "unknown",
            "app MetalLB speaker on app-worker-1",
            CALM,
            "it is not told when its containers were ended, once so far",
        )
    ]
    assert of_containers(unseen(live(), "pods", "forbidden"))[0][::3] == ("unknown", "forbidden")
    nobody = changed(live(), "pods", ())
    assert of_containers(nobody)[0][::3] == (
        "unknown",
        "no node has a pod of MetalLB, see LB-001 and LB-002",
    )
