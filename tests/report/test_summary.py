from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.report.pictures import incident
from tests.report.rulings import ADVICE, BAD, GAP, GOOD, NONE, OWNER, TODAY, exemption, judgement
from trueline.model.check import Check
from trueline.model.claim import Claim
from trueline.model.topology import Exemption
from trueline.report import summary, summary_form
from trueline.report.journal import Entry, Journal, Phase
from trueline.report.ruling import rule
from trueline.report.summary_form import SummaryForm
from trueline.report.summary_text import as_markdown


def entries(folder: Path) -> list[Entry]:
    journal = Journal(folder, run="r1", worker="main")
    made: list[Entry] = []
    rows: list[tuple[str, Check, Claim, tuple[Exemption, ...]]] = [
        ("suites/plan/t.py::a", OWNER, BAD, ()),
        ("suites/plan/t.py::b", OWNER, BAD, ()),
        ("suites/plan/t.py::c", OWNER, GAP, ()),
        ("suites/l2/t.py::d", OWNER, GOOD, ()),
        ("suites/l2/t.py::e", ADVICE, replace(BAD, observed="other"), ()),
        ("suites/l2/t.py::f", OWNER, NONE, ()),
        ("suites/l2/t.py::g", OWNER, BAD, (exemption(TODAY),)),
    ]
    for test, check, claim, exemptions in rows:
        rulings = rule(judgement(claim, check=check), "subject", exemptions, TODAY)
        made += journal.claims(
            test, check, "subject", rulings, clusters=["control", "app"], seconds=0.0
        )
    return made


def summarized(folder: Path, **changes: Any) -> summary.Summary:
    made = changes.pop("entries", None)
    made = entries(folder) if made is None else made
    values: dict[str, Any] = {
        "run": "r1",
        "topology": "topology.yaml",
        "topology_sha256": "0123456789abcdef",
        "seconds": 2.34567,
        "workers": 2,
        "stopped": None,
        "collected": ["suites/plan/t.py::a"],
        "outcomes": {"suites/plan/t.py::b": "passed", "suites/plan/t.py::a": "failed"},
    }
    return summary.summarize(made, [Phase(name="wire", seconds=1.0)], **{**values, **changes})


BAD_LINE = (
    "LB-003 control/192.0.2.1: expected {a/b}, observed {c/d} (topology.yaml:41)."
    " Release the address."
)
GAP_LINE = "LB-003 app/192.0.2.2: expected {a/b}, could not tell: no answer (topology.yaml:41)."


def test_claims_are_counted_by_area_and_cluster(tmp_path: Path) -> None:
    assert summary.table(summarized(tmp_path)) == [
        "area   cluster  claims  pass  unknown  fail  advisory  exempted  not applicable",
        "l2     -             1     0        0     0         0         0               1",
        "l2     control       3     1        0     0         1         1               0",
        "plan   app           1     0        1     0         0         0               0",
        "plan   control       2     0        0     2         0         0               0",
        "total                7     1        1     2         1         1               1",
    ]


def test_columns_of_rare_standings_are_left_out() -> None:
    nothing = summary.summarize(
        [], [], run="r", topology="t", topology_sha256="0", seconds=1, workers=0, stopped=None,
        collected=[], outcomes={},
    )  # fmt: skip
    assert summary.table(nothing) == [
        "area   cluster  claims  pass  unknown  fail  advisory",
        "total                0     0        0     0         0",
    ]
    assert summary.closing(nothing) == ["0 claims examined by 0 tests in 1.0 s"]


def test_the_closing_lines_say_what_was_not_run(tmp_path: Path) -> None:
    collected = [f"suites/plan/t.py::{number:02}" for number in range(12)]
    closed = summarized(tmp_path, collected=collected, outcomes={}, stopped="interrupted")
    assert summary.closing(closed) == [
        "5 claims examined by 0 tests in 2.3 s",
        "observed wire in 1.0 s",
        "stopped early: interrupted",
        "not run: 12 tests",
        *(f"  {name}" for name in collected[:10]),
        "  and 2 more (summary.json)",
    ]


def doubts(folder: Path, number: int, check: Check) -> list[Entry]:
    """Claims in doubt for one reason, two of each requirement, and one for another."""
    journal = Journal(folder, run="r1", worker="main")
    made: list[Entry] = []
    for index in range(number + 1):
        why = "the API refused\n  to answer." if index < number else "no route"
        claim = replace(GAP, subject=f"app/{index}", observed=why)
        own = replace(check.requirement, id=f"LB-{index // 2:03}")
        judged = judgement(claim, check=Check(own, check.judge, check.remedy))
        rulings = rule(judged, "subject", (), TODAY)
        made += journal.claims(
            f"suites/plan/t.py::{index}", judged.check, "subject", rulings, clusters=["app"],
            seconds=0.0,
        )  # fmt: skip
    return made


def test_what_is_in_doubt_for_one_reason_is_told_once(tmp_path: Path) -> None:
    for standing, check in (("unknown", OWNER), ("advisory", ADVICE)):
        closed = summarized(tmp_path, entries=doubts(tmp_path, 5, check))
        assert closed.told[standing] == (
            "the API refused to answer: 5 claims in doubt (journal.jsonl has each):"
            " LB-000 (2), LB-001 (2), LB-002.",
            "LB-002 app/5: expected {a/b}, could not tell: no route (topology.yaml:41).",
        )
        assert len(closed.deviations[standing]) == 6
        assert closed.told[standing][0] in as_markdown(closed)


def test_a_few_doubts_are_told_one_by_one(tmp_path: Path) -> None:
    closed = summarized(tmp_path, entries=doubts(tmp_path, 3, OWNER))
    assert closed.told == closed.deviations


def test_defects_are_never_told_together(tmp_path: Path) -> None:
    found = [
        replace(entry, standing="fail", verdict="fail") for entry in doubts(tmp_path, 9, OWNER)
    ]
    assert len(summarized(tmp_path, entries=found).told["fail"]) == 10


def test_tests_that_had_nothing_to_judge_are_told_by_their_reason(tmp_path: Path) -> None:
    outcomes = {f"suites/plan/t.py::x{number}": "unknown" for number in range(3)}
    reasons = ("wire: no socket", "clusters: no client", "wire: no socket")
    gaps = dict(zip(outcomes, reasons, strict=True))
    closed = summarized(tmp_path, entries=[], outcomes=outcomes, gaps=gaps)
    assert closed.told["unknown"] == (
        "wire: no socket: 2 tests in doubt.",
        "clusters: no client: 1 test in doubt.",
    )
    assert closed.broken == tuple(outcomes)
    assert "broken or nothing to judge: 3 tests" in summary.closing(closed)


def test_programs_get_a_versioned_form(tmp_path: Path) -> None:
    told = json.loads(summary.as_json(summarized(tmp_path)))
    assert told["schema"] == 1
    assert told["claims"] == 7
    assert told["seconds"] == 2.346
    assert told["tests"] == {"suites/plan/t.py::a": "failed", "suites/plan/t.py::b": "passed"}
    assert told["not_run"] == []
    assert told["rows"][1] == {
        "area": "l2",
        "cluster": "control",
        "claims": 3,
        "counts": {"pass": 1, "advisory": 1, "exempted": 1},
    }
    assert told["deviations"]["fail"] == [BAD_LINE]


def test_what_programs_get_is_what_the_schema_says(tmp_path: Path) -> None:
    closed = summarized(tmp_path, incidents=[incident("LB-003", BAD_LINE)], stopped="interrupted")
    told = json.loads(summary.as_json(closed))
    form = SummaryForm.model_validate_json(summary.as_json(closed))
    assert form.model_dump(mode="json", by_alias=True) == told  # no field that it does not know
    for change in ({"schema": 2}, {"tests": {"t": "green"}}, {"stopped": 3}):
        with pytest.raises(ValidationError):
            SummaryForm.model_validate_json(json.dumps({**told, **change}))


def test_a_summary_of_an_earlier_run_does_without_what_came_later(tmp_path: Path) -> None:
    told = json.loads(summary.as_json(summarized(tmp_path, incidents=[incident("LB-003")])))
    (cause,) = told["incidents"]
    del cause["way"], cause["mend"], cause["says"]
    SummaryForm.model_validate_json(json.dumps(told))
    del cause["look"]
    with pytest.raises(ValidationError):
        SummaryForm.model_validate_json(json.dumps(told))


def test_the_version_of_the_schema_is_that_of_the_summary() -> None:
    version = summary_form.json_schema()["properties"]["schema"]
    assert version["const"] == summary.SCHEMA
