"""What is due, what an interrupted run leaves, and what the exit code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import mutant_rows, mutants
from tools.mutant_rows import Argument, Row
from tools.mutant_runs import KILLED, NO_TESTS, SURVIVED, TIMED_OUT, CannotMutate, Runner
from tools.mutants import Module, Mutation
from tools.mutators import Mutant

SOURCE = "def judge(a, b):\n    x = a == b\n    y = 1\n    return x\n"


class Tried(Runner):
    """A runner that runs nothing: outcomes by the number of the mutant, and what was asked."""

    def __init__(self, *outcomes: str) -> None:
        super().__init__({})
        self.outcomes = outcomes
        self.asked: list[str] = []

    def try_out(self, path: Path, mutant: Mutant) -> tuple[str, str]:
        assert path.name == "m.py"
        outcome = self.outcomes[int(mutant.name.rpartition(":")[2]) - 1]
        if outcome == "interrupted":
            raise KeyboardInterrupt
        self.asked.append(mutant.name.rpartition(":")[2])
        return outcome, ""


@pytest.fixture
def module(tmp_path: Path) -> Module:
    path = tmp_path / "m.py"
    path.write_text(SOURCE)
    return Module("checks.m", path)


def mutation(module: Module, tmp_path: Path, row: Row | None = None, **more: object) -> Mutation:
    rows = {module.name: row} if row else {}
    given = {"arguments": {}, **more}
    return Mutation({module.name: module}, rows, state=tmp_path / "state", **given)  # type: ignore[arg-type]


def tried(run: Mutation, module: Module, runner: Runner) -> Row:
    row = run.row(runner, module, run.due(module))
    run.rows[module.name] = row
    return row


def numbers(found: list[Mutant]) -> list[str]:
    return [mutant.name.rpartition(":")[2] for mutant in found]


def test_a_row_counts_what_came_of_each_mutant(module: Module, tmp_path: Path) -> None:
    row = tried(mutation(module, tmp_path), module, Tried(KILLED, SURVIVED, TIMED_OUT))

    assert (row.mutants, row.killed, row.survived, row.timed_out) == (3, 1, 1, 1)
    assert [one.diff for one in row.survivors] == ["- y = 1\n+ y = 2"]
    assert list((tmp_path / "state").iterdir()) == []


def test_an_interrupted_run_goes_on_where_it_ended(module: Module, tmp_path: Path) -> None:
    run = mutation(module, tmp_path)
    first = Tried(KILLED, SURVIVED, "interrupted")
    with pytest.raises(KeyboardInterrupt):
        tried(run, module, first)
    assert first.asked == ["1", "2"]

    second = Tried(KILLED, KILLED, NO_TESTS)
    row = tried(run, module, second)

    assert second.asked == ["3"]
    assert (row.killed, [one.tested for one in row.survivors]) == (1, [True, False])


def test_what_an_interrupted_run_left_of_another_source_is_forgotten(
    module: Module, tmp_path: Path
) -> None:
    run = mutation(module, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        tried(run, module, Tried(KILLED, KILLED, "interrupted"))
    module.path.write_text(SOURCE.replace("1", "2"))

    second = Tried(KILLED, KILLED, KILLED)
    tried(run, module, second)

    assert second.asked == ["1", "2", "3"]


def test_survivors_without_an_argument_are_tried_again(module: Module, tmp_path: Path) -> None:
    run = mutation(module, tmp_path)
    row = tried(run, module, Tried(KILLED, SURVIVED, SURVIVED))
    one, other = row.survivors
    run.arguments = {one.name: Argument(hash=one.hash, why="equivalent: it is.")}
    assert numbers(run.due(module)) == ["3"]

    again = tried(run, module, Tried("", "", KILLED))

    assert (again.killed, again.survivors) == (2, (one,))
    assert run.due(module) == []
    assert numbers(mutation(module, tmp_path, again, again=True).due(module)) == ["1", "2", "3"]
    assert other.hash != one.hash


def test_an_interrupted_second_look_at_survivors_keeps_the_others(
    module: Module, tmp_path: Path
) -> None:
    run = mutation(module, tmp_path)
    tried(run, module, Tried(KILLED, SURVIVED, SURVIVED))
    with pytest.raises(KeyboardInterrupt):
        tried(run, module, Tried("", KILLED, "interrupted"))

    row = tried(run, module, Tried("", "", SURVIVED))

    assert (row.mutants, row.killed, row.survived) == (3, 2, 1)


def test_a_changed_module_is_due_as_a_whole(module: Module, tmp_path: Path) -> None:
    run = mutation(module, tmp_path)
    tried(run, module, Tried(KILLED, KILLED, SURVIVED))
    module.path.write_text(SOURCE + "\n")

    assert numbers(run.due(module)) == ["1", "2", "3"]


def test_an_argument_of_another_change_does_not_keep_the_exit_code_good(
    module: Module, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = mutation(module, tmp_path)
    (one,) = tried(run, module, Tried(KILLED, SURVIVED, KILLED)).survivors
    run.arguments = {one.name: Argument(hash="other", why="equivalent: it was.")}

    assert mutants.outcome(run, [module]) == 1
    assert capsys.readouterr().out == (
        "1 modules: 3 mutants, 2 killed, 0 timed out, 1 survived, 0 without tests; "
        "0 of these are argued, 1 are not.\n"
        "an argument that counts for no survivor: checks.m.judge:2\n"
        f"not argued: checks.m.judge:2 {one.hash}: - y = 1 | + y = 2\n"
    )

    run.arguments = {one.name: Argument(hash=one.hash, why="equivalent: it is.")}
    assert mutants.outcome(run, [module]) == 0


def test_a_module_that_was_not_run_is_no_success(
    module: Module, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mutants.outcome(mutation(module, tmp_path), [module]) == 1
    assert capsys.readouterr().out.endswith("not run yet: checks.m\n")


def test_page_is_written_anew_and_nothing_is_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows, argued = mutant_rows.load(), mutant_rows.arguments()
    waiting = [name for name in mutants.known() if name not in rows]
    saved: list[object] = []
    monkeypatch.setattr(mutant_rows, "save", lambda *given: saved.append(given))

    mutants.main(["--page", "checks"])

    assert saved == [(rows, argued, waiting)]


def test_modules_are_chosen_by_package_or_name() -> None:
    known = mutants.known()

    assert mutants.chosen(["checks.webhooks"], known) == [known["checks.webhooks"]]
    assert {m.name.partition(".")[0] for m in mutants.chosen([], known)} == {*mutants.PACKAGES}
    with pytest.raises(CannotMutate, match=r"^no module 'check'; there are checks\.clocks, "):
        mutants.chosen(["check"], known)


def test_a_word_that_names_no_module_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert mutants.main(["nothing"]) == 2
    assert capsys.readouterr().err.startswith("no module 'nothing'; there are ")


def test_rows_of_modules_that_are_gone_are_dropped() -> None:
    assert set(mutant_rows.load()) <= set(mutants.known())
