"""Which reds are told together, which apart, in which order, and how many in full."""

from __future__ import annotations

import pytest

from tests.diagnose.reds import Red
from tests.worlds import world
from trueline.diagnose.incidents import incidents
from trueline.diagnose.telling import lines, told

PLAN = world()


def subjects(*reds: Red) -> list[tuple[list[str], list[str]]]:
    """(causes, consequences) of each incident, by their subjects."""
    return [
        ([one.subject for one in found.causes], [one.subject for one in found.consequences])
        for found in incidents(reds)
    ]


SILENT = Red("L2-004", "vault", needs=("address:a", "cluster:x"), takes=("address:a",))
UNHEARD = Red("L2-004", "loki", needs=("address:b", "cluster:x"), takes=("address:b",))
CALL = Red("REACH-001", "a call", needs=("address:a",))


def test_what_follows_belongs_to_its_own_cause_and_not_to_the_first() -> None:
    nodes = Red("CLU-012", "app", needs=("cluster:app",), takes=("nodes:app",))
    assert subjects(nodes, SILENT, CALL) == [(["vault"], ["a call"]), (["app"], [])]


def test_a_doubt_with_two_causes_is_told_once_with_the_lower_one() -> None:
    nodes = Red("CLU-012", "app", takes=("nodes:app",))
    doubt = Red("REACH-003", "in doubt", needs=("address:a", "nodes:app"))
    found = incidents([SILENT, nodes], [doubt])
    assert {one.cause.subject: list(one.doubts) for one in found} == {"app": [doubt], "vault": []}


def test_reds_of_one_cluster_about_different_things_are_told_apart() -> None:
    pending = Red("LB-012", "loki", needs=("address:b", "cluster:x"))
    assert sorted(subjects(SILENT, pending)) == [(["loki"], []), (["vault"], [])]
    same = Red("LB-012", "vault", needs=("address:a", "cluster:x"))
    assert subjects(SILENT, same) == [(["vault", "vault"], [])]


def test_what_stands_between_two_reds_joins_them() -> None:
    first = Red("LB-009", "first", needs=("address:a",))
    between = Red("LB-012", "between", needs=("address:a", "address:b"))
    last = Red("L2-004", "last", needs=("address:b",))
    assert [set(causes) for causes, _ in subjects(first, between, last)] == [
        {"first", "between", "last"}
    ]


@pytest.mark.parametrize("severity", ["odd", "minor"])
def test_a_severity_that_nobody_knows_counts_as_the_least(severity: str) -> None:
    known = Red("L2-004", "z", needs=("address:a",), severity="normal")
    odd = Red("L2-004", "a", needs=("address:a",), severity=severity)
    assert subjects(odd, known) == [(["z", "a"], [])]


@pytest.mark.parametrize(
    ("count", "also"),
    [
        (3, ["n1", "n2"]),
        (4, ["n1", "n2", "n3"]),
        (5, ["n1", "n2", "n3", None]),
    ],
)
def test_three_further_causes_are_told_in_full(count: int, also: list[str | None]) -> None:
    (found,) = incidents([Red("VM-002", f"n{number}") for number in range(count)])
    assert [line for line in lines([told(found, PLAN)]) if line.startswith("    also: ")] == [
        f"    also: VM-002 {name}: it is not well."
        if name
        else f"    also: {count - 4} more of this incident"
        for name in also
    ]
