"""What earlier runs came to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tools import report_history as history
from tools.report_history import Night
from trueline.report.run import RunFolder

MADE: dict[str, Any] = {
    "uuid": "u",
    "name": "trueline r1",
    "timestamp": 1,
    "testResults": {"h": {"id": "i", "status": "failed", "labels": [1], "historyId": "h"}},
}


def night(run: str, began: float, plan: str = "mine") -> Night:
    return Night(run=run, plan=plan, began=began, counts=True)


def points(*nights: Night) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in nights:
        found = history.added(found, MADE, one)
    return found


def runs(found: list[dict[str, Any]]) -> list[str]:
    return [one["run"] for one in found]


def test_a_line_is_of_its_night_and_no_longer_than_what_is_shown() -> None:
    assert points(night("r1", 1_800_000_000.5)) == [
        {
            "uuid": "u",
            "name": "trueline r1",
            "timestamp": 1_800_000_000_500,
            "testResults": {"h": {"id": "i", "status": "failed", "historyId": "h"}},
            "run": "r1",
            "plan": "mine",
            "began": 1_800_000_000.5,
        }
    ]


def test_a_run_sees_earlier_runs_of_its_plan_and_not_itself() -> None:
    known = points(night("r2", 2), night("r1", 1), night("x", 1.5, "other"), night("r4", 4))
    assert runs(known) == ["r1", "x", "r2", "r4"]
    assert runs(history.before(known, night("r3", 3))) == ["r1", "r2"]
    assert runs(history.before(known, night("r2", 2))) == ["r1"]


def test_a_report_made_again_is_one_night() -> None:
    known = points(night("r1", 1), night("r2", 2))
    assert runs(history.added(known, MADE, night("r1", 1))) == ["r1", "r2"]


def test_the_oldest_nights_of_a_plan_are_pushed_out_by_its_own() -> None:
    many = [night(f"r{number}", float(number)) for number in range(1, history.RUNS + 2)]
    known = points(night("x", 0.5, "other"), *many)
    assert runs(known) == ["x", *(one.run for one in many[1:])]


def test_a_history_is_written_whole_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    assert history.read(path) == []
    known = points(night("r1", 1), night("r2", 2))
    history.write(path, known)
    assert history.read(path) == known
    assert history.newest(path) == known[-1]
    assert [one.name for one in tmp_path.iterdir()] == ["history.jsonl"]


def test_damaged_lines_are_told_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "history.jsonl"
    (good,) = points(night("r1", 1))
    bad = ['{"half', "[]", "{}", json.dumps({**good, "began": None})]
    path.write_text("\n".join([*bad, json.dumps(good)]) + "\n")
    assert history.read(path) == [good]
    assert capsys.readouterr().err.splitlines() == [
        f"{path}:{number}: no line of a history; it is left out" for number in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (
            {"began": "2027-01-15T08:00:00+00:00", "plan": "mine", "facts_of": None},
            Night("r1", "mine", 1_800_000_000.0, counts=True),
        ),
        (
            {"began": "2027-01-15T08:00:00+00:00", "plan": "mine", "facts_of": "r0"},
            Night("r1", "mine", 1_800_000_000.0, counts=False),
        ),
        ({"plan": "mine"}, None),
        ({"began": "yesterday", "plan": "mine"}, None),
    ],
)
def test_a_run_says_where_it_stands(
    tmp_path: Path, record: dict[str, Any], found: Night | None
) -> None:
    folder = RunFolder.create(tmp_path, "r1")
    folder.record.write_text(json.dumps(record))
    assert history.night(folder) == found
    folder.shard.touch()
    assert found is None or history.night(folder) == replace(found, counts=False)


def test_a_folder_without_a_record_stands_nowhere(tmp_path: Path) -> None:
    assert history.night(RunFolder(tmp_path / "none")) is None
