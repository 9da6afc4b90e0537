"""A stored run judged again: by its plan, its facts and its day, and nothing is observed."""

from __future__ import annotations

import json

import pytest

from tests.plugin.project import PLAN, Project


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return Project(pytester, "cluster_is_in_the_north", "cluster_is_seen: snapshot")


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_nothing_is_observed_and_the_verdicts_are_the_same(project: Project, workers: str) -> None:
    first = project.run("suites", "-k", "north]")
    project.write("topology.yaml", PLAN.replace("name: small", "name: changed since"))
    again = project.run("suites", workers, "-k", "north]", "--judge-again", "r1", run="r2")
    assert project.observations() == ["clusters"]
    plain = [
        [{**entry, "run": "", "worker": "", "seconds": 0} for entry in result.journal()]
        for result in (first, again)
    ]
    assert plain[0] == plain[1]
    record = json.loads((again.folder / "run.json").read_text())
    assert (record["plan"], record["facts_of"]) == ("small", "r1")
    assert (again.folder / "topology.yaml").read_text() == PLAN


def test_the_day_is_that_of_the_stored_run(project: Project) -> None:
    project.run("suites")
    path = project.path / "reports" / "r1" / "run.json"
    record = json.loads(path.read_text()) | {"day": "2020-02-03"}
    path.write_text(json.dumps(record))
    again = project.run("suites", "--judge-again", "r1", run="r2")
    assert json.loads((again.folder / "run.json").read_text())["day"] == "2020-02-03"


def test_what_the_stored_run_did_not_observe_cannot_be_told(project: Project) -> None:
    project.run("suites", "-k", "in_the_north")
    again = project.run("suites", "--judge-again", str(project.path / "reports" / "r1"), run="r2")
    assert again.after("could not tell")[1] == "run r1 observed no clusters: 2 tests in doubt."


def test_a_lab_run_is_judged_again_anywhere(project: Project) -> None:
    project.run("suites", "-k", "north]")
    plan = project.path / "reports" / "r1" / "topology.yaml"
    plan.write_text(PLAN.replace("name: small", "name: small\nruns_in: lab"))
    again = project.run("suites", "-k", "north]", "--judge-again", "r1", run="r2")
    assert again.folder.exists()


def test_a_folder_that_holds_no_run_is_told(project: Project) -> None:
    result = project.run("suites", "--judge-again", "r9", run="r2")
    assert result.code == 4
    assert result.errors[0] == (
        f"ERROR: {project.path / 'reports' / 'r9'} holds no run that can be judged again: it needs "
        "run.json, topology.yaml and snapshot/"
    )
