"""Faults in force together: which may be, whose red is whose, and what happens when they mix."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.lab_unit.test_kills import NO_LAB, broken
from tools import kills, lab_run
from tools.kill_groups import MOST, as_alone, groups
from tools.kill_rows import Row
from tools.lab.faults import registry
from tools.lab.faults.fault import Fault


def fault(name: str, *reds: str, drills: str | None = None) -> Fault:
    return Fault(
        id=name, title=name, reds=frozenset(reds), inject=broken, source="s", drills=drills,
        cause=reds[0],
    )  # fmt: skip


def alone(one: Fault, *areas: str, **more: Any) -> Row:
    """What a fault did when it was injected alone: one claim of each red."""
    made = replace(
        kills.row_of(one),
        reds=dict.fromkeys(sorted(one.reds), 1),
        areas=areas,
        causes=(one.first_cause,),
        replays=True,
        seconds=(1.0, 20.0, 4.0),
    )
    return replace(made, **more)


DB, DN, VA = fault("DB-01", "VM-001"), fault("DN-07", "DNS-013"), fault("VA-01", "REACH-020")
GW, DN2 = fault("GW-02", "CLU-061"), fault("DN-08", "DNS-004")
ROWS = {
    "DB-01": alone(DB, "vms"),
    "DN-07": alone(DN, "dns"),
    "DN-08": alone(DN2, "dns"),
    "GW-02": alone(GW, "clusters"),
    "VA-01": alone(VA, "reach"),
}


def ids(found: list[tuple[Fault, ...]]) -> list[list[str]]:
    return [[one.id for one in group] for group in found]


def test_so_many_faults_are_together_that_strike_different_things() -> None:
    assert MOST == 3
    assert ids(groups([DB, DN, GW, VA], ROWS, {})) == [["DB-01", "DN-07", "GW-02"], ["VA-01"]]
    assert ids(groups([DN, DN2, DB], ROWS, {})) == [["DN-07", "DB-01"], ["DN-08"]]


def test_what_is_called_by_name_is_not_broken_beside_names() -> None:
    mesh = fault("IS-02", "MTLS-008")
    rows = ROWS | {"IS-02": alone(mesh, "mtls")}
    assert ids(groups([DN, mesh, DB], rows, {})) == [["DN-07", "DB-01"], ["IS-02"]]
    assert ids(groups([DB, mesh], rows, {})) == [["DB-01", "IS-02"]]


@dataclass(frozen=True)
class Failed:
    """A claim that failed in a stored run."""

    requirement: str
    takes: tuple[str, ...]
    needs: tuple[str, ...]
    severity: str = "critical"
    subject = observed = line = ""


def test_what_would_be_told_as_one_incident_is_not_in_force_together() -> None:
    open_door = Failed("VM-001", takes=("vm:redis",), needs=("vm:redis",))
    beside = Failed("REACH-020", takes=("link:a>b",), needs=("link:a>b", "vm:redis"))
    elsewhere = replace(beside, needs=("link:a>b",))
    assert ids(groups([DB, VA], ROWS, {"DB-01": [open_door]})) == [["DB-01", "VA-01"]]
    for other, found in ((beside, [["DB-01"], ["VA-01"]]), (elsewhere, [["DB-01", "VA-01"]])):
        assert ids(groups([DB, VA], ROWS, {"DB-01": [open_door], "VA-01": [other]})) == found


@pytest.mark.parametrize(
    "changes",
    [
        {"replays": False},
        {"restless": True},
        {"areas": ("dns", "reach", "time")},
        {"areas": ("vms",)},
        {"doubts": ("VM-001",), "unknowns": ("VM-001",)},
        {"id": "DB-02"},
        {"id": "FL-02"},
        {"seconds": (12.0, 20.0, 9.0)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_might_interact_is_in_force_alone(changes: Mapping[str, Any]) -> None:
    other = replace(DN, id=changes.get("id", DN.id))
    rows = {"DB-01": ROWS["DB-01"], other.id: alone(DN, "dns", **changes)}
    assert ids(groups([DB, other], rows, {})) == [["DB-01"], [other.id]]


def test_what_was_never_alone_or_needs_a_drill_is_in_force_alone() -> None:
    drilled = replace(DN, drills="failover")
    assert ids(groups([DB, DN], {"DB-01": ROWS["DB-01"]}, {})) == [["DB-01"], ["DN-07"]]
    assert ids(groups([DB, drilled], ROWS, {})) == [["DB-01"], ["DN-07"]]


def test_a_fault_is_as_it_was_alone() -> None:
    before = ROWS["DB-01"]
    assert as_alone(replace(before, beside=("DN-07",), told="other words"), before)
    assert as_alone(replace(before, reds={"VM-001": 2}), before)
    assert not as_alone(replace(before, reds={"VM-001": 1, "VM-002": 1}), before)
    assert not as_alone(replace(before, replays=False), before)


def stored(folder: Path, claims: Mapping[str, tuple[str, str]], causes: tuple[str, ...]) -> None:
    """A run: requirement -> standing and area."""
    run = folder / "run"
    run.mkdir(parents=True, exist_ok=True)
    lines = [
        {"verdict": "x", "requirement": name, "standing": standing, "area": area, "subject": "s",
         "observed": name}
        for name, (standing, area) in claims.items()
    ]  # fmt: skip
    (run / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    told = [{"requirement": name, "subject": "s"} for name in causes]
    (run / "summary.json").write_text(json.dumps({"incidents": told}))
    (folder / "latest").unlink(missing_ok=True)
    (folder / "latest").symlink_to("run")


class Done:
    """What was done to a lab, and what its suites say then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, reports: Path) -> None:
        self.steps: list[str] = []
        self.more: dict[str, tuple[str, str]] = {}
        self._force: list[Fault] = []
        monkeypatch.setattr(registry, "inject", lambda _, one: self._inject(one))
        monkeypatch.setattr(registry, "clear", lambda _: self._clear())
        monkeypatch.setattr(registry, "in_force", lambda: [one.id for one in self._force])
        monkeypatch.setattr(lab_run, "run_fault", lambda _lab, _fault, folder: self._run(folder))
        monkeypatch.setattr(kills, "replays", lambda _: True)
        monkeypatch.setattr(kills, "REPORTS", reports)

    def _inject(self, one: Fault) -> None:
        self.steps.append(one.id)
        self._force.append(one)

    def _clear(self) -> None:
        self.steps.append("clear")
        self._force = []

    def _run(self, folder: Path) -> lab_run.SuiteRun:
        claims = {name: ("fail", ROWS[one.id].areas[0]) for one in self._force for name in one.reds}
        claims |= self.more if len(self._force) > 1 else {}
        causes = tuple(one.first_cause for one in self._force)
        stored(folder, {**claims, "LB-001": ("pass", "metallb")}, causes)
        return lab_run.read(folder / "latest", 1, "")


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Done:
    return Done(monkeypatch, tmp_path)


def test_each_fault_has_the_reds_that_no_other_one_lists(lab: Done, tmp_path: Path) -> None:
    one, other = kills.kill_together(NO_LAB, (DB, DN), tmp_path / "DB-01")
    assert lab.steps == ["DB-01", "DN-07", "clear"]
    assert (one.good, one.reds, one.causes) == (True, {"VM-001": 1}, ("VM-001",))
    assert (other.good, other.reds, other.told) == (True, {"DNS-013": 1}, "s: DNS-013")
    assert (one.beside, other.beside) == (("DN-07",), ("DB-01",))


def test_a_group_that_is_as_its_faults_are_alone_is_kept(lab: Done, tmp_path: Path) -> None:
    made = kills._rows(NO_LAB, (DB, DN), ROWS)
    assert [as_alone(row, ROWS[row.id]) for row in made] == [True, True]
    assert lab.steps == ["DB-01", "DN-07", "clear"]
    assert (tmp_path / "DN-07").resolve() == tmp_path / "DB-01"


def test_a_group_in_which_more_is_red_is_tried_one_by_one(
    lab: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kills._rows(NO_LAB, (DB, DN), ROWS)
    lab.steps = []
    lab.more = {"REACH-001": ("fail", "reach")}
    made = kills._rows(NO_LAB, (DB, DN), ROWS)
    assert [(row.good, row.beside) for row in made] == [(True, ()), (True, ())]
    assert lab.steps == ["DB-01", "DN-07", "clear", "DB-01", "clear", "DN-07", "clear"]
    assert not (tmp_path / "DN-07").is_symlink()
    assert capsys.readouterr().out.splitlines() == [
        "DB-01 and DN-07: each by itself now, because",
        "    DB-01 NOT as expected; red REACH-001, VM-001; collateral REACH-001; 0 s; claims "
        "REACH-001 1, VM-001 1, alone VM-001 1",
        "    DN-07 NOT as expected; red DNS-013, REACH-001; collateral REACH-001; 0 s; claims "
        "DNS-013 1, REACH-001 1, alone DNS-013 1",
    ]
