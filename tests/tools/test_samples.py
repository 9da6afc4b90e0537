"""The lines that the requirements' pages quote: of real runs, and of what can be judged again."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.report.pictures import claim
from tools import catalogue, kill_matrix, samples
from tools.kill_rows import Row

ROW = Row(
    id="ML-04", title="pools overlap", source="s", of="0", expected=(), cause="LB-004", doubts=(),
    reds={"LB-003": 1, "LB-004": 1},
)  # fmt: skip


def stored(kills: Path, fault: str, *lines: tuple[str, str, str]) -> None:
    folder = kills / fault / "latest"
    folder.mkdir(parents=True)
    made = (
        replace(claim(requirement=name, standing=standing), line=line)
        for name, standing, line in lines
    )
    text = "".join(f"{json.dumps(asdict(one))}\n" for one in made)
    (folder / "journal.jsonl").write_text(text)


def test_a_line_is_of_the_fault_that_is_the_cause(tmp_path: Path) -> None:
    stored(tmp_path, "ML-04", ("LB-003", "pass", "good"), ("LB-003", "fail", "later"),
           ("LB-004", "fail", "cause"))  # fmt: skip
    stored(tmp_path, "ML-05", ("LB-003", "fail", "first"))
    other = replace(ROW, id="ML-05", title="no owner", cause="LB-003", reds={"LB-003": 1})
    found = {one.requirement: one for one in samples.injected([other, ROW], tmp_path, {})}
    assert {name: (one.of, one.id, one.title, one.line) for name, one in found.items()} == {
        "LB-003": ("fault", "ML-05", "no owner", "first"),
        "LB-004": ("fault", "ML-04", "pools overlap", "cause"),
    }


def test_the_line_of_a_run_that_is_kept_elsewhere_stays(tmp_path: Path) -> None:
    published = {
        name: samples.Failure(requirement=name, of="fault", id="ML-04", title="t", line="kept")
        for name in ("LB-003", "LB-004")
    }
    assert list(samples.injected([ROW], tmp_path, published)) == [*published.values()]
    with pytest.raises(samples.NoRuns):
        list(samples.injected([replace(ROW, id="ML-06")], tmp_path, published))


def test_a_run_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(samples.NoRuns) as raised:
        list(samples.injected([ROW], tmp_path, {}))
    journal = tmp_path / "ML-04" / "latest" / "journal.jsonl"
    assert str(raised.value) == f"there is no {journal}: `make kills` makes it"
    stored(tmp_path, "ML-04", ("LB-003", "pass", "good"))
    with pytest.raises(samples.NoRuns) as raised:
        list(samples.injected([ROW], tmp_path, {}))
    assert str(raised.value) == (f"{journal} holds no failure of LB-003, which the matrix names")


def test_without_runs_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(samples, "RECORD", tmp_path / "samples.json")
    monkeypatch.setattr(samples, "planned", list)
    assert samples.main(["--kills", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith(": `make kills` makes it\n")
    assert list(tmp_path.iterdir()) == []


def test_a_recording_gives_the_line_that_is_said_of_it() -> None:
    (found,) = samples.recorded({"LB-019"})
    assert found.of == samples.RECORDING
    assert found == samples.load()[0]["LB-019"]


def test_the_published_lines_of_plans_are_what_is_said_of_them() -> None:
    published, _ = samples.load()
    today = {one.requirement: one for one in samples.planned()}
    for requirement, one in published.items():
        if one.of == samples.PLAN:
            assert one == today[requirement]


def test_the_published_recordings_are_those_of_the_tests() -> None:
    assert samples.load()[1] == tuple(samples.recordings())


def test_the_published_lines_are_of_requirements_and_faults_that_there_are() -> None:
    published, _ = samples.load()
    known = {check.requirement.id for check in catalogue.read().checks}
    kills = kill_matrix.load()
    for requirement, one in published.items():
        assert requirement in known
        assert one.line.startswith(f"{requirement} ")
        if one.of == samples.FAULT:
            row = kills[one.id]  # a line stays while its fault waits to be injected again
            assert row.trouble or requirement in (row.reds or {})
