"""The kill matrix: what is due, how a row is read, and how it is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tools import kill_matrix, kills, lab_run, rejudge, stored
from tools.kill_rows import Row
from tools.lab.errors import LabError
from tools.lab.faults import registry
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab_run import SuiteRun
from trueline.report.run import RunFolder

NO_LAB = cast(Lab, None)
"""The fakes below do not look at the lab."""


def broken(_: Lab) -> None:
    """A fault that is in force at once."""


FAULT = Fault(
    id="ML-01",
    title="nobody announces",
    reds=frozenset({"LB-007", "L2-004"}),
    unknowns=frozenset({"DNS-040"}),
    inject=broken,
    source="metallb#1",
    cause="LB-007",
)
GOOD = replace(
    kills.row_of(FAULT),
    reds={"L2-004": 8, "LB-007": 1},
    areas=("l2", "metallb"),
    unknowns=("DNS-040",),
    causes=("LB-007",),
    claims=1666,
    replays=True,
    seconds=(3.0, 25.0, 9.0),
)


def claim(requirement: str, standing: str, area: str) -> dict[str, Any]:
    return {
        "requirement": requirement,
        "standing": standing,
        "area": area,
        "subject": "s",
        "observed": "o",
    }


RUN = SuiteRun(
    code=1,
    claims=(
        claim("L2-004", "fail", "l2"),
        claim("L2-004", "fail", "l2"),
        claim("LB-007", "fail", "metallb"),
        claim("LB-001", "pass", "metallb"),
        claim("DNS-040", "unknown", "dns"),
    ),
    causes=("LB-007",),
    told="pool: selected by none",
    text="",
    folder=Path("run"),
)


def test_a_row_counts_the_claims_of_each_red_and_names_the_suites() -> None:
    row = kills.judged(FAULT, RUN, replays=True)
    assert (row.reds, row.areas, row.claims) == ({"L2-004": 2, "LB-007": 1}, ("l2", "metallb"), 5)
    assert row.good


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (GOOD, "as expected; red L2-004, LB-007; 37 s"),
        (
            replace(GOOD, reds={"L2-004": 8}),
            "NOT as expected; red L2-004; missed LB-007; 37 s",
        ),
        (
            replace(GOOD, reds={**(GOOD.reds or {}), "VM-001": 1}),
            "NOT as expected; red L2-004, LB-007, VM-001; collateral VM-001; 37 s",
        ),
        (
            replace(GOOD, unknowns=("VM-002",)),
            "NOT as expected; red L2-004, LB-007; unknown otherwise DNS-040, VM-002; 37 s",
        ),
        (
            replace(GOOD, causes=("L2-004", "LB-007")),
            "NOT as expected; red L2-004, LB-007; causes L2-004, LB-007; 37 s",
        ),
        (
            replace(GOOD, replays=False),
            "NOT as expected; red L2-004, LB-007; does not replay; 37 s",
        ),
        (
            replace(GOOD, restless=True, reds={**(GOOD.reds or {}), "VM-001": 1}),
            "as expected; red L2-004, LB-007, VM-001; 37 s",
        ),
        (
            replace(GOOD, restless=True, unknowns=("DNS-040", "VM-002")),
            "as expected; red L2-004, LB-007; 37 s",
        ),
        (
            replace(GOOD, restless=True, unknowns=("VM-002",)),
            "NOT as expected; red L2-004, LB-007; unknown otherwise DNS-040; 37 s",
        ),
        (
            replace(
                GOOD,
                restless=True,
                reds={**(GOOD.reds or {}), "VM-001": 1},
                causes=("LB-007", "VM-001"),
            ),
            "NOT as expected; red L2-004, LB-007, VM-001; collateral VM-001; "
            "causes LB-007, VM-001; 37 s",
        ),
        (replace(kills.row_of(FAULT), trouble="no pod"), "not injected: no pod"),
    ],
)
def test_a_row_is_good_only_when_everything_is_as_its_file_says(row: Row, line: str) -> None:
    assert kills.told(row) == line
    assert row.good is line.startswith("as expected")


def test_what_is_known_and_as_it_should_be_is_not_due() -> None:
    other = replace(GOOD, id="ML-02")
    assert kills.due([FAULT], {}) == [FAULT]
    assert kills.due([FAULT], {"ML-01": GOOD}) == []
    assert kills.due([FAULT], {"ML-02": other}) == [FAULT]
    assert kills.due([FAULT], {"ML-01": replace(GOOD, replays=False)}) == [FAULT]
    assert kills.due([FAULT], {"ML-01": replace(GOOD, of="another file")}) == [FAULT]


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done to the lab, in order."""
    done: list[str] = []
    monkeypatch.setattr(registry, "inject", lambda *_: done.append("inject"))
    monkeypatch.setattr(registry, "clear", lambda _: done.append("clear"))
    monkeypatch.setattr(lab_run, "run_fault", lambda *_: RUN)
    monkeypatch.setattr(kills, "replays", lambda _: True)
    return done


def test_a_fault_is_injected_judged_and_cleared(lab: list[str], tmp_path: Path) -> None:
    assert kills.kill(NO_LAB, FAULT, tmp_path).good
    assert lab == ["inject", "clear"]


def test_a_fault_that_cannot_be_injected_is_cleared_all_the_same(
    lab: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inject(*_: object) -> None:
        raise LabError("no such pod", fix="look")

    monkeypatch.setattr(registry, "inject", inject)
    row = kills.kill(NO_LAB, FAULT, tmp_path)
    assert (row.trouble, row.caught, lab) == ("no such pod fix: look", False, ["clear"])


def test_judged_again_a_run_has_the_claims_of_the_tests_that_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Entry:
        test = "suites/l2/test_a.py::one"

    both = ({"test": Entry.test}, {"test": "suites/drills/test_b.py::other"})
    monkeypatch.setattr(rejudge, "judge", lambda *_: RunFolder(tmp_path))
    monkeypatch.setattr(stored, "entries", lambda _: [Entry])
    monkeypatch.setattr(kills, "changes", lambda *_: [])
    monkeypatch.setattr(lab_run, "read", lambda *_: replace(RUN, claims=both))
    run, same = kills.again(tmp_path)
    assert (run.claims, same) == (both[:1], True)


def test_a_stored_run_is_no_run_judged_again(tmp_path: Path) -> None:
    with pytest.raises(stored.NoRun) as raised:
        kills._stored(tmp_path / "none")
    assert str(raised.value) == f"{tmp_path / 'none'} holds no run that was stored in the lab"
    for name, facts_of in (("a-again", "a"), ("b", None)):
        folder = RunFolder(tmp_path / name)
        folder.path.mkdir()
        folder.record.write_text(
            json.dumps({"facts_of": facts_of, "plan": "p", "began": "2026-11-29T19:00:00+00:00"})
        )
    (tmp_path / "latest").symlink_to("a-again")
    assert kills._stored(tmp_path) == tmp_path / "b"


def test_rows_are_written_and_read_back(tmp_path: Path) -> None:
    path, page = tmp_path / "m.json", tmp_path / "m.md"
    assert kill_matrix.load(path) == {}
    missed = replace(
        GOOD, id="ML-02", restless=True, reds={"L2-004": 8}, areas=("l2",), causes=(), replays=False
    )
    away = replace(kills.row_of(FAULT), id="ML-03", trouble="no such pod")
    missed = replace(missed, beside=("DB-01", "DN-07"))
    rows = {"ML-03": away, "ML-02": missed, "ML-01": GOOD}
    kill_matrix.save(rows, ["ML-04", "ML-05"], path, page)
    assert kill_matrix.load(path) == rows
    assert page.read_text().partition("numbers.\n\n")[2] == (
        "3 faults: 1 caught, 1 with the expected root cause named first, 0 with a red that their "
        "file does not list, 1 whose stored run replays to the same verdicts and causes; 1 minutes "
        "in all.\n\n"
        "Faults that turn a suite red, and among them those that leave all others green: "
        "l2 2 (1), metallb 1 (0).\n\n"
        "| fault | what is broken | requirements that failed (claims) | suites | root cause named "
        "| replays |\n"
        "|---|---|---|---|---|---|\n"
        "| ML-01 | nobody announces | L2-004 (8), LB-007 (1) | l2, metallb | LB-007 | yes |\n"
        "| ML-02 | nobody announces | L2-004 (8), **missed LB-007**; what follows comes and goes; "
        "in force with DB-01 and DN-07 | l2 | **none** "
        "(**expected LB-007**) | **no** |\n"
        "| ML-03 | nobody announces | **not injected**: no such pod |  | **none** "
        "(**expected LB-007**) | **no** |\n"
        "\nFaults of the lab that wait for their row: ML-04, ML-05.\n"
        "\n## Told apart\n\n"
        "Faults that look alike to who meets them: what each run named as the root cause, and "
        "observed of it.\n\n"
        "| what is seen | fault | root cause named | what was observed |\n"
        "|---|---|---|---|\n"
        "| an address is assigned and nobody answers for it | ML-01: nobody announces | LB-007 "
        "|  |\n"
        "| everything is green and still wrong | ML-02: nobody announces |  "
        "|  |\n"
    )
