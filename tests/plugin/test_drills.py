"""Drills run when they are asked for, after everything else, and once over all workers."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project

DRILL = """\
import pytest
import demo


@pytest.mark.disruptive
@pytest.mark.verifies(demo.drill_is_harmless)
def test_drill_is_harmless(cluster, drilled, judge):
    judge(cluster, drilled)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    made = Project(pytester, "cluster_is_seen: snapshot", "wire_is_heard: wire")
    made.write("suites/drills/test_drills.py", DRILL)
    return made


def test_a_run_disturbs_nothing_unless_it_is_told_to(project: Project) -> None:
    result = project.run("suites")
    assert result.lines[-1].strip("= ").startswith("4 failed, 2 deselected in ")
    assert project.observations() == ["clusters", "wire"]


def test_a_drill_waits_until_all_that_others_need_is_observed(project: Project) -> None:
    project.run("suites/drills", "suites/plan", "--disruptive")
    seen = (project.path / "observations").read_text().split()
    assert seen == ["clusters", "wire", "drills-after-2-clusters-in-drills"]


def test_drills_come_last_and_alone_they_observe_no_more_than_they_need(project: Project) -> None:
    result = project.run("suites/drills", "suites/plan", "--disruptive", "-v")
    tests = [line.split("::")[1].split("[")[0] for line in result.lines if "suites/" in line[:7]]
    assert [name for name in tests if name == "test_drill_is_harmless"] == tests[-2:]
    project.run("suites/drills", "--disruptive", run="r2")
    assert project.observations().count("wire") == 1
    assert project.observations().count("drills-after-2-clusters-in-drills") == 2
