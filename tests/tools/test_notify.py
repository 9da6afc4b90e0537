"""The command that tells what changed: against which run, to whom, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.report.runs import stored, told
from tests.tools.receiver import Said, receiving
from tools import notify

GOOD = told("LB-003", "control/vault", "pass")
BAD = told("LB-003", "control/vault", "fail")


def tell(reports: Path, *words: str) -> int:
    return notify.main([*words, "--reports", str(reports)])


def test_only_changes_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(tmp_path, "r1", GOOD, nights=1)
    stored(tmp_path, "r2", BAD, nights=2)
    assert tell(tmp_path, "--stdout") == 0
    assert capsys.readouterr().out.splitlines() == [
        "trueline, small: new root causes 1, new failures 1 in run r2 since run r1",
        "now: 1 fail, of 1 claim",
        "new root causes: 1",
        "- LB-003 control/vault is fail [fails for the first time]",
    ]
    stored(tmp_path, "r3", BAD, nights=3)
    assert tell(tmp_path, "--stdout") == 0
    assert capsys.readouterr() == ("", "")
    assert tell(tmp_path, "--stdout", "--against", "r1", "--format", "json") == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["run"], body["against"], body["counts"]) == ("r3", "r1", {"cause": 1, "fails": 1})
    assert body["news"][1]["failing_runs"] == 2


@pytest.mark.parametrize(
    "other",
    [
        {"plan_name": "another"},
        {"narrowed_by": ["--area dns"]},
        {"drills": False},
        {"facts_of": "r1"},
        {"stopped": "interrupted"},
    ],
)
def test_runs_that_cannot_be_compared_are_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], other: dict[str, Any]
) -> None:
    stored(tmp_path, "r1", BAD, nights=1)
    between = stored(tmp_path, "r2", GOOD, nights=2, **other)
    if "plan_name" in other:
        record = json.loads(between.record.read_text())
        between.record.write_text(json.dumps(record | {"plan": other["plan_name"]}))
    stored(tmp_path, "r4", GOOD, nights=4)
    stored(tmp_path, "r3", BAD, nights=3)
    (tmp_path / "kept").mkdir()
    (tmp_path / "README.md").write_text("not a run")
    assert tell(tmp_path, "r3", "--stdout") == 0
    assert capsys.readouterr() == ("", "")


def test_a_run_elsewhere_has_nothing_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stored(tmp_path, "r1", BAD)
    assert tell(tmp_path / "nowhere", str(run.path), "--stdout") == 0
    assert "(no earlier run to compare)" in capsys.readouterr().out


def test_a_change_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, "r1", BAD)
    with receiving() as receiver:
        monkeypatch.setenv("HOOK", receiver.url)
        assert tell(tmp_path, "--webhook-env", "HOOK") == 0
        assert capsys.readouterr() == ("sent 2 changes of run r1\n", "")
        assert tell(tmp_path, "--webhook-env", "HOOK", "--format", "json") == 0
        stored(tmp_path, "r2", BAD, nights=1)
        assert tell(tmp_path, "--webhook-env", "HOOK") == 0
    slack, programs = map(json.loads, receiver.bodies)
    assert slack["text"].startswith("trueline, small: new root causes 1")
    assert programs["kind"] == "trueline changes"


def test_what_could_not_be_sent_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, "r1", BAD)
    with receiving([Said(403, body=b"invalid_token")]) as receiver:
        monkeypatch.setenv("HOOK", receiver.url)
        assert tell(tmp_path, "--webhook-env", "HOOK") == 1
    said = capsys.readouterr()
    assert said.out == ""
    first, *rest = said.err.splitlines()
    assert first == "the change could not be sent: the webhook answered 403: invalid_token"
    assert rest[3].partition(" [")[0] == "- LB-003 control/vault is fail"


def test_what_cannot_be_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    run = stored(tmp_path, "r1", BAD)
    assert tell(tmp_path, "--webhook-env", "HOOK") == 2
    err = capsys.readouterr().err
    assert err == "HOOK holds no address: it must be https://HOST/PATH\n"
    assert tell(tmp_path, "r9", "--stdout") == 2
    assert "holds no whole run" in capsys.readouterr().err
    assert tell(tmp_path, "--stdout", "--against", "r9") == 2
    assert "holds no whole run" in capsys.readouterr().err
    run.summary_json.unlink()
    assert tell(tmp_path, "--stdout") == 2
    assert "holds no run that came to its end" in capsys.readouterr().err
