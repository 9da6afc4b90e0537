"""The published kill matrix: of the faults as they are, and all of its rows as they should be."""

from __future__ import annotations

from tools import kill_matrix
from tools.lab.faults import registry


def test_the_published_matrix_is_of_the_faults_as_they_are() -> None:
    rows = kill_matrix.load()
    known = registry.every()
    waiting = [name for name in known if name not in rows]
    for name, row in rows.items():
        assert row.good, name
        assert (frozenset(row.expected), row.title) == (known[name].reds, known[name].title), name
    assert kill_matrix.PAGE.read_text() == kill_matrix.rendered(rows.values(), waiting)
