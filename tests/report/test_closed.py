"""A stored run is read back whole, or refused with what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.runs import BEGAN, DAY, stored, told
from trueline.report.closed import NotClosed, closed
from trueline.report.run import RunFolder


def test_a_run_is_read_back(tmp_path: Path) -> None:
    bad = told("LB-003", "control/vault", "fail")
    found = closed(stored(tmp_path, "r1", bad, told("LB-003", "control/loki", "pass")))
    assert (found.run, found.began, found.day, found.plan) == ("r1", BEGAN, DAY, "small")
    assert found.narrowed_by == ()
    assert [entry.subject for entry in found.entries] == ["control/vault", "control/loki"]
    assert [cause.line for cause in found.causes] == ["LB-003 control/vault is fail"]
    assert found.deviations["fail"] == ("LB-003 control/vault is fail",)


def test_what_an_older_run_did_not_write_down_is_not_known(tmp_path: Path) -> None:
    folder = stored(tmp_path, "r1")
    record = json.loads(folder.record.read_text())
    for name in ("narrowed_by", "drills", "release", "commit", "requirements_sha256"):
        del record[name]
    folder.record.write_text(json.dumps(record))
    found = closed(folder)
    assert (found.narrowed_by, found.drills, found.release) == (None, None, None)
    assert (found.commit, found.requirements_sha256) == (None, None)


def without_summary(folder: RunFolder) -> None:
    folder.summary_json.unlink()


def cut(folder: RunFolder) -> None:
    text = folder.journal.read_text()
    folder.journal.write_text(text[:-20])


def of_another_plan(folder: RunFolder) -> None:
    folder.plan.write_text("version: 1\n")


def of_another_schema(folder: RunFolder) -> None:
    folder.summary_json.write_text('{"schema": 2}')


def no_object(folder: RunFolder) -> None:
    folder.record.write_text("[]")


def without_a_beginning(folder: RunFolder) -> None:
    folder.record.write_text("{}")


def without_a_count(folder: RunFolder) -> None:
    written = folder.summary_json.read_text()
    folder.summary_json.write_text(written.replace('"claims"', '"claim"', 1))


def without_an_end(folder: RunFolder) -> None:
    told = json.loads(folder.summary_json.read_text())
    folder.summary_json.write_text(json.dumps(told | {"seconds": float("nan")}))


def backwards(folder: RunFolder) -> None:
    told = json.loads(folder.summary_json.read_text())
    folder.summary_json.write_text(json.dumps(told | {"seconds": -1}))


def after_the_last_year(folder: RunFolder) -> None:
    told = json.loads(folder.summary_json.read_text())
    folder.summary_json.write_text(json.dumps(told | {"seconds": 1e300}))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (without_summary, "summary.json cannot be read (no such file or directory)"),
        (cut, "summary.json counts 2 claims, journal.jsonl holds 1"),
        (of_another_plan, "topology.yaml is not the plan that summary.json names"),
        (of_another_schema, "summary.json has schema 2, this release reads 1"),
        (no_object, "a file of it is damaged (an object was expected)"),
        (
            without_an_end,
            "run.json or summary.json is damaged "
            "(ValueError('cannot convert float NaN to integer'))",
        ),
        (
            backwards,
            "run.json or summary.json is damaged (ValueError('it ended before it began'))",
        ),
        (
            after_the_last_year,
            "run.json or summary.json is damaged "
            "(OverflowError('Python int too large to convert to C int'))",
        ),
        (without_a_count, "run.json or summary.json is damaged (KeyError('claims'))"),
        (without_a_beginning, "run.json or summary.json is damaged (KeyError('began'))"),
    ],
)
def test_what_is_not_whole_is_refused(
    tmp_path: Path, damage: Callable[[RunFolder], None], why: str
) -> None:
    claims = (told("LB-003", name, "pass") for name in ("control/vault", "control/loki"))
    folder = stored(tmp_path, "r1", *claims)
    damage(folder)
    with pytest.raises(NotClosed) as refused:
        closed(folder)
    assert str(refused.value) == (
        f"{folder.path} holds no run that came to its end: {why}. Run again, or name another run."
    )
