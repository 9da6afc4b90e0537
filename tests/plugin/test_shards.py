"""A run in shards: the parts of it, what they are called, and what cannot be divided."""

from __future__ import annotations

import json

import pytest

from tests.plugin.project import PLAN, Project, Result

TESTS = ("cluster_is_in_the_north", "name_is_long", "cluster_is_seen: snapshot")
PAIR = (
    "import pytest\nimport demo\n\n\n@pytest.mark.verifies(demo.name_is_long)\n"
    "def test_pair(cluster_pair, judge):\n    judge(cluster_pair)\n"
)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("JOB_COMPLETION_INDEX", raising=False)
    made = Project(pytester, *TESTS)
    made.write("suites/pairs/test_pair.py", PAIR)
    return made


def folder(project: Project, name: str, result: Result) -> Result:
    """The result, with the folder that a shard writes into."""
    return Result(result.code, result.lines, result.errors, project.path / "reports" / name)


def judged(result: Result) -> set[str]:
    return set(result.summary()["tests"])


def test_shards_share_the_tests_of_a_run(project: Project) -> None:
    whole = project.run("suites", run="whole")
    shards = [
        folder(project, f"night-{n}of3", project.run("suites", f"--shard={n}/3", run="night"))
        for n in (1, 2, 3)
    ]
    found = [judged(shard) for shard in shards]
    assert set().union(*found) == judged(whole)
    assert [len(one) for one in found] == [3, 3, 1]
    parts = [shard.summary()["part"] for shard in shards]
    assert parts == [
        f"shard {n} of 3 of run night: {len(one)} of 7 selected tests"
        for n, one in zip((1, 2, 3), found, strict=True)
    ]
    assert parts[0] in shards[0].lines
    assert whole.summary()["part"] is None


def test_workers_divide_alike(project: Project) -> None:
    alone = folder(project, "a-1of3", project.run("suites", "--shard=1/3", run="a"))
    several = folder(project, "b-1of3", project.run("suites", "--shard=1/3", "-n2", run="b"))
    assert judged(alone) == judged(several)


def test_a_pod_of_an_indexed_job_takes_its_own(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "2")
    result = folder(project, "r1-3of3", project.run("suites", "--shards=3"))
    assert judged(result) == {"suites/pairs/test_pair.py::test_pair[north-south]"}


def test_what_is_selected_is_divided(project: Project) -> None:
    result = project.run("suites", "--shard=2/2", "--req=DEMO-001", "-k", "north]", "-n0")
    assert folder(project, "r1-2of2", result).summary()["tests"] == {}
    assert result.code == 0
    assert "shard 2 of 2 of run r1: 0 of 1 selected tests" in result.lines


def test_a_shard_without_tests_is_no_error_with_workers_either(project: Project) -> None:
    assert project.run("suites", "--shard=5/5", "-n2").code == 0
    assert (project.path / "reports" / "r1-5of5" / "summary.json").exists()


def test_where_nothing_is_selected_at_all_no_shard_is_left(project: Project) -> None:
    result = project.run("suites", "--shard=1/2", "--req=DEMO-009")
    assert (result.code, list((project.path / "reports").iterdir())) == (5, [])
    assert "nothing is selected by --req DEMO-009" in result.lines


def test_a_list_shows_what_falls_to_a_shard(project: Project) -> None:
    result = project.run("suites", "--list", "--shard=3/3")
    assert "total             1      1      1" in result.lines
    assert "left out: 6 that are not selected" in result.lines


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--shard=5/4"], "--shard: 5/4 is no shard: I is from 1 to N"),
        (["--shard=half"], "--shard: 'half' is no shard: write I/N, as 2/4"),
        (
            ["--shards=4"],
            "--shards: there is no JOB_COMPLETION_INDEX, which an Indexed Job sets: "
            "give --shard I/4",
        ),
        (["--shards=4", "--shard=1/4"], "--shard and --shards say the same: give one of them"),
        (
            ["--shard=1/4", "--disruptive"],
            "--shard with --disruptive: drills disturb what other shards observe. Run them on "
            "their own: pytest suites/drills --disruptive",
        ),
        (
            ["--shard=1/4", "--budget=5m"],
            "--shard with --budget: each shard would leave out something else",
        ),
        (
            ["--shard=1/4", "--judge-again=r0"],
            "--shard with --judge-again: a stored shard is judged again without it",
        ),
    ],
)
def test_what_cannot_be_divided(project: Project, options: list[str], reason: str) -> None:
    result = project.run("suites", *options)
    assert (result.code, result.errors[0]) == (4, f"ERROR: {reason}")
    assert not (project.path / "reports").exists()


def test_the_whole_run_has_to_have_a_name(pytester: pytest.Pytester, project: Project) -> None:
    ended = pytester.runpytest_inprocess("suites", "--shard=1/4")
    assert ended.errlines[0] == (
        "ERROR: --shard needs --run ID, or $TRUELINE_RUN: the id of the whole run, the same for "
        "all shards"
    )


def test_an_exemption_is_not_called_needless_by_a_shard(project: Project) -> None:
    """Another shard may hold the claim that it hides."""
    project.write(
        "topology.yaml",
        PLAN + "exceptions:\n  - {requirement: DEMO-001, subject: '*', owner: me, reason: r, "
        "expires: 2999-01-01}\n",
    )
    assert project.run("suites", "--req=DEMO-001", "--cluster=north", run="whole").code == 1
    result = project.run("suites", "--req=DEMO-001", "--cluster=north", "--shard=1/2")
    assert result.code == 0


def test_a_stored_shard_is_judged_again_as_the_same_shard(project: Project) -> None:
    project.run("suites", "--shard=1/3", run="night")
    again = project.run("suites", "--judge-again=night-1of3", run="again")
    before = folder(project, "night-1of3", again)
    assert judged(again) == judged(before)
    assert (again.folder / "shard.json").read_text() == (before.folder / "shard.json").read_text()
    path = before.folder / "shard.json"
    path.write_text(json.dumps({"schema": 9}))
    broken = project.run("suites", "--judge-again=night-1of3", run="third")
    assert broken.errors[0] == (
        f"ERROR: {path} cannot be read: it has schema 9, this release reads 1"
    )
