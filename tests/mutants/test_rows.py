"""Rows, arguments and the page; and the page that is published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tools import mutant_rows, mutants
from tools.mutant_rows import Argument, Row, Survivor

ONE = Survivor(name="checks.m.judge:1", hash="aaaa", diff="- a == b\n+ a != b")
TWO = Survivor(name="checks.m.judge:2", hash="bbbb", diff="- yield a\n+ pass", tested=False)
ROW = Row(
    module="checks.m", of="f0", date="2025-11-28", killed=7, timed_out=1, survivors=(ONE, TWO)
)
ARGUED = {ONE.name: Argument(hash="aaaa", why="equivalent: both are one.")}


def test_an_argument_counts_for_its_own_change() -> None:
    assert mutant_rows.why(ONE, ARGUED) == "equivalent: both are one."
    assert mutant_rows.open_in(ROW, ARGUED) == [TWO]
    assert mutant_rows.stale([ROW], ARGUED) == []


def test_an_argument_of_another_change_is_stale() -> None:
    changed = replace(ROW, survivors=(replace(ONE, hash="cccc"),))

    assert mutant_rows.open_in(changed, ARGUED) == list(changed.survivors)
    assert mutant_rows.stale([changed], ARGUED) == [ONE.name]


def test_an_argument_for_a_mutant_that_is_killed_by_now_is_stale() -> None:
    assert mutant_rows.stale([replace(ROW, survivors=())], ARGUED) == [ONE.name]


def test_an_argument_in_a_module_that_was_not_run_is_not_judged() -> None:
    assert mutant_rows.stale([replace(ROW, module="checks.other", survivors=())], ARGUED) == []


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    path, page = tmp_path / "mutants.json", tmp_path / "mutants.md"

    mutant_rows.save({ROW.module: ROW}, ARGUED, ["checks.z"], path, page)

    assert mutant_rows.load(path) == {ROW.module: ROW}
    assert mutant_rows.load(tmp_path / "none") == {}
    assert mutant_rows.arguments(tmp_path / "none") == {}
    assert page.read_text() == mutant_rows.rendered([ROW], ARGUED, ["checks.z"])


def test_the_page_has_figures_a_table_and_each_survivor() -> None:
    page = mutant_rows.rendered([ROW], ARGUED, ["intent.z", "checks.z"])

    assert (
        "1 modules: 10 mutants, 7 killed, 1 timed out, 1 survived, 1 without tests; "
        "1 of these are argued, 1 are not.\n"
    ) in page
    assert page.split("|---|---|---|---|---|---|---|---|\n")[1] == (
        "| checks.m | 2025-11-28 | 10 | 7 | 1 | 1 | 1 | **1** |\n"
        "\nNot run yet: checks.z, intent.z.\n"
        "\n## checks.m\n"
        "\n`checks.m.judge:1` aaaa: equivalent: both are one.\n"
        "\n```diff\n- a == b\n+ a != b\n```\n"
        "\n`checks.m.judge:2` bbbb (no test runs it): **not argued**\n"
        "\n```diff\n- yield a\n+ pass\n```\n"
    )


def test_a_long_diff_becomes_two_lines() -> None:
    before, after = mutant_rows.short("- yield holds(\n- " + "x" * 200 + "\n- )\n+ pass")

    assert before == f"- yield holds( {'x' * 94}..."
    assert after == "+ pass"


def test_the_published_page_is_of_the_published_rows() -> None:
    rows, argued = mutant_rows.load(), mutant_rows.arguments()

    waiting = [name for name in mutants.known() if name not in rows]
    assert mutant_rows.PAGE.read_text() == mutant_rows.rendered(rows.values(), argued, waiting)
    assert mutant_rows.stale(rows.values(), argued) == []
