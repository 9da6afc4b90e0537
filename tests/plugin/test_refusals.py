from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.intent import declared
from tests.plugin.project import PLAN, Project

REFUSED = "ERROR: this plan runs in the lab and this is the machine itself"


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


def test_a_bad_plan_is_told_with_every_error(pytester: pytest.Pytester) -> None:
    plan = PLAN.replace("kind: flannel", "kind: calico", 1).replace("10.4.0.0/16", "10.4.0.0/33")
    result = Project(pytester, "name_is_long", plan=plan).run("suites")
    assert result.code == 4
    assert result.errors[0].startswith("ERROR: topology.yaml:8: ")
    assert result.errors[1].startswith("topology.yaml:18: ")
    assert not result.folder.exists()


def test_a_plan_that_is_not_there_is_told(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long")
    result = project.run("suites", "--topology", "nowhere.yaml")
    assert result.code == 4
    assert result.errors[0].startswith("ERROR: nowhere.yaml:1: the file cannot be read")


def test_a_plan_elsewhere_is_named_in_full_when_it_is_wrong(
    pytester: pytest.Pytester, tmp_path: Path
) -> None:
    project = Project(pytester, "cluster_is_in_the_north")
    elsewhere = tmp_path / "plan.yaml"
    result = project.run("suites", "--topology", str(elsewhere))
    assert result.errors[0].startswith(f"ERROR: {elsewhere}:1: the file cannot be read")
    elsewhere.write_text(PLAN.replace("kind: flannel", "kind: calico", 1))
    result = project.run("suites", "--topology", str(elsewhere))
    assert result.errors[0].startswith(f"ERROR: {elsewhere}:8: clusters.north.cni.kind")
    elsewhere.write_text(PLAN)
    result = project.run("suites", "--topology", str(elsewhere))
    assert result.after("does not conform")[1].endswith("(plan.yaml:13). Renumber the south.")


def test_a_kubeconfig_of_the_plan_lies_beside_the_plan(
    pytester: pytest.Pytester, tmp_path: Path
) -> None:
    Project(pytester)
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.replace("context: north", "context: north\n    kubeconfig: keys/north"))
    config = pytester.parseconfig("suites", "--topology", str(plan))
    north, south = declared(config).clusters
    assert north.kubeconfig == str(tmp_path / "keys" / "north")
    assert south.kubeconfig is None


def test_the_plan_can_be_named_by_option_and_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(pytester, "cluster_is_in_the_north")
    (project.path / "topology.yaml").rename(project.path / "other.yaml")
    assert project.run("suites", "--topology", "other.yaml", "-k", "north]").code == 0
    monkeypatch.setenv("TRUELINE_TOPOLOGY", str(project.path / "other.yaml"))
    assert project.run("suites", "-k", "north]", run="r2").code == 0


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_observing_a_lab_plan_outside_the_lab_is_refused_before_any_packet(
    pytester: pytest.Pytester, workers: str
) -> None:
    plan = PLAN + "runs_in: lab\n"
    project = Project(pytester, "name_is_long", "cluster_is_seen: snapshot", plan=plan)
    result = project.run("suites", workers)
    assert result.code == 4
    assert REFUSED in result.errors
    assert project.observations() == []
    assert not result.folder.exists()
    assert not any("verdicts" in line for line in result.lines)


def test_a_lab_plan_is_judged_anywhere_without_observing(pytester: pytest.Pytester) -> None:
    plan = PLAN + "runs_in: lab\n"
    project = Project(pytester, "name_is_long", "cluster_is_seen: snapshot", plan=plan)
    assert project.run("suites", "-k", "long").code == 0


@pytest.mark.parametrize("run", ["../evil", "latest"])
def test_a_run_id_stays_inside_the_reports_folder(pytester: pytest.Pytester, run: str) -> None:
    result = Project(pytester, "name_is_long").run("suites", run=run)
    assert result.code == 4
    assert result.errors[0] == (
        f"ERROR: run id {run!r} is not usable: write 1 to 64 letters, digits, '-', '_' or '.',"
        " starting with a letter or digit"
    )


def test_a_recorded_run_is_not_mixed_with_another(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long")
    assert project.run("suites").code == 0
    result = project.run("suites")
    assert result.code == 4
    assert result.errors[0] == (
        f"ERROR: run 'r1' is recorded in {project.path / 'reports' / 'r1'} already:"
        " choose another id, or remove that folder"
    )


def test_a_run_that_comes_to_nothing_removes_nobody_elses_folder(
    pytester: pytest.Pytester,
) -> None:
    project = Project(pytester, "name_is_long")
    project.write("docs/guide.md", "text")
    result = project.run("suites", "-k", "nothing", "--reports", ".", run="docs")
    assert result.code == 4
    assert (project.path / "docs" / "guide.md").read_text() == "text"


def test_a_folder_that_cannot_be_written_is_told(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long")
    project.write("taken", "a file")
    result = project.run("suites", "--reports", "taken")
    assert result.code == 4
    assert result.errors[0] == (
        f"ERROR: no run folder can be made in {project.path / 'taken'} (file exists):"
        " give a folder that can be written with --reports DIR"
    )


def test_a_mark_needs_a_check(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write(
        "suites/plan/test_odd.py",
        "import pytest\n@pytest.mark.verifies('x')\ndef test_odd() -> None:\n    pass\n",
    )
    result = project.run("suites")
    assert result.code == 4
    assert result.errors[0] == (
        "ERROR: suites/plan/test_odd.py::test_odd: mark it verifies(check) with one check"
    )


def test_judging_without_a_mark_says_what_to_write(pytester: pytest.Pytester) -> None:
    project = Project(pytester)
    project.write("suites/plan/test_odd.py", "def test_odd(judge) -> None:\n    pass\n")
    result = project.run("suites")
    assert result.code == 1
    assert any("suites/plan/test_odd.py::test_odd: mark it verifies(check)" in line
               for line in result.lines)  # fmt: skip


@pytest.mark.parametrize("arguments", [("--collect-only", "suites"), ("suites", "-k", "nothing")])
def test_nothing_is_recorded_when_nothing_runs(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    project = Project(pytester, "name_is_long")
    project.run(*arguments)
    assert not (project.path / "reports" / "r1").exists()
    assert not (project.path / "reports" / "latest").is_symlink()


def test_a_plan_without_a_pair_is_selected_from_as_any(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long", plan=PLAN[: PLAN.index("  south:")])
    project.write(
        "suites/plan/test_pair.py",
        "import pytest\nimport demo\n\n\n@pytest.mark.verifies(demo.name_is_long)\n"
        "def test_pair(cluster_pair, judge):\n    judge(cluster_pair)\n",
    )
    result = project.run("suites", "--area", "plan")
    tests = result.summary()["tests"]
    # What stands between the brackets when there is no pair is up to pytest, by its version.
    assert (result.code, {name.partition("[")[0]: came for name, came in tests.items()}) == (
        0,
        {
            "suites/plan/test_pair.py::test_pair": "skipped",
            "suites/plan/test_plan.py::test_name_is_long": "passed",
        },
    )


@pytest.mark.parametrize("options", [("-k", "xy or zz"), ("-m", "quick and not quick")])
def test_an_expression_that_selects_nothing_is_told(
    pytester: pytest.Pytester, options: tuple[str, str]
) -> None:
    result = Project(pytester, "name_is_long").run("suites", *options)
    assert result.code == 5
    assert f"nothing is selected by {options[0]} '{options[1]}'" in result.lines
