"""A part of the suites by what its tests are about, what would run, and how a run ends."""

from __future__ import annotations

import pytest

from fixtures import wish
from tests.plugin.project import Project, Result

TESTS = ("cluster_is_in_the_north", "name_is_long", "cluster_is_seen: snapshot")
GOOD, BAD = "test_cluster_is_in_the_north[north]", "test_cluster_is_in_the_north[south]"
LONG, LONG_SOUTH = "test_name_is_long[north]", "test_name_is_long[south]"
SEEN, SEEN_SOUTH = "test_cluster_is_seen[north]", "test_cluster_is_seen[south]"


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


def ran(result: Result) -> set[str]:
    """The tests of a run, without their file."""
    return {name.partition("::")[2] for name in result.summary()["tests"]}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--req", "DEMO-001"], {GOOD, BAD}),
        (["--req", "demo-003,DEMO-001", "--cluster", "north"], {GOOD, LONG}),
        (["--req", "DEMO-00[12]", "--cluster=south"], {BAD, SEEN_SOUTH}),
        (["--req", "DEMO-001", "--req", "DEMO-003", "--cluster=south"], {BAD, LONG_SOUTH}),
        (["--severity", "critical", "--area", "plan", "--req", "DEMO-003"], {LONG, LONG_SOUTH}),
        (["-m", "quick and not standard", "-k", "north]"], {GOOD, LONG, SEEN}),
    ],
)
def test_options_select_by_what_a_test_is_about(
    pytester: pytest.Pytester, options: list[str], found: set[str]
) -> None:
    assert ran(Project(pytester, *TESTS).run("suites", *options)) == found


def test_workers_select_alike(pytester: pytest.Pytester) -> None:
    result = Project(pytester, *TESTS).run("suites", "-n2", "--req=DEMO-001", "--cluster=north")
    assert ran(result) == {GOOD}


def test_a_pair_is_what_needs_both(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write(
        "suites/plan/test_pair.py",
        "import pytest\nimport demo\n\n\n@pytest.mark.verifies(demo.name_is_long)\n"
        "def test_pair(cluster_pair, judge):\n    judge(cluster_pair)\n",
    )
    assert ran(project.run("suites", "--pair", "south+north")) == {"test_pair[north-south]"}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The requirements that names are compared with."""
    monkeypatch.setattr(wish, "requirements", lambda: ["DNS-001", "LB-009", "LB-019"])


@pytest.mark.usefixtures("few")
def test_every_name_that_nothing_has_is_told_at_once(pytester: pytest.Pytester) -> None:
    project = Project(pytester, *TESTS)
    wrong = ["--cluster=nort", "--req=LB-999", "--area=plam", "--severity=high", "--service=vault"]
    result = project.run("suites", *wrong, "--pair=north", "--pair=north+x")
    assert (result.code, result.folder.exists()) == (4, False)
    assert result.errors[:7] == [
        "ERROR: --req LB-999: there is no such requirement; did you mean LB-019 or LB-009",
        "--severity high: there is no such severity; known: blocker, critical, minor, normal",
        "--area plam: there is no such area; did you mean plan",
        "--cluster nort: there is no such cluster; did you mean north",
        "--pair north: name two clusters, as A+B",
        "--pair x: there is no such cluster; known: north, south",
        "--service vault: there is no such service; known: ",
    ]


def test_nothing_selected_says_by_what(pytester: pytest.Pytester) -> None:
    result = Project(pytester, *TESTS).run("suites", "--req=DEMO-009,DEMO-008", "--cluster=north")
    assert (result.code, result.folder.exists()) == (5, False)
    assert "nothing is selected by --req DEMO-009,DEMO-008 --cluster north" in result.lines


def test_what_did_not_pass_is_run_again(pytester: pytest.Pytester) -> None:
    project = Project(pytester, *TESTS)
    project.run("suites", run="one")
    assert ran(project.run("suites", "--since-failed", run="two")) == {BAD, SEEN, SEEN_SOUTH}
    third = project.run("suites", "--since-failed=one", "--cluster=south", "-n2", run="three")
    assert ran(third) == {BAD, SEEN_SOUTH}


def test_a_run_that_is_not_there_is_told(pytester: pytest.Pytester) -> None:
    result = Project(pytester, *TESTS).run("suites", "--since-failed=r0")
    assert result.code == 4
    assert result.errors[0] == "ERROR: --since-failed r0: reports/r0 holds no run that was closed"


def test_a_list_counts_what_would_run_and_observes_nothing(pytester: pytest.Pytester) -> None:
    project = Project(pytester, *TESTS)
    project.write(
        "suites/drills/test_drill.py",
        "import pytest\nimport demo\n\n\n@pytest.mark.disruptive\n"
        "@pytest.mark.verifies(demo.drill_is_harmless)\n"
        "def test_drill(cluster, drilled, judge):\n    judge(cluster, drilled)\n",
    )
    result = project.run("suites", "--list", "-n2", "--req=DEMO-00[137]", "--cluster=north", "-v")
    assert (result.code, result.folder.exists(), project.observations()) == (0, False, [])
    start = next(n for n, line in enumerate(result.lines) if line.startswith("DEMO-"))
    assert result.lines[start : start + 8] == [
        f"DEMO-001  suites/plan/test_plan.py::{GOOD}",
        f"DEMO-003  suites/plan/test_plan.py::{LONG}",
        "area   requirements  tests  quick",
        "plan              2      2      2",
        "total             2      2      2",
        "left out: 2 that disturb the clusters (--disruptive)",
        "left out: 4 that are not selected",
        "",
    ]


@pytest.mark.parametrize(
    ("tests", "options", "code"),
    [
        (TESTS, ["--req=DEMO-001", "--cluster=north"], 0),
        (TESTS, [], 1),
        (TESTS, ["--req=DEMO-002"], 6),
        (TESTS, ["--req=DEMO-002,DEMO-003", "--fail-on-advice"], 6),
        (TESTS, ["--req=DEMO-003"], 0),
        (TESTS, ["--req=DEMO-003", "--fail-on-advice"], 7),
        (TESTS, ["--req=DEMO-001", "--cluster=north", "--fail-on-advice"], 0),
    ],
)
def test_the_exit_status_tells_a_defect_from_a_doubt(
    pytester: pytest.Pytester, tests: tuple[str, ...], options: list[str], code: int
) -> None:
    assert Project(pytester, *tests).run("suites", *options).code == code
