from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.report.rulings import ADVICE, BAD, GAP, GOOD, NONE, OWNER, TODAY, exemption, judgement
from trueline.model.check import Check
from trueline.model.claim import Claim
from trueline.model.topology import Exemption
from trueline.report import summary
from trueline.report.journal import Entry, Journal, Phase
from trueline.report.ruling import rule


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
    made = entries(folder)
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
        "7 claims examined by 0 tests in 2.3 s",
        "observed wire in 1.0 s",
        "stopped early: interrupted",
        "not run: 12 tests",
        *(f"  {name}" for name in collected[:10]),
        "  and 2 more (summary.json)",
    ]


def test_the_text_names_every_deviation_once(tmp_path: Path) -> None:
    outcomes = {"suites/plan/t.py::a": "failed", "suites/plan/t.py::z": "broken"}
    text = summary.as_markdown(summarized(tmp_path, outcomes=outcomes))
    head, _, rest = text.partition("```\n")
    assert head == "# Run r1\n\nPlan `topology.yaml` (sha256 0123456789ab)\n\n"
    assert rest.partition("```\n\n")[2] == (
        "- 7 claims examined by 2 tests in 2.3 s\n"
        "- observed wire in 1.0 s\n"
        "\n## Broken tests\n\n- suites/plan/t.py::z\n"
        f"\n## Does not conform\n\n- {BAD_LINE}\n"
        f"\n## Could not tell\n\n- {GAP_LINE}\n"
        f"\n## Advice\n\n- {BAD_LINE.replace('{c/d}', 'other')}\n"
        f"\n## Exempted\n\n- {BAD_LINE} Exempted until 2027-03-14 by network team"
        " (topology.yaml:90): the address moves in spring\n"
    )


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
