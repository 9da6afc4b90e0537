"""What-if, on the plans that ship and on others: what is written, and why nothing is."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from tests.planning.asking import REFERENCE, ROOT, after, changed, propose
from tests.planning.plan_text import text_of
from tests.planning.test_allotment import dual
from tests.worlds import (
    TODAY,
    with_cluster,
    with_load_balancer,
    world,
)
from trueline.intent.load import read
from trueline.planning.difference import unified
from trueline.planning.judging import complaints, rulings
from trueline.planning.refusal import Exhausted, Refusal, Unsound, WrongQuestion


def test_a_pool_that_has_room_behind_it_grows() -> None:
    assert changed(REFERENCE, addresses={"app": 12}) == [
        "-          addresses: [192.168.64.120-192.168.64.140]",
        "+          addresses: [192.168.64.120-192.168.64.152]",
    ]
    found = propose(REFERENCE, addresses={"app": 12})
    assert found.done == (
        "pool app/app-cluster-pool: 192.168.64.120-192.168.64.140 grows to"
        " 192.168.64.120-192.168.64.152",
    )
    assert found.advice == ()


def test_a_pool_without_room_behind_it_gets_another_range() -> None:
    assert changed(REFERENCE, addresses={"control/control-cluster-pool": 12}) == [
        "-          addresses: [192.168.64.100-192.168.64.110]",
        "+          addresses: [192.168.64.100-192.168.64.110, 192.168.64.141-192.168.64.152]",
    ]
    found = propose(REFERENCE, addresses={"control": 120})
    assert found.done == (
        "pool control/control-cluster-pool: 192.168.64.111-192.168.64.119,"
        " 192.168.64.141-192.168.64.251 added",
    )


def test_nodes_are_named_and_numbered_on() -> None:
    assert changed(REFERENCE, nodes={"app": 2}) == [
        "+      app-w5: {role: worker, address: 192.168.64.27}",
        "+      app-w6: {role: worker, address: 192.168.64.28}",
    ]
    plan = after(dual(), nodes={"app": 1})
    assert [str(node) for node in plan.cluster("app").nodes][-1] == "app/app-3"
    assert [str(each) for each in plan.cluster("app").nodes[-1].addresses] == [
        "192.168.64.24",
        "2001:db8::24",
    ]


@pytest.mark.parametrize(
    ("names", "new"),
    [
        (("m", "w09"), "w10"),
        (("m", "spare"), "spare-1"),
        (("w1", "w2", "w1-1"), "w1-2"),
        (("m", "w2", "w1"), "w3"),
    ],
)
def test_a_name_is_like_the_last_workers(names: tuple[str, ...], new: str) -> None:
    nodes = world().cluster("app").nodes
    renewed = tuple(replace(item, name=name) for item, name in zip(nodes, names, strict=False))
    assert (
        after(with_cluster(world(), "app", nodes=renewed), nodes={"app": 1})
        .cluster("app")
        .nodes[-1]
        .name
        == new
    )


def test_a_cluster_without_workers_gets_its_first() -> None:
    plan = with_cluster(world(), "app", nodes=())
    assert after(plan, nodes={"app": 1}).cluster("app").nodes[0].name == "app-1"


def test_comments_and_everything_else_stay_as_they_were() -> None:
    for name in ("topology.yaml", "examples/three-clusters.yaml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        first = read(text.encode(), name).clusters[0].name
        asked = {"clusters": 2, "nodes": {first: 3}, "addresses": {first: 5}}
        taken = [line for line in changed(text, **asked) if line[0] == "-"]
        assert len(taken) == 1  # the range of the pool
        assert "addresses: [" in taken[0]


def test_line_ends_stay_as_they_were() -> None:
    text = REFERENCE.replace("\n", "\r\n")
    new = propose(text, clusters=1, nodes={"app": 1}, addresses={"app": 1}).text
    assert new.count("\n") == new.count("\r\n") > text.count("\r\n")


def test_the_plans_that_are_changed_pass_before_and_after() -> None:
    for plan in (dual(), world()):
        assert complaints(rulings(read(text_of(plan).encode(), "plan.yaml"), TODAY)) == ()


@pytest.mark.parametrize(
    ("asked", "error", "reasons"),
    [
        (
            {"clusters": 1, "pool_size": 200, "nodes": {"app": 250}, "addresses": {"app": 300}},
            Exhausted,
            (
                "segment lan (192.168.64.0/24, plan.yaml:20) has 123 addresses free for pools, 300"
                " wanted. Shorten what DHCP leases (plan.yaml:20), or plan a larger segment",
                "pod network 10.245.0.0/16 of app (plan.yaml:103) has 256 node ranges of /24, 257"
                " wanted. Widen it, or give each node a smaller range (node_prefix)",
                "segment lan (192.168.64.0/24, plan.yaml:20) has 123 addresses free for pools, 200"
                " wanted. Shorten what DHCP leases (plan.yaml:20), or plan a larger segment",
            ),
        ),
        (
            {
                "clusters": 1,
                "names": ("app", "Edge"),
                "like": "contrl",
                "nodes": {"nope": 1},
                "addresses": {"ap": 1, "app/x": 1},
            },
            WrongQuestion,
            (
                "the plan has a cluster app already: give another name",
                "'Edge' is no name: write lower-case letters, digits and hyphens",
                "2 names are given for 1 clusters",
                "there is no cluster 'contrl': did you mean control?",
                "there is no cluster 'ap': did you mean app?",
                "there is no pool of app 'x': the plan has app-cluster-pool",
                "there is no cluster 'nope': the plan has control, app",
            ),
        ),
        (
            {"clusters": 1, "spaces": (ip_network("fd00::/8"),)},
            WrongQuestion,
            ("app has no IPv6 network: fd00::/8 is of no use",),
        ),
    ],
)
def test_all_that_stands_in_the_way_is_said_at_once(
    asked: dict[str, Any], error: type[Refusal], reasons: tuple[str, ...]
) -> None:
    with pytest.raises(error) as raised:
        propose(REFERENCE, **asked)
    assert raised.value.reasons == reasons
    assert str(raised.value) == "\n".join(reasons)


def test_of_several_pools_one_has_to_be_named() -> None:
    with pytest.raises(WrongQuestion, match="app has several pools: say app/reserved or app/spare"):
        propose(world(), addresses={"app": 1})
    plan = with_load_balancer(world(), "app", pools=(), reservations=())
    with pytest.raises(WrongQuestion, match="app has no pool: plan one"):
        propose(plan, addresses={"app": 1})


def test_a_plan_that_is_wrong_is_not_extended() -> None:
    text = (ROOT / "examples" / "reference-as-written.yaml").read_text(encoding="utf-8")
    with pytest.raises(Unsound) as raised:
        propose(text, clusters=1)
    assert raised.value.reasons[0] == "plan.yaml does not pass its own checks; correct these first:"
    assert len(raised.value.reasons) == 70


def test_what_cannot_be_read_back_is_no_proposal() -> None:
    taken = "pods of edge do not reach pods of app"
    text = REFERENCE.replace("name: plaintext is refused", f"name: {taken}")
    with pytest.raises(Unsound) as raised:
        propose(text, clusters=1, names=("edge",))
    head, told = raised.value.reasons
    assert head == "the plan so changed cannot be read back:"
    assert f'is taken: found "{taken}", as on line' in told


def test_where_nothing_is_otherwise_there_is_no_diff() -> None:
    assert list(unified("a\n", "a\n", "plan.yaml")) == []
