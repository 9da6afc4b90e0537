"""Shards put together again: the same verdicts and causes as of one run, or every reason not to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.observe.clocks import FakeClock
from tests.plugin.project import PLAN, Project, Result
from tools import merge

TESTS = (
    "cluster_is_in_the_north", "name_is_long", "cluster_is_seen: snapshot", "wire_is_heard: wire",
)  # fmt: skip
PAIR = (
    "import pytest\nimport demo\n\n\n@pytest.mark.verifies(demo.name_is_long)\n"
    "def test_pair(cluster_pair, judge):\n    judge(cluster_pair[0])\n"
)
SHARDS = (1, 2, 3, 4)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    made = Project(pytester, *TESTS)
    made.write("suites/pairs/test_pair.py", PAIR)
    return made


def run_shards(project: Project, *numbers: int, run: str = "night", of: int = 4) -> list[str]:
    for number in numbers:
        project.run("suites", f"--shard={number}/{of}", run=run)
    return [f"{run}-{number}of{of}" for number in numbers]


def merged(project: Project, *words: str, clock: FakeClock | None = None) -> int:
    reports = f"--reports={project.path / 'reports'}"
    return merge.main([reports, *words], clock or FakeClock())


def plain(summary: dict[str, Any]) -> dict[str, Any]:
    """What a run says of the network, without what it says of itself."""
    own = ("run", "seconds", "workers", "part", "phases")
    return {name: value for name, value in summary.items() if name not in own}


def claims(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "journal.jsonl").read_text().splitlines()
    return [{**json.loads(line), "run": "", "worker": "", "seconds": 0} for line in lines]


def test_the_whole_says_what_one_run_says(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    single = project.run("suites", run="single")
    names = run_shards(project, *SHARDS)
    capsys.readouterr()
    assert merged(project, *names) == single.code == 1
    out = capsys.readouterr().out.splitlines()
    whole = project.path / "reports" / "night"
    again = Result(1, [], [], whole)
    assert claims(whole) == claims(single.folder)
    assert plain(again.summary()) == plain(single.summary())
    assert again.summary()["incidents"][0]["requirement"] == "DEMO-001"
    assert again.summary()["part"] == f"merged from 4 of 4 shards: {', '.join(names)}"
    assert [phase["name"] for phase in again.summary()["phases"]] == ["clusters", "wire"]
    assert set(again.allure()) == set(single.allure())
    assert (whole / "allure-results" / "categories.json").read_bytes() == (
        single.folder / "allure-results" / "categories.json"
    ).read_bytes()
    assert cases(whole) == cases(single.folder)
    assert out[0] == "== root causes"
    assert out[-1] == f"report: {whole}"
    record = json.loads((whole / "run.json").read_text())
    assert (
        record["narrowed_by"] == json.loads((single.folder / "run.json").read_text())["narrowed_by"]
    )
    assert (whole / "picture.svg").read_text().replace("night", "") == (
        (single.folder / "picture.svg").read_text().replace("single", "")
    )
    assert (record["facts_of"], record["merged_from"]) == (None, names)
    assert (whole.parent / "latest").resolve() == whole
    assert sorted(path.name for path in (whole / "snapshot").iterdir()) == [
        "clusters.json",
        "wire.json",
    ]


def cases(folder: Path) -> list[tuple[str | None, str | None, list[str]]]:
    found = ElementTree.parse(folder / "junit.xml").getroot().iter("testcase")
    return sorted(
        (one.get("classname"), one.get("name"), [child.tag for child in one]) for one in found
    )


def test_a_merged_run_is_not_judged_again_but_its_shards_are(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_shards(project, 1, 2, of=2)
    assert merged(project, *names) == 1
    result = project.run("suites", "--judge-again=night", run="r2")
    assert result.errors[0] == (
        "ERROR: night was merged from night-1of2, night-2of2: judge each of them again, and merge"
    )
    for name in names:
        project.run("suites", f"--judge-again={name}", run=f"{name}-again")
    assert merged(project, *(f"{name}-again" for name in names), "--run=anew") == 1
    reports = project.path / "reports"
    assert claims(reports / "anew") == claims(reports / "night")
    assert json.loads((reports / "anew" / "run.json").read_text())["facts_of"] == "night"
    capsys.readouterr()


def test_every_reason_not_to_merge_is_told_at_once(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run("suites", run="single")
    names = run_shards(project, 1)
    project.write("topology.yaml", PLAN.replace("name: small", "name: other"))
    names += run_shards(project, 2)
    capsys.readouterr()
    reports = project.path / "reports"
    assert merged(project, *names, names[0], "single", "nowhere") == 4
    text = re.sub(r"\b[0-9a-f]{12}\b", "HASH", capsys.readouterr().err)
    assert text.splitlines() == [
        f"{reports / 'single'} is no shard: it was run without --shard",
        f"{reports / 'nowhere'} holds no whole run: it has no run.json and no topology.yaml and "
        "no journal.jsonl",
        "shard 1 is given 2 times: night-1of4, night-1of4",
        "these are shards of different plans (sha256): HASH in night-1of4, night-1of4; "
        "HASH in night-2of4",
        "shard 3 of 4 of run night is missing: give its folder, or --partial to do without it",
        "shard 4 of 4 of run night is missing: give its folder, or --partial to do without it",
    ]
    assert not (reports / "night").exists()


def test_shards_of_another_number_or_selection(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_shards(project, 1, of=2) + run_shards(project, 2, of=3)
    project.run("suites", "--shard=2/2", "--cluster=north", run="night")
    capsys.readouterr()
    assert merged(project, *names) == 4
    assert capsys.readouterr().err.splitlines()[0] == (
        "these are shards of different numbers of shards: 2 in night-1of2; 3 in night-2of3"
    )
    assert merged(project, "night-1of2", "night-2of2") == 4
    assert capsys.readouterr().err == (
        "these shards did not divide the same tests: start all of them with the same plan, "
        "options and release\n"
    )


def test_without_a_shard_its_tests_are_not_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_shards(project, 1, 2, 4)
    share = json.loads((project.path / "reports" / names[0] / "shard.json").read_text())
    lost = share["tests"][2]
    assert lost
    project.run("suites", "--req=DEMO-999", run="none")
    broken = project.path / "reports" / "night-3of4"
    broken.mkdir()  # a pod that was killed before it could write anything
    capsys.readouterr()
    assert merged(project, *names, "night-3of4", "--partial") == 1
    assert f"not run: {len(lost)} test" in capsys.readouterr().out
    whole = Result(1, [], [], project.path / "reports" / "night")
    summary = whole.summary()
    narrowed = json.loads((whole.folder / "run.json").read_text())["narrowed_by"]
    assert narrowed[-1:] == ["shard 3 of 4 is missing"]
    assert summary["stopped"] == "shard 3 of 4 is missing"
    assert summary["not_run"] == sorted(lost)
    reasons = [line for line in summary["told"]["unknown"] if "shard" in line]
    noun = "test" if len(lost) == 1 else "tests"
    assert reasons == [f"shard 3 of 4 of run night is missing: {len(lost)} {noun} in doubt."]
    assert [one[2] for one in cases(whole.folder) if one[2] == ["error"]] == [["error"]] * len(lost)


def test_what_is_missing_is_not_well(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2):
        project.run("suites", "--req=DEMO-001,DEMO-003", "--cluster=north", f"--shard={number}/2")
    names = {0: "r1-1of2", 1: "r1-2of2"}
    sizes = [
        len(json.loads((project.path / "reports" / name / "shard.json").read_text())["tests"][at])
        for at, name in names.items()
    ]
    assert min(sizes) > 0
    assert merged(project, "r1-1of2", "--partial") == 6
    assert merged(project, "r1-1of2", "r1-2of2", "--run=all") == 0
    assert merged(project, "r1-1of2", "r1-2of2", "--run=strict", "--fail-on-advice") == 7
    capsys.readouterr()


def test_nothing_at_all_is_no_run(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert merged(project, "a-1of2", "a-2of2", "--partial") == 4
    assert capsys.readouterr().err == "none of these shards has ended\n"


def test_shards_that_have_not_ended_are_waited_for(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_shards(project, 1, 2, of=2)
    late = project.path / "reports" / names[1] / "summary.json"
    text = late.read_text()
    late.unlink()

    class Clock(FakeClock):
        def wait(self, seconds: float) -> None:
            super().wait(seconds)
            if self.passed >= 6:
                late.write_text(text)

    clock = Clock()
    assert merged(project, *names, "--within=60", clock=clock) == 1
    assert clock.passed == 6
    capsys.readouterr()


def test_a_name_that_is_taken_or_none(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    names = run_shards(project, 1, 2, of=2)
    assert merged(project, *names) == 1
    assert merged(project, *names) == 4
    assert "run 'night' is recorded in" in capsys.readouterr().err
    assert merged(project, *names, "--run=a/b") == 4
    assert "run id 'a/b' is not usable" in capsys.readouterr().err
