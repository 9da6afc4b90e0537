from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from tools.lab import reset
from tools.lab.errors import LabError
from tools.lab.faults import registry
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.state import write

NO_LAB = cast(Lab, None)
"""The fakes below do not look at the lab."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done to the lab, in order; the faults are A-01, A-02 and A-03 (without undo)."""
    found: list[str] = []

    def note(text: str) -> Callable[[Lab], None]:
        return lambda _: found.append(text)

    faults = {
        name: Fault(
            id=name,
            title=f"{name} is broken",
            reds=frozenset({"LB-002", "LB-001"}),
            inject=note(f"inject {name}"),
            undo=None if name == "A-03" else note(f"undo {name}"),
            source="here",
        )
        for name in ("A-01", "A-02", "A-03")
    }
    monkeypatch.setattr(registry, "every", lambda: faults)
    monkeypatch.setattr(reset, "reset", note("reset"))
    return found


def record() -> Path:
    return state() / "faults"


def test_every_fault_says_what_must_turn_red() -> None:
    found = registry.every()
    assert list(found) == sorted(found)
    assert len(found) >= 10
    assert all(fault.reds and fault.title and fault.source for fault in found.values())
    assert all(fault.first_cause in fault.reds for fault in found.values())
    assert [fault.id for fault in found.values() if len(fault.reds) > 1 and not fault.cause] == []


def test_an_unknown_fault_is_answered_with_near_ones(done: list[str]) -> None:
    with pytest.raises(LabError) as caught:
        registry.get("a03")
    assert str(caught.value) == "no fault 'a03'\nfix: did you mean A-03?"


def test_without_a_near_one_all_are_named(done: list[str]) -> None:
    with pytest.raises(LabError) as caught:
        registry.get("zzz")
    assert str(caught.value) == "no fault 'zzz'\nfix: did you mean A-01, A-02, A-03?"


def test_case_of_an_id_does_not_matter(done: list[str]) -> None:
    assert registry.get("a-01").id == "A-01"


def test_the_table_shows_what_is_in_force(done: list[str]) -> None:
    registry.inject(NO_LAB, registry.get("A-02"))
    assert registry.table(registry.get(name) for name in ("A-01", "A-02")) == (
        "A-01   A-01 is broken\n       red: LB-001, LB-002\n"
        "A-02   A-02 is broken  (in force)\n       red: LB-001, LB-002"
    )


def test_a_fault_is_written_down_before_it_strikes(done: list[str]) -> None:
    seen: list[list[str]] = []
    fault = Fault(
        id="A-09",
        title="",
        reds=frozenset(),
        inject=lambda _: seen.append(registry.in_force()),
        source="",
    )
    registry.inject(NO_LAB, registry.get("A-01"))
    registry.inject(NO_LAB, fault)
    assert seen == [["A-01", "A-09"]]


def test_a_fault_in_force_is_not_injected_again(done: list[str]) -> None:
    registry.inject(NO_LAB, registry.get("A-01"))
    with pytest.raises(LabError) as caught:
        registry.inject(NO_LAB, registry.get("A-01"))
    assert str(caught.value) == ("A-01 is in force already\nfix: python -m tools.lab fault clear")
    assert done == ["inject A-01"]


def test_clearing_undoes_the_latest_first_then_resets(done: list[str]) -> None:
    for name in ("A-01", "A-03", "A-02"):
        registry.inject(NO_LAB, registry.get(name))
    del done[:]

    registry.clear(NO_LAB)

    assert done == ["undo A-02", "undo A-01", "reset"]
    assert registry.in_force() == []
    assert not record().exists()


def test_clearing_gets_over_a_fault_of_other_sources(done: list[str]) -> None:
    write(record(), "A-01 OLD-77")
    registry.clear(NO_LAB)
    assert done == ["undo A-01", "reset"]


def test_a_reset_that_fails_leaves_the_faults_written_down(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Lab) -> None:
        raise LabError("it does not come back")

    write(record(), "A-01")
    monkeypatch.setattr(reset, "reset", fails)
    with pytest.raises(LabError):
        registry.clear(NO_LAB)
    assert registry.in_force() == ["A-01"]
