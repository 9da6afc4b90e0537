"""The commands that compare runs: what they print and how they exit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.live import facts_for
from tests.plugin.project import PLAN, Project
from tests.worlds import world
from tools import diff, rejudge, reverse
from tools.stored import NoRun, folder
from trueline.observe.store import CLUSTERS

ROOT = Path(__file__).parents[2]
SOUTH = "DEMO-001 south: expected north, observed south (topology.yaml:13). Renumber the south."


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return Project(pytester, "cluster_is_in_the_north")


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def began(project: Project, run: str, moment: str) -> None:
    path = project.path / "reports" / run / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"began": moment}))


def compare(project: Project, *runs: str) -> int:
    return diff.main([*runs, "--reports", str(project.path / "reports")])


def test_verdicts_facts_and_ages_of_two_runs(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    for day, run in enumerate(("r1", "r2", "r3"), start=1):
        selected = ("-k", "north]") if run == "r1" else ()
        project.run("suites", *selected, run=run)
        began(project, run, f"2027-03-0{day}T12:00:00+00:00")
    facts = facts_for(world())
    reports = project.path / "reports"
    CLUSTERS.save(reports / "r1" / "snapshot" / "clusters.json", facts)
    CLUSTERS.save(reports / "r3" / "snapshot" / "clusters.json", {"app": facts["app"]})
    capsys.readouterr()
    assert compare(project, "r1") == 1
    assert printed(capsys) == [
        "== verdicts",
        f"not judged -> fail: {SOUTH}",
        "== failing since",
        "DEMO-001 south: r2, 2 runs, 24.0 hours, and no earlier run has seen it well",
    ]
    assert compare(project, "r2", "r3") == 0
    assert printed(capsys)[-1] == "nothing is otherwise in r3 than in r2"


def test_a_long_list_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    lines = list(diff._section("node", [str(number) for number in range(25)]))
    assert lines[0] == "== node"
    assert lines[-1] == "and 5 more"


def test_what_is_no_run_is_told(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run("suites")
    capsys.readouterr()
    assert compare(project, "r7") == 2
    where = project.path / "reports" / "r7"
    assert capsys.readouterr().err.strip() == (
        f"{where} holds no whole run: it has no run.json and no topology.yaml and no journal.jsonl"
    )
    (project.path / "reports" / "r1" / "snapshot" / "wire.json").write_text("[")
    assert compare(project, "r1") == 2
    assert "is not whole JSON" in capsys.readouterr().err
    with pytest.raises(NoRun):
        folder(str(project.path / "nowhere"), project.path)


def test_a_run_of_the_plan_is_judged_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = [sys.executable, "-m", "pytest", "suites/plan/test_segments.py", "-q"]
    subprocess.run(
        [*argv, "--reports", str(tmp_path), "--run", "r1"], cwd=ROOT, check=False, stdout=-3
    )
    journal = tmp_path / "r1" / "journal.jsonl"
    text = journal.read_text()
    everything = len(folder_of_plan(tmp_path))
    assert rejudge.main(["r1", "--reports", str(tmp_path)]) == 1
    *told, last = printed(capsys)
    count = len(text.splitlines())
    assert all(line.startswith("not judged -> ") for line in told)
    assert re.fullmatch(rf"run r1 judged again: {everything} claims, \d+ stand otherwise", last)
    assert rejudge.main(["r1-again", "--reports", str(tmp_path)]) == 0
    again = f"run r1-again judged again: {everything} claims, 0 stand otherwise"
    assert printed(capsys) == [again]
    assert 0 < count < everything


def folder_of_plan(reports: Path) -> list[str]:
    """The claims of the whole suite on the plan, each of which the area is judged by."""
    argv = [sys.executable, "-m", "pytest", "suites/plan", "-q", "-n0"]
    done = [*argv, "--reports", str(reports), "--run", "whole"]
    subprocess.run(done, cwd=ROOT, check=False, stdout=-3)
    return (reports / "whole" / "journal.jsonl").read_text().splitlines()


def test_a_run_that_cannot_be_judged_again_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rejudge.main(["r1", "--reports", str(tmp_path)]) == 2
    assert "holds no whole run" in capsys.readouterr().err
    broken = tmp_path / "r1"
    broken.mkdir()
    (broken / "run.json").write_text("{}")
    (broken / "topology.yaml").write_text(PLAN)
    (broken / "journal.jsonl").write_text("")
    assert rejudge.main(["r1", "--reports", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{broken} holds no whole run: its run.json is damaged\n"
    record = {"began": "2026-01-01T00:00:00+00:00", "plan": "p", "file": "f", "facts_of": None}
    (broken / "run.json").write_text(json.dumps(record))
    assert rejudge.main(["r1", "--reports", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "run r1 judged no suite of this checkout\n"
    claims = folder_of_plan(tmp_path)
    (broken / "journal.jsonl").write_text(claims[0] + "\n")
    assert rejudge.main(["r1", "--reports", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(
        f"run r1 was not judged: {broken} holds no run that can be judged again"
    )


def test_what_is_live_and_what_was_asked(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run("suites")
    reports = project.path / "reports"
    stranger = {"south": replace(facts_for(world())["app"], name="south")}
    capsys.readouterr()
    assert reverse.main(["r1", "--reports", str(reports)]) == 0
    assert printed(capsys) == [
        "live objects that no line of the plan explains: 0 of 0 (100 % explained)",
        "lines of the plan that no claim examined: 5 of 7 (28 % examined)",
        "  topology.yaml:4 segment lan",
        "  topology.yaml:8 cni",
        "  topology.yaml:12 node north/north-1",
        "  topology.yaml:15 cni",
        "  topology.yaml:19 node south/south-1",
    ]
    CLUSTERS.save(reports / "r1" / "snapshot" / "clusters.json", stranger)
    assert reverse.main(["r1", "--reports", str(reports)]) == 1
    assert "  Node south/app-cp-1" in printed(capsys)
    assert reverse.main(["r9", "--reports", str(reports)]) == 2
