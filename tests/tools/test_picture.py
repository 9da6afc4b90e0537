"""A stored run is drawn anew, or why it cannot be is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.plugin.project import PLAN
from tests.report.pictures import claim
from tools import picture
from trueline.report.journal import Entry
from trueline.report.run import RunFolder


def stored(reports: Path, *entries: Entry) -> RunFolder:
    folder = RunFolder.create(reports, "r1")
    folder.plan.write_text(PLAN)
    record = {"file": "topology.yaml", "began": "2027-01-02T03:04:05+00:00", "plan": "p"}
    folder.record.write_text(json.dumps({**record, "facts_of": None}))
    folder.journal.write_text("".join(f"{json.dumps(asdict(entry))}\n" for entry in entries))
    return folder


def draw(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Sequence[str]]:
    code = picture.main(list(words))
    told = capsys.readouterr()
    return code, (told.out + told.err).splitlines()


def test_a_stored_run_is_drawn_in_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = claim("node:north/north-1", requirement="CLU-012", standing="fail", cluster="north")
    run = stored(tmp_path, bad)
    assert draw(capsys, "r1", "--reports", str(tmp_path)) == (0, [f"picture: {run.picture}"])
    text = run.picture.read_text(encoding="utf-8")
    assert "<title>worker 203.0.113.11 north-1: 1 fail (CLU-012)</title>" in text
    assert "Root cause: l" in text
    assert not run.allure.exists()


def test_the_report_of_the_run_gets_it_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stored(tmp_path, claim("node:north/north-1"))
    run.allure.mkdir()
    elsewhere = tmp_path / "here.svg"
    assert draw(capsys, f"{run.path}", "--output", str(elsewhere))[0] == 0
    assert list(run.allure.iterdir()) == []
    assert draw(capsys, f"{run.path}")[0] == 0
    assert (run.allure / "picture-attachment.svg").read_text() == elsewhere.read_text()


def test_a_run_that_does_not_say_what_its_claims_are_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stored(tmp_path, claim())
    assert draw(capsys, str(run.path)) == (2, [
        f"{run.path} was recorded before claims said what they are about:"
        f" judge it again with `python -m tools.rejudge {run.path}`, and draw that"
    ])  # fmt: skip


def test_a_folder_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw(capsys, "r9", "--reports", str(tmp_path)) == (2, [
        f"{tmp_path / 'r9'} holds no whole run:"
        " it has no run.json and no topology.yaml and no journal.jsonl"
    ])  # fmt: skip


def test_a_place_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = stored(tmp_path, claim("node:north/north-1"))
    there = tmp_path / "no" / "where.svg"
    assert draw(capsys, str(run.path), "--output", str(there)) == (2, [
        f"{there} cannot be written: No such file or directory"
    ])  # fmt: skip
