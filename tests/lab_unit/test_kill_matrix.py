"""The published kill matrix: of the faults as they are, and all of its rows as they should be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tools import discriminators, kill_matrix
from tools.lab.faults import registry

SUITES = Path(__file__).parents[2] / "suites"


def test_the_published_matrix_is_of_the_faults_as_they_are() -> None:
    rows = kill_matrix.load()
    known = registry.every()
    waiting = [name for name in known if name not in rows]
    for name, row in rows.items():
        assert row.good, name
        assert (frozenset(row.expected), row.title) == (known[name].reds, known[name].title), name
    assert kill_matrix.PAGE.read_text() == kill_matrix.rendered(rows.values(), waiting)


def test_three_faults_turn_each_suite_red_and_leave_all_others_green() -> None:
    alone = Counter(row.areas[0] for row in kill_matrix.load().values() if len(row.areas) == 1)
    # The plan alone is judged in one: what breaks it is written into no cluster. The deep one asks
    # what isolation and reach ask, of everything, and runs when it is asked for alone.
    of_clusters = {path.parent.name for path in SUITES.glob("*/test_*.py")}
    assert {name for name, number in alone.items() if number >= 3} == of_clusters - {"deep", "plan"}


def test_faults_that_look_alike_are_told_apart() -> None:
    rows = kill_matrix.load()
    assert discriminators.confused(rows) == []
    # It can fail: two faults that were told in the same words are confused.
    alike = {**rows, "KP-01": rows["ML-20"]}
    assert discriminators.confused(alike) == ["an address times out: ML-20 and KP-01"]
