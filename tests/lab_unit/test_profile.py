from __future__ import annotations

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab.errors import LabError
from tools.lab.profile import masked, selected


def names(profile: str, text: str = TEXT) -> list[str]:
    return [node.name for node in selected(plan(text), profile)]


def test_compact_is_the_first_control_plane_and_two_workers_of_each_cluster() -> None:
    assert names("compact") == ["east-m1", "east-w1", "east-w2", "west-m1"]


def test_full_is_every_node() -> None:
    assert names("full") == ["east-m1", "east-m2", "east-w1", "east-w2", "east-w3", "west-m1"]


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(LabError) as caught:
        names("tiny")
    assert str(caught.value) == "no profile 'tiny': choose one of compact, full"


def test_a_cluster_needs_a_control_plane() -> None:
    text = TEXT.replace("west-m1: {role: control-plane", "west-m1: {role: worker")
    with pytest.raises(LabError) as caught:
        names("compact", text)
    assert str(caught.value) == (
        "topology.yaml:42: cluster 'west' plans no control-plane node\n"
        "fix: plan a node with `role: control-plane`"
    )


def test_a_full_plan_stays_as_it_is() -> None:
    topology = plan()
    assert masked(TEXT, topology, selected(topology, "full")) == TEXT


def test_nodes_outside_the_profile_are_commented_out_in_place() -> None:
    topology = plan()
    cut = masked(TEXT, topology, selected(topology, "compact"))
    before, after = TEXT.splitlines(), cut.splitlines()
    assert [
        (n, new) for n, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new
    ] == [
        (20, "      # east-m2:"),
        (21, "        # role: control-plane"),
        (23, "        # address: 198.51.100.11"),
        (27, "      # east-w3: {role: worker, address: 198.51.100.14}"),
    ]
    kept = {node.name: node.at.line for node in plan(cut).nodes}
    assert kept == {"east-m1": 19, "east-w1": 25, "east-w2": 26, "west-m1": 50}


def test_nodes_that_share_a_line_cannot_be_cut() -> None:
    block = TEXT[TEXT.index("    nodes:\n      # the only one") : TEXT.index("    load_balancer:")]
    line = (
        "    nodes: {a: {role: control-plane, address: 198.51.100.10},"
        " b: {role: control-plane, address: 198.51.100.11}}\n"
    )
    text = TEXT.replace(block, line)
    topology = plan(text)
    with pytest.raises(LabError) as caught:
        masked(text, topology, selected(topology, "compact"))
    assert str(caught.value) == (
        "topology.yaml:17: node 'b' shares its lines with another entry\n"
        "fix: write each node on lines of its own"
    )
