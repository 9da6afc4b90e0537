from __future__ import annotations

from typing import Any

import pytest

from tests.plugin.project import PLAN, Project, Result

SOUTH = "DEMO-001 south: expected north, observed south (topology.yaml:13). Renumber the south."
ALL = (
    "cluster_is_in_the_north",
    "cluster_is_seen: snapshot",
    "name_is_long",
    "cluster_is_in_a_mesh",
)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


def test_a_green_run_says_what_it_examined(pytester: pytest.Pytester) -> None:
    result = Project(pytester, "cluster_is_in_the_north").run("suites", "-k", "north]")
    assert result.code == 0
    assert result.after("verdicts") == [
        "verdicts",
        "area   cluster  claims  pass  unknown  fail  advisory",
        "plan   north         1     1        0     0         0",
        "total                1     1        0     0         0",
        "1 claim examined by 1 test in N s",
        "report: reports/r1",
        "1 passed, 1 deselected in N s",
    ]


def test_a_defect_a_gap_and_advice_get_one_line_each(pytester: pytest.Pytester) -> None:
    result = Project(pytester, *ALL).run("suites")
    assert result.code == 1
    assert result.after("does not conform") == [
        "does not conform",
        SOUTH,
        "could not tell",
        "DEMO-002 north: could not tell whether the cluster was seen: the API refused"
        " (topology.yaml:6).",
        "DEMO-002 south: could not tell whether the cluster was seen: the API refused"
        " (topology.yaml:13).",
        "advice",
        "DEMO-003 north: expected 9 letters, observed 5 letters (topology.yaml:6)."
        " Choose a longer name.",
        "DEMO-003 south: expected 9 letters, observed 5 letters (topology.yaml:13)."
        " Choose a longer name.",
        "verdicts",
        "area   cluster  claims  pass  unknown  fail  advisory  not applicable",
        "plan   north         4     1        1     0         1               1",
        "plan   south         4     0        1     1         1               1",
        "total                8     1        2     1         2               2",
        "4 claims examined by 8 tests in N s",
        "observed clusters in N s",
        "report: reports/r1",
        "3 failed, 3 passed, 2 skipped in N s",
    ]
    assert not any("FAILURES" in line or "Error" in line for line in result.lines)


def test_two_workers_come_to_the_same_verdicts_by_one_observation(
    pytester: pytest.Pytester,
) -> None:
    project = Project(pytester, *ALL, "something_is_examined")
    one = project.run("suites", "-n0", run="one")
    two = project.run("suites", "-n2", run="two")

    def essence(result: Result) -> list[tuple[Any, ...]]:
        keys = ("test", "requirement", "subject", "observed", "verdict", "standing", "line")
        return [tuple(entry[key] for key in keys) for entry in result.journal()]

    assert essence(one) == essence(two)
    assert len(essence(two)) == 10
    assert one.code == two.code == 1
    assert one.after("does not conform")[:-2] == two.after("does not conform")[:-2]
    assert project.observations() == ["clusters", "clusters"]
    assert two.summary()["workers"] == 2
    assert {entry["worker"] for entry in two.journal()} <= {"gw0", "gw1"}


def test_a_check_that_examined_nothing_is_in_doubt(pytester: pytest.Pytester) -> None:
    result = Project(pytester, "something_is_examined").run("suites", "-k", "north]")
    assert result.code == 6
    assert result.after("could not tell")[1] == (
        "DEMO-005 north: could not tell whether something is examined:"
        " the check examined nothing (topology.yaml:6)."
    )


def test_an_exemption_holds_until_it_expires(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "cluster_is_in_the_north", plan=PLAN + EXEMPTION)
    result = project.run("suites")
    assert result.code == 0
    assert result.after("exempted")[1] == (
        f"{SOUTH} Exempted until 9999-12-31 by network team (topology.yaml:21): moves in spring"
    )
    assert result.after("verdicts")[1:4] == [
        "area   cluster  claims  pass  unknown  fail  advisory  exempted",
        "plan   north         1     1        0     0         0         0",
        "plan   south         1     0        0     0         0         1",
    ]


def test_an_expired_exemption_fails(pytester: pytest.Pytester) -> None:
    plan = PLAN + EXEMPTION.replace("9999-12-31", "2020-01-31")
    result = Project(pytester, "cluster_is_in_the_north", plan=plan).run("suites")
    assert result.code == 1
    assert result.after("does not conform")[1] == (
        f"{SOUTH} The exemption by network team (topology.yaml:21) expired on 2020-01-31."
    )


def test_an_exemption_that_hides_nothing_fails(pytester: pytest.Pytester) -> None:
    plan = PLAN + EXEMPTION.replace("sou*", "nor*")
    project = Project(pytester, "cluster_is_in_the_north", "cluster_is_in_a_mesh", plan=plan)
    result = project.run("suites", "-k", "north]")
    assert result.code == 1
    assert result.after("does not conform")[1] == (
        "DEMO-001 nor*: expected a known deviation, observed that it conforms (topology.yaml:21)."
        " Remove the exemption by network team."
    )
    assert project.run("suites", "-k", "mesh and north]", run="r2").code == 0


EXEMPTION = """\
exceptions:
  - requirement: DEMO-001
    subject: sou*
    owner: network team
    reason: moves in spring
    expires: 9999-12-31
"""


def test_a_broken_test_keeps_its_traceback(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "cluster_is_in_the_north")
    project.write("suites/l2/test_odd.py", "def test_odd() -> None:\n    raise KeyError('odd')\n")
    result = project.run("suites", "-k", "odd or north]")
    assert result.code == 1
    assert any(line.strip("_ ") == "test_odd" for line in result.lines)
    assert result.summary()["tests"] == {
        "suites/l2/test_odd.py::test_odd": "broken",
        "suites/plan/test_plan.py::test_cluster_is_in_the_north[north]": "passed",
    }


WARNING = """\
import socket
import warnings

warnings.warn("import this in another way", DeprecationWarning)

def test_warns(cluster):
    socket.socket()
    warnings.warn("call this in another way", DeprecationWarning)
"""


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_a_warning_of_a_library_is_told_and_no_verdict(
    pytester: pytest.Pytester, workers: str
) -> None:
    project = Project(pytester, "cluster_is_in_the_north")
    project.write("suites/l2/test_warns.py", WARNING)
    result = project.run("suites", workers, "-k", "north] or warns")
    assert result.code == 0
    told = "\n".join(result.lines)
    assert "DeprecationWarning: import this in another way" in told
    assert "DeprecationWarning: call this in another way" in told
    assert "ResourceWarning: unclosed <socket.socket" in told


def test_a_warning_is_an_error_where_the_command_line_says_so(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write("suites/l2/test_warns.py", WARNING.replace("warnings.warn(", "", 1).replace(
        '"import this in another way", DeprecationWarning)', ""))  # fmt: skip
    assert project.run("suites", "-W", "error").code == 1


def test_a_warning_is_an_error_in_our_own_tests(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write("other/test_warns.py", WARNING)
    assert project.run("other").code == 2


def test_a_verdict_without_a_run_folder_is_shown_by_pytest_itself(
    pytester: pytest.Pytester,
) -> None:
    project = Project(pytester, "name_is_long")
    project.write(
        "other/test_x.py",
        (project.path / "suites/plan/test_plan.py")
        .read_text()
        .replace("name_is_long", "cluster_is_in_the_north"),
    )
    result = project.run("other")
    assert result.code == 1
    assert SOUTH in result.lines
    assert not result.folder.exists()


def test_an_observation_that_breaks_is_a_gap_told_once_and_shared(
    pytester: pytest.Pytester,
) -> None:
    project = Project(pytester, "cluster_is_seen: snapshot", "wire_is_heard: wire")
    project.write("broken", "")
    result = project.run("suites", "-n2")
    assert result.code == 6
    assert result.after("could not tell") == [
        "could not tell",
        "DEMO-006 north: could not tell whether the wire was heard: no raw socket"
        " (topology.yaml:6).",
        "DEMO-006 south: could not tell whether the wire was heard: no raw socket"
        " (topology.yaml:13).",
        "clusters could not be observed: RuntimeError: the client is broken: 2 tests in doubt.",
        "verdicts",
        "area   cluster  claims  pass  unknown  fail  advisory",
        "plan   north         1     0        1     0         0",
        "plan   south         1     0        1     0         0",
        "total                2     0        2     0         0",
        "0 claims examined by 4 tests in N s",
        "observed wire in N s",
        "broken or nothing to judge: 2 tests",
        "  suites/plan/test_plan.py::test_cluster_is_seen[north]",
        "  suites/plan/test_plan.py::test_cluster_is_seen[south]",
        "report: reports/r1",
        "2 failed, 2 errors in N s",
    ]
    assert not any(line.strip("= ") == "ERRORS" for line in result.lines)
    assert result.summary()["tests"] == {
        "suites/plan/test_plan.py::test_cluster_is_seen[north]": "unknown",
        "suites/plan/test_plan.py::test_cluster_is_seen[south]": "unknown",
        "suites/plan/test_plan.py::test_wire_is_heard[north]": "unknown",
        "suites/plan/test_plan.py::test_wire_is_heard[south]": "unknown",
    }
    assert project.observations() == ["wire"]


def test_observing_needs_a_run_folder(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write("other/test_x.py", "def test_x(snapshot):\n    pass\n")
    result = project.run("other")
    assert result.code == 1
    assert any(
        "observing needs a run folder: run suites/, or give --reports DIR" in line
        for line in result.lines
    )


@pytest.mark.parametrize(
    ("target", "plan", "workers"),
    [
        ("suites", 1_000, 0),
        ("suites/plan", 32_767, 0),
        ("suites", 32_768, 2),
        ("suites", None, 0),
        ("other", 32_768, 7),
    ],
)
def test_auto_counts_what_is_to_be_judged_and_not_cores(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    plan: int | None,
    workers: int,
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", "7")
    project = Project(pytester)
    project.write("other/test_x.py", "def test_x():\n    pass\n")
    if plan is None:
        monkeypatch.setenv("TRUELINE_TOPOLOGY", "away.yaml")
    else:
        project.write("topology.yaml", "#" * plan)
    config = pytester.parseconfig(target)
    assert config.hook.pytest_xdist_auto_num_workers(config=config) == workers


def test_a_test_may_parametrise_the_name_of_a_subject_itself(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write(
        "suites/plan/test_own.py",
        "import pytest\n"
        "@pytest.mark.parametrize('cluster', ['east'])\n"
        "def test_own(cluster):\n    assert cluster == 'east'\n",
    )
    assert project.run("suites").code == 0
