"""The rows of the lab: what counts as a run, and what a lab that is not there comes to."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tools.bench import lab
from tools.bench.values import Effort, NotRun, Verdict, Wrong
from tools.lab.errors import LabError

EFFORT = Effort(repeats=1)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A lab that is not up and can be brought up; what was done with it."""
    said: list[str] = []
    up = False

    def load() -> object:
        if not up:
            raise LabError("the lab is not up")
        return object()

    def command(*words: str) -> None:
        nonlocal up
        up = words[0] == "up"
        said.append(" ".join(words))

    monkeypatch.setattr(lab, "needs_root", lambda: None)
    monkeypatch.setattr(lab, "Lab", SimpleNamespace(load=load))
    monkeypatch.setattr(lab, "_lab", command)
    return said


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What every run comes to, to be changed."""
    found: dict[str, Any] = {"code": 0, "claims": [7, 3], "fail": []}

    def run(_: object, folder: Path, *words: str) -> object:
        claims = found["claims"][words[-1] == "quick"]
        told = {"fail": found["fail"], "unknown": []}
        summary = {"claims": claims, "told": told, "not_run": [], "broken": []}
        (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
        return SimpleNamespace(folder=folder, code=found["code"])

    monkeypatch.setattr(lab, "run_suites", run)
    return found


@pytest.mark.usefixtures("runs")
def test_whole_runs_and_the_quick_tier_are_timed_on_a_lab_that_goes_again(done: list[str]) -> None:
    found = lab.whole("full", 90.0, EFFORT)
    assert found.verdict is Verdict.MET
    assert [(one.what, one.limit) for one in found.targets] == [
        ("pytest suites/ -n auto", 90.0),
        ("the same with -m quick", 10.0),
    ]
    assert found.checked == (
        "all suites: 7 claims, each of them as planned",
        "quick tier: 3 claims, each of them as planned",
    )
    assert done == ["up --profile full", "down"]


def test_a_red_run_is_no_measure(done: list[str], runs: dict[str, Any]) -> None:
    runs.update(code=1, fail=["ADDR-001 a: silent"])
    with pytest.raises(Wrong, match=r"^all suites ended with 1: ADDR-001 a: silent$"):
        lab.whole("compact", 45.0, EFFORT)
    assert done == ["up --profile compact", "down"]


@pytest.mark.usefixtures("runs")
def test_a_lab_that_was_up_stays_up(done: list[str]) -> None:
    lab._lab("up")
    lab.whole("compact", 45.0, EFFORT)
    assert done == ["up", "up --profile compact"]


def test_a_lab_that_does_not_come_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = SimpleNamespace(returncode=1, stderr="lab: the lab is not built\nfix: build it\n")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: answer)
    with pytest.raises(NotRun, match=r"^lab: the lab is not built fix: build it$"):
        lab._lab("up")
