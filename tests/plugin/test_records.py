from __future__ import annotations

import hashlib
import json
import signal
import xml.etree.ElementTree as ElementTree

import pytest

from tests.plugin.project import CHECKS, HEADER, ROOT, Project, suite
from trueline.report.summary_form import SummaryForm


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_allure_tells_a_defect_from_a_gap(pytester: pytest.Pytester, workers: str) -> None:
    project = Project(
        pytester,
        "cluster_is_in_the_north",
        "cluster_is_seen: snapshot",
        "name_is_long",
        "cluster_is_in_a_mesh",
    )
    result = project.run("suites", workers, "-k", "south]")
    found = result.allure()
    assert {name: one["status"] for name, one in found.items()} == {
        "Cluster is in the north: south": "failed",
        "Cluster is seen: south": "broken",
        "Name is long: south": "passed",
        "Cluster is in a mesh: south": "skipped",
    }
    defect = found["Cluster is in the north: south"]
    line = "DEMO-001 south: expected north, observed south (topology.yaml:13). Renumber the south."
    assert defect["statusDetails"] == {"message": line}
    assert defect["parameters"] == [{"name": "cluster", "value": "south"}]
    assert [step["name"] for step in defect["attachments"]] == [
        "1 claim, 1 of them not as expected"
    ]
    assert defect["descriptionHtml"].endswith("</em> Renumber the south.</p>")
    assert "<strong>Root cause</strong> of 1 red</p>" in defect["descriptionHtml"]
    labels = {(label["name"], label["value"]) for label in defect["labels"]}
    assert {
        ("test", "suites/plan/test_plan.py::test_cluster_is_in_the_north[south]"),
        ("severity", "critical"),
        ("epic", "plan"),
        ("feature", "DEMO-001 Rule 1 MUST hold."),
        ("story", "The cluster is the northern one."),
    } <= labels
    advice = {(label["name"], label["value"]) for label in found["Name is long: south"]["labels"]}
    assert {("tag", "advisory"), ("tag", "advised against")} <= advice
    assert found["Cluster is in a mesh: south"]["statusDetails"] == {
        "message": "the plan has no mesh"
    }
    environment = (result.folder / "allure-results" / "environment.properties").read_text()
    assert "Cluster\\ south=1 node, context south\n" in environment
    assert "south\\ API=not observed\n" in environment
    assert (result.folder / "allure-results" / "categories.json").exists()
    drawn = (result.folder / "picture.svg").read_text(encoding="utf-8")
    assert "<title>cluster south: 1 fail, 1 unknown, 1 advisory, 1 not applicable" in drawn
    told = json.loads((result.folder / "allure-results" / "trueline-globals.json").read_text())
    (attached,) = told["attachments"]
    assert attached["type"] == "image/svg+xml"
    assert (result.folder / "allure-results" / attached["source"]).read_text("utf-8") == drawn


def test_allure_selects_by_the_severity_of_the_requirement(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long")
    assert project.run("suites", "--allure-severities", "minor", run="none").code == 5
    assert project.run("suites", "--allure-severities", "critical").code == 0


def test_junit_carries_the_requirement(pytester: pytest.Pytester) -> None:
    result = Project(pytester, "cluster_is_in_the_north").run("suites")
    cases = ElementTree.parse(result.folder / "junit.xml").getroot().iter("testcase")
    told = {
        case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")}
        for case in cases
    }
    assert told["test_cluster_is_in_the_north[south]"] == {
        "requirement": "DEMO-001",
        "severity": "critical",
    }


def test_every_test_has_a_junit_name_of_its_own(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "cluster_is_in_the_north", "name_is_long")
    # The same file with the same tests in another area.
    project.write("suites/l2/test_plan.py", suite("cluster_is_in_the_north", "name_is_long"))
    result = project.run("suites", "-n1")
    cases = [*ElementTree.parse(result.folder / "junit.xml").getroot().iter("testcase")]
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(names) == len(set(names)) == 8
    assert ("suites.l2.test_plan", "test_name_is_long[south]") in names


def test_the_summary_is_as_its_schema_says(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "cluster_is_in_the_north", "cluster_is_seen: snapshot",
                      "name_is_long", "cluster_is_in_a_mesh")  # fmt: skip
    text = (project.run("suites").folder / "summary.json").read_text(encoding="utf-8")
    form = SummaryForm.model_validate_json(text)
    assert [one.requirement for one in form.incidents] == ["DEMO-001"]
    assert {*form.tests.values()} == {"passed", "failed", "unknown", "skipped"}


FORGETFUL = """\
import pathlib

def test_forgets(cluster):
    pathlib.Path("topology.yaml").unlink(missing_ok=True)
"""


def test_the_summary_tells_of_the_plan_that_was_read(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long")
    digest = hashlib.sha256((project.path / "topology.yaml").read_bytes()).hexdigest()
    project.write("suites/l2/test_forgets.py", FORGETFUL)
    result = project.run("suites")
    assert result.code == 0
    assert result.summary()["topology_sha256"] == digest


def test_the_run_folder_holds_everything_and_latest_names_it(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "cluster_is_seen: snapshot")
    result = project.run("suites")
    assert sorted(path.name for path in result.folder.iterdir()) == [
        "allure-results",
        "journal",
        "journal.jsonl",
        "junit.xml",
        "picture.svg",
        "run.json",
        "snapshot",
        "summary.json",
        "summary.md",
        "topology.yaml",
    ]
    assert (result.folder / "snapshot" / "clusters.json").exists()
    assert (project.path / "reports" / "latest").resolve() == result.folder


def test_reports_are_made_where_asked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(pytester, "name_is_long")
    monkeypatch.setenv("TRUELINE_RUN", "named")
    pytester.runpytest_inprocess("suites", "--reports", "elsewhere")
    assert (project.path / "elsewhere" / "named" / "summary.json").exists()
    assert not (project.path / "reports").exists()


CRASH = (
    HEADER
    + """
import os

@pytest.mark.verifies(demo.cluster_is_in_the_north)
def test_crash(cluster: str, judge) -> None:
    try:
        judge(cluster)
    finally:
        if cluster.name == "south":
            os._exit(9)
"""
)


def test_the_journal_survives_a_killed_worker(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write("suites/plan/test_crash.py", CRASH)
    result = project.run("suites", "-n1")
    assert result.code == 1
    assert [(entry["subject"], entry["verdict"]) for entry in result.journal()] == [
        ("north", "pass"),
        ("south", "fail"),
    ]
    assert result.summary()["tests"] == {
        "suites/plan/test_crash.py::test_crash[north]": "passed",
        "suites/plan/test_crash.py::test_crash[south]": "broken",
    }
    assert result.after("verdicts")[5:8] == [
        "2 claims examined by 2 tests in N s",
        "broken or nothing to judge: 1 test",
        "  suites/plan/test_crash.py::test_crash[south]",
    ]


INTERRUPT = (
    HEADER
    + """
@pytest.mark.verifies(demo.name_is_long)
def test_stop(cluster: str, judge) -> None:
    judge(cluster)
    if cluster.name == "north":
        raise KeyboardInterrupt
"""
)


def test_an_interrupted_run_says_what_was_not_run(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write("suites/plan/test_stop.py", INTERRUPT)
    result = project.run("suites")
    assert result.code == 2
    assert result.summary()["stopped"] == "interrupted"
    assert result.summary()["claims"] == 1
    assert result.summary()["not_run"] == [
        "suites/plan/test_stop.py::test_stop[north]",
        "suites/plan/test_stop.py::test_stop[south]",
    ]
    assert "not run: 2 tests" in result.lines


TERMINATE = INTERRUPT.replace("raise KeyboardInterrupt", "signal.raise_signal(signal.SIGTERM)")


def test_a_run_that_is_told_to_end_ends_as_by_hand(pytester: pytest.Pytester) -> None:
    before = signal.getsignal(signal.SIGTERM)
    project = Project(pytester)
    project.write("suites/plan/test_stop.py", "import signal\n" + TERMINATE)
    result = project.run("suites")
    assert result.code == 2
    assert result.summary()["stopped"] == "interrupted"
    assert result.summary()["claims"] == 1
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("plugin", ["allure_pytest", "junitxml", "xdist"])
def test_a_run_does_without_the_plugins_of_others(pytester: pytest.Pytester, plugin: str) -> None:
    result = Project(pytester, "name_is_long").run("suites", "-p", f"no:{plugin}")
    assert result.code == 0
    assert result.summary()["claims"] == 2


def test_stopping_at_the_first_failure_is_told(pytester: pytest.Pytester) -> None:
    result = Project(pytester, "cluster_is_in_the_north", "name_is_long").run(
        "suites", "-x", "-k", "south]"
    )
    assert result.summary()["stopped"] == "stopping after 1 failures"
    assert result.summary()["not_run"] == ["suites/plan/test_plan.py::test_name_is_long[south]"]


def test_a_claim_is_linked_with_the_page_of_its_requirement(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long")
    (result,) = project.run("suites", "-k", "south]", run="a").allure().values()
    assert "links" not in result  # this checkout has no page for it
    project.write("demo.py", CHECKS.replace('f"DEMO-{number:03}"', '"LB-004"'))
    ran = project.run("suites", "-k", "south]", run="b")
    (result,) = ran.allure().values()
    (link,) = result["links"]
    assert link["name"] == "LB-004: proof, causes and cure"
    page = (ran.folder / "allure-report" / link["url"]).resolve()
    assert page == ROOT / "docs" / "requirements" / "LB-004.md"
    published = ("--docs", "https://docs.test/trueline/")
    (result,) = project.run("suites", "-k", "south]", *published, run="c").allure().values()
    assert result["links"][0]["url"] == "https://docs.test/trueline/requirements/LB-004.md"
