"""A run writes down which program it is of, and every option that may have left out tests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fixtures import scope, selection
from tests.plugin.project import Project
from trueline.report import catalogue


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


def record(project: Project, *arguments: str, run: str) -> dict[str, Any]:
    project.run(*arguments, run=run)
    found: dict[str, Any] = json.loads((project.path / "reports" / run / "run.json").read_text())
    return found


def test_what_narrows_a_run_is_written_down(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "cluster_is_in_the_north")
    project.write("suites/dns/test_dns.py", "def test_nothing():\n    pass\n")
    options = ("suites", "-k", "north or nothing", "--deselect", "suites/dns", "--cluster", "north")
    for number, (arguments, narrowed) in enumerate(
        (
            (("suites",), []),
            ((".",), []),
            (("suites/plan", "suites/dns"), []),
            (("suites/plan",), ["suites/plan"]),
            (("suites/plan/test_plan.py", "suites/dns"), ["suites/plan/test_plan.py suites/dns"]),
            (("suites", "--area", "plan,dns"), ["--area plan,dns"]),
            (("suites", "--since-failed=n0"), ["--since-failed n0"]),
            (options, ["--cluster north", "-k 'north or nothing'", "--deselect suites/dns"]),
        )
    ):
        found = record(project, *arguments, run=f"n{number}")
        assert (found["narrowed_by"], found["drills"]) == (narrowed, False), arguments
    assert record(project, "suites", "--disruptive", run="drilled")["drills"] is True


def test_what_is_judged_again_was_narrowed_as_the_run_that_observed(
    pytester: pytest.Pytester,
) -> None:
    project = Project(pytester, "cluster_is_in_the_north")
    first = record(project, "suites", "-k", "north]", run="r1")
    again = record(project, "suites", "--judge-again=r1", "--cluster", "north", run="r2")
    assert again["narrowed_by"] == [*first["narrowed_by"], "--cluster north"]
    path = project.path / "reports" / "r1" / "run.json"
    del first["narrowed_by"]
    path.write_text(json.dumps(first))
    assert record(project, "suites", "--judge-again=r1", run="r3")["narrowed_by"] is None


def test_the_program_is_written_down(pytester: pytest.Pytester) -> None:
    found = record(Project(pytester, "cluster_is_in_the_north"), "suites", run="r1")
    release, commit = scope.program()
    assert (found["release"], found["commit"]) == (release, commit)
    assert found["requirements_sha256"] == catalogue.digest(catalogue.every())


def test_every_option_that_selects_counts() -> None:
    shards = {"--shard", "--shards"}
    assert {*selection._ABOUT, "--since-failed", *shards} == set(scope.SELECTS)


def test_the_commit_says_whether_files_differ(tmp_path: Path) -> None:
    assert scope._commit(tmp_path) is None

    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@a.test", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    (tmp_path / "a").write_text("one")
    git("add", "a")
    git("commit", "--quiet", "-m", "one")
    commit = git("rev-parse", "HEAD")
    assert scope._commit(tmp_path) == commit
    (tmp_path / "a").write_text("two")
    assert scope._commit(tmp_path) == f"{commit}-dirty"
    below = tmp_path / "below"
    below.mkdir()
    assert scope._commit(below) is None


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    assert scope._commit(tmp_path) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert scope._commit(tmp_path) is None
