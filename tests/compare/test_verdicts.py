"""What stands otherwise between two runs, and since when something fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from trueline.compare.verdicts import Age, Change, Past, ages, changes, standings

DAY = datetime(2027, 3, 14, tzinfo=UTC)
VAULT = ("LB-003", "control/vault")


@dataclass(frozen=True)
class Claim:
    subject: str
    standing: str
    requirement: str = "LB-003"

    @property
    def line(self) -> str:
        return f"{self.requirement} {self.subject} is {self.standing}"


def test_the_worst_claim_about_a_subject_counts() -> None:
    found = standings([Claim("a", "pass"), Claim("a", "fail"), Claim("a", "unknown")])
    assert found == {("LB-003", "a"): "fail"}


def test_what_stands_otherwise_is_told_with_its_new_line() -> None:
    before = [Claim("a", "pass"), Claim("b", "fail"), Claim("c", "pass"), Claim("d", "pass")]
    after = [Claim("a", "fail"), Claim("b", "pass"), Claim("c", "pass"), Claim("e", "unknown")]
    assert changes(before, after) == tuple(
        Change(requirement="LB-003", subject=name, before=was, after=now, line=line)
        for name, was, now, line in (
            ("a", "pass", "fail", "LB-003 a is fail"),
            ("b", "fail", "pass", "LB-003 b is pass"),
            ("d", "pass", None, "LB-003 d is pass"),
            ("e", None, "unknown", "LB-003 e is unknown"),
        )
    )
    assert changes(before, before) == ()


def run(name: str, days: int, standing: str | None) -> Past:
    stands = {VAULT: standing} if standing else {}
    return Past(run=name, began=DAY + timedelta(days=days), standings=stands)


def test_a_failure_is_as_old_as_its_unbroken_row() -> None:
    earlier = [
        run("r1", 1, "fail"),
        run("r2", 2, "pass"),
        run("r3", 3, "fail"),
        run("r4", 4, None),
        run("r5", 5, "unknown"),
        run("r6", 6, "fail"),
    ]
    assert ages(run("r7", 7, "fail"), earlier) == {
        VAULT: Age(first="r3", runs=3, lasted=timedelta(days=4), known=True)
    }


def test_what_never_was_well_says_so() -> None:
    (age,) = ages(run("r2", 2, "fail"), [run("r1", 1, "fail")]).values()
    assert age == Age(first="r1", runs=2, lasted=timedelta(days=1), known=False)
    (age,) = ages(run("r1", 1, "fail"), []).values()
    assert (age.first, age.runs, age.lasted) == ("r1", 1, timedelta())
    assert ages(run("r1", 1, "pass"), []) == {}
