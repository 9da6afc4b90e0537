"""The table of what proves the reference network: fresh, whole, and read from a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import coverage
from tools.coverage_rows import ROWS, Row


def test_the_page_is_fresh() -> None:
    assert coverage.main(["--check"]) == 0


def test_a_stale_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(coverage, "PAGE", tmp_path / "coverage.md")
    assert coverage.main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "docs/coverage.md is stale: run `python -m tools.coverage`\n"
    )
    assert coverage.main([]) == 0
    assert coverage.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("proofs", "said"),
    [
        ((), "here: 'it works' is proven by nothing"),
        ((("NONE-001", ""),), "here: 'it works' names NONE-001, which no test"),
    ],
)
def test_a_row_must_be_proven_by_tests_that_exist(
    proofs: tuple[tuple[str, str], ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        coverage.page([Row(table="here", text="it works", proofs=proofs)])


def test_the_place_of_a_stand_in_is_named() -> None:
    grafana = [row for row in ROWS if "grafana" in row.text and row.table.startswith("Service")]
    assert [row.but for row in grafana] == [
        "Grafana is a labelled stand-in: its address is proven, the product is not"
    ]
    assert not any(requirement == "REACH-040" for row in ROWS for requirement, _ in row.proofs)


def claim(requirement: str, subject: str, standing: str = "pass") -> dict[str, str]:
    return {
        "requirement": requirement,
        "subject": subject,
        "standing": standing,
        "verdict": standing,
    }


def test_a_row_is_proven_when_each_of_its_requirements_is() -> None:
    row = Row(table="here", text="it works", proofs=(("A-001", "vault"), ("A-002", "")))
    assert coverage.proven(row, [claim("A-001", "control/vault"), claim("A-002", "x")]) == 2
    assert coverage.proven(row, [claim("A-001", "control/loki"), claim("A-002", "x")]) is None
    assert coverage.proven(row, [claim("A-001", "vault", "unknown"), claim("A-002", "x")]) is None


def test_a_run_that_left_rows_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row(table="here", text=name, proofs=((f"A-00{name}", ""),)) for name in ("1", "2")]
    monkeypatch.setattr(coverage, "ROWS", rows)
    entries = [{"phase": "clusters"}, claim("A-001", "x"), claim("A-001", "y")]
    (tmp_path / "journal.jsonl").write_text("\n".join(map(json.dumps, entries)))
    assert coverage.main(["--run", str(tmp_path)]) == 1
    assert capsys.readouterr().out == (
        f"   2 claims  here: 1\n not proven  here: 2\n1 of 2 rows are proven by {tmp_path.name}\n"
    )
