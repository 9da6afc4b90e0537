"""When a run asks for leases, and what it makes of the answer."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project
from tests.plugin.test_drills import DRILL


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    made = Project(pytester, "cluster_is_in_the_north", "cluster_is_seen: snapshot")
    made.write("suites/drills/test_drills.py", DRILL)
    return made


def asked(project: Project) -> list[str]:
    path = project.path / "leases"
    return path.read_text().splitlines() if path.exists() else []


def test_a_run_of_the_plan_alone_asks_for_none(project: Project) -> None:
    project.run("suites", "-k", "in_the_north")
    assert asked(project) == []


def test_a_run_that_observes_shares_once_over_all_workers(project: Project) -> None:
    project.run("suites", "-n2")
    assert asked(project) == ["r1 of r1 shared"]


def test_a_run_with_drills_is_alone(project: Project) -> None:
    project.run("suites", "--disruptive", "-n1")
    assert asked(project) == ["r1 of r1 alone"]


def test_shards_are_of_one_group(project: Project) -> None:
    project.run("suites", "--shard=1/2", run="night")
    project.run("suites", "--shard=2/2", run="night")
    assert asked(project) == ["night-1of2 of night shared", "night-2of2 of night shared"]


def test_a_stored_run_is_judged_again_without(project: Project) -> None:
    (project.path / "lacking").write_text("forbidden")
    project.run("suites")
    again = project.run("suites", "--judge-again=r1", run="r2")
    assert asked(project) == ["r1 of r1 shared"]
    assert again.summary()["notes"] == []


def test_nothing_is_observed_while_another_run_is_alone(project: Project) -> None:
    (project.path / "busy").write_text("cluster north is in use: run d1 is alone there")
    result = project.run("suites")
    assert (result.code, project.observations()) == (1, [])
    assert result.after("could not tell")[1] == (
        "cluster north is in use: run d1 is alone there: 2 tests in doubt."
    )
    assert "waiting for somebody" in result.errors


def test_without_permission_it_is_noted_and_drills_are_not_carried_out(project: Project) -> None:
    (project.path / "lacking").write_text("the kubeconfig may not read leases")
    result = project.run("suites")
    note = (
        "no lease of north could be held, so drills of another run may have disturbed this one: "
        "the kubeconfig may not read leases"
    )
    assert f"note: {note}" in result.lines
    assert f"- note: {note}" in (result.folder / "summary.md").read_text()
    assert project.observations() == ["clusters"]
    drilled = project.run("suites/drills", "--disruptive", run="r2")
    assert not [line for line in project.observations() if line.startswith("drills")]
    assert drilled.after("could not tell")[1] == (
        "drills are carried out by a run that is alone, and no lease of north can be held: the "
        "kubeconfig may not read leases. Give the kubeconfig the roles of python -m tools.rbac "
        "--drills: 2 tests in doubt."
    )
