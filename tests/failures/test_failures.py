"""Every text of docs/failures.md, as a user meets it: the real command in the real situation."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.failures.situations import PLAN, SITUATIONS, Place
from tests.kube.api import Pki
from tools import failures
from tools.failure_rows import ROWS, Failure

ROOT = Path(__file__).parents[2]
# The tests of this project may themselves run under a plan, a run or workers.
OWN = ("TRUELINE_", "KUBECONFIG", "PYTEST_", "COV_")
NEED_ROOT = {
    "not root",
    "the disk is full at the start",
    "the disk becomes full",
    "the folder of the reports is read-only",
}


def words(row: Failure, place: Place) -> list[str]:
    """The command as the row has it, with the programs of this checkout."""
    program, *rest = shlex.split(row.command.partition(" > ")[0])
    if program == "pytest":
        suites = [str(ROOT / word) if word.startswith("suites/") else word for word in rest]
        # Its own cache would be written into the checkout.
        reports = [] if "--reports" in rest else ["--reports=reports"]
        rest = ["-m", "pytest", *suites, *reports, "-p", "no:cacheprovider"]
    return [*place.under, sys.executable, *rest]


def run(row: Failure, place: Place) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    with Path(row.command.partition(" > ")[2] or os.devnull).open("w") as elsewhere:
        done = subprocess.run(
            words(row, place),
            cwd=place.folder,
            env={**env, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=elsewhere if " > " in row.command else subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=240,
            check=False,
        )
    for found, shown in ((str(place.folder), "HERE"), (str(ROOT), "ROOT")):
        done.stdout = (done.stdout or "").replace(found, shown)
        done.stderr = done.stderr.replace(found, shown)
    if place.port:
        done.stdout = done.stdout.replace(f":{place.port}", ":PORT")
    return done


def section(output: str, heading: str) -> list[str]:
    """The lines of one section of a run."""
    lines = output.splitlines()
    heads = [place for place, line in enumerate(lines) if line.startswith("====")]
    start = next(place for place in heads if lines[place].strip("= ") == heading)
    return lines[start + 1 : next(place for place in heads if place > start)]


def told(row: Failure, output: str, errors: str) -> list[str]:
    """What the command says where the row looks for it."""
    if row.told == "stderr":
        return [errors.strip().removeprefix("ERROR: ")]
    if row.told == "cause":
        return [line for line in section(output, "root causes") if not line.startswith(" ")]
    if row.told == "doubt":
        return section(output, "could not tell")
    if row.told == "missing":
        about = row.text.startswith("segment ")
        lines = [line for line in output.splitlines() if "; unknown: " in line]
        return [line for line in lines if line.startswith("segment ") == about]
    return [line for line in (output + errors).splitlines() if line == row.text]


def each() -> Iterator[object]:
    for row in ROWS:
        marks = [pytest.mark.root] if row.name in NEED_ROOT else []
        yield pytest.param(row, marks=marks, id=f"{row.name}: {row.command.split(' --')[0]}")


@pytest.mark.parametrize("row", list(each()))
def test_it_says_so_once_and_without_a_traceback(row: Failure, pki: Pki, tmp_path: Path) -> None:
    place = Place(tmp_path, pki)
    place.plan(PLAN)
    with contextmanager(SITUATIONS[row.name])(place):
        done = run(row, place)
    everything = done.stdout + done.stderr
    assert "Traceback" not in everything
    assert "INTERNALERROR" not in everything
    assert told(row, done.stdout, done.stderr) == [row.text], everything
    assert done.returncode == row.status, everything


def test_every_situation_has_a_text() -> None:
    assert set(SITUATIONS) == {row.name for row in ROWS}


def test_the_page_is_fresh() -> None:
    assert failures.main(["--check"]) == 0


def test_a_stale_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(failures, "PAGE", tmp_path / "failures.md")
    assert failures.main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "docs/failures.md is stale: run `python -m tools.failures`\n"
    )
    assert failures.main([]) == 0
    assert failures.main(["--check"]) == 0
    assert "\\[ or {" in failures.PAGE.read_text()
