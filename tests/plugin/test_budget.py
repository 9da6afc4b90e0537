"""A run with a time: what it chooses, where it ends, and that it never looks complete."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.plugin.project import PLAN, Project

TICKING = """\
from pathlib import Path

import pytest

import fixtures.budget

TIME = Path(__file__).with_name("time")


class Ticking:
    def elapsed(self):
        return float(TIME.read_text()) if TIME.exists() else 0.0


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setattr(fixtures.budget, "SYSTEM", Ticking())


def pytest_runtest_teardown():
    if TIME.exists():
        TIME.write_text(str(Ticking().elapsed() + 10))
"""
LATE = """\
from pathlib import Path


def pytest_collection_finish():
    Path("time").write_text("10")
"""
SUITE = "suites/plan/test_plan.py::test_"
LONG = [f"{SUITE}name_is_long[north]", f"{SUITE}name_is_long[south]"]
SEEN = [f"{SUITE}cluster_is_seen[north]", f"{SUITE}cluster_is_seen[south]"]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    made = Project(pytester, "cluster_is_seen: snapshot", "name_is_long")
    # The last is asked first: the clock is looked at as soon as the options are known.
    made.plugin("ticking", TICKING)
    return made


def store(project: Project, name: str, **changes: Any) -> None:
    """A run of the plan that was stored."""
    folder = project.path / "reports" / name
    folder.mkdir(parents=True)
    closed = {
        "topology_sha256": hashlib.sha256(PLAN.encode()).hexdigest(),
        "stopped": None,
        "seconds": 20.0,
        "tests": {"a": "passed", "b": "passed"},
        "phases": [{"name": "clusters", "seconds": 16.0}],
    }
    (folder / "summary.json").write_text(json.dumps(closed | changes))


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_what_does_not_fit_is_left_out_and_told(project: Project, workers: str) -> None:
    project.write("suites/dns/test_more.py", (project.path / SUITE.split("::")[0]).read_text())
    result = project.run("suites", workers, "--budget", "2s")
    assert result.code == 8
    found = result.summary()
    more = [name.replace("plan/test_plan", "dns/test_more") for name in SEEN]
    assert (found["budget"], found["left_out"]) == ("2s", sorted([*SEEN, *more]))
    assert found["not_run"] == found["left_out"]
    assert sorted(found["tests"]) == sorted(
        [*LONG, *(name.replace("plan/test_plan", "dns/test_more") for name in LONG)]
    )
    told = "left out by --budget 2s: 4 tests (dns 2, plan 2)"
    assert told in result.after("verdicts")
    assert f"- {told}" in (result.folder / "summary.md").read_text()
    assert not any(line.startswith("not run") for line in result.lines)
    assert project.observations() == []


def test_all_that_fits_is_a_whole_run(project: Project) -> None:
    result = project.run("suites", "--budget", "1h", "-k", "long")
    assert result.code == 0
    assert (result.summary()["budget"], result.summary()["left_out"]) == ("1h", [])
    assert not any("left out" in line for line in result.lines)


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_no_test_begins_when_the_time_is_used_up(project: Project, workers: str) -> None:
    project.write("time", "0")  # from now on, each test takes ten seconds
    result = project.run("suites", workers, "--budget", "9s", "-k", "long")
    assert result.code == 8
    found = result.summary()
    assert (found["tests"], found["left_out"]) == ({LONG[0]: "passed"}, [LONG[1]])
    assert found["stopped"] is None
    assert "left out by --budget 9s: 1 test (plan 1)" in result.lines


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_time_that_is_used_up_before_any_test_is_no_whole_run(
    project: Project, workers: str
) -> None:
    project.write("time", "0")
    project.write("suites/conftest.py", LATE)
    result = project.run("suites", workers, "--budget", "9s", "-k", "long")
    assert (result.code, result.summary()["left_out"]) == (8, LONG)


def test_a_failure_outranks_what_was_left_out(project: Project) -> None:
    project.write("suites/l2/test_odd.py", "def test_odd(): raise KeyError('odd')\n")
    result = project.run("suites", "--budget", "2s", "-k", "odd or seen")
    assert (result.code, len(result.summary()["left_out"])) == (1, 2)


def test_the_stored_runs_of_the_plan_say_how_long_it_takes(project: Project) -> None:
    store(project, "one")
    less = [{"name": "clusters", "seconds": 3.0}]
    store(project, "two", phases=less, seconds=4.0, tests={"a": "passed"})
    store(project, "of another plan", topology_sha256="x", phases=[])
    store(project, "stopped", stopped="interrupted")
    (project.path / "reports" / "damaged").mkdir()
    (project.path / "reports" / "damaged" / "summary.json").write_text("{")
    # Sixteen seconds for the clusters, two for each test.
    listed = project.run("suites", "--list", "--budget", "20s")
    assert "expected to take 20 s of 20 s" in listed.lines
    assert "left out by --budget 20s: 2 tests (plan 2)" in listed.lines
    assert not any("not selected" in line for line in listed.lines)
    assert "expected to take 24 s of 60 s" in project.run("suites", "--list", "--budget=1m").lines


def test_a_time_that_is_none_is_refused(project: Project) -> None:
    result = project.run("suites", "--budget", "5 minutes")
    assert (result.code, result.folder.exists()) == (4, False)
    assert result.errors[0] == "ERROR: --budget 5 minutes: write a time as 90s, 5m or 1h"


def test_a_time_in_which_nothing_fits_selects_nothing(project: Project) -> None:
    result = project.run("suites", "--budget", "1s", "-k", "seen")
    assert (result.code, result.folder.exists()) == (5, False)
    assert "nothing is selected by --budget 1s -k seen" in result.lines


def test_what_was_left_out_can_be_run_afterwards(project: Project) -> None:
    project.run("suites", "--budget", "2s")
    again = project.run("suites", "--since-failed", run="r2")
    assert sorted(again.summary()["tests"]) == SEEN
