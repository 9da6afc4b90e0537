from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model.plans import LAN
from trueline.model.check import Judgement, check
from trueline.model.claim import Claim, equal, unknown
from trueline.model.observation import NotObserved, Observation, Observed, Unobserved
from trueline.model.requirement import Requirement, Severity
from trueline.model.verdict import Verdict

REQUIREMENT = Requirement(
    id="DEMO-001",
    must="A number MUST be even.",
    severity=Severity.NORMAL,
    why="Odd ones do not divide.",
    source="a test",
    since="0.1",
)


@check(REQUIREMENT, remedy="Add one.")
def numbers_are_even(subject: object, number: Observed[int]) -> Iterator[Claim]:
    """The number is even.

    More text is no promise.
    """
    yield equal(subject, expected=2, observed=2)
    yield equal(subject, expected=0, observed=number.value % 2)


def test_a_check_carries_its_meaning() -> None:
    assert numbers_are_even.requirement is REQUIREMENT
    assert numbers_are_even.remedy == "Add one."
    assert numbers_are_even.name == "numbers_are_even"
    assert numbers_are_even.promise == "The number is even."
    assert repr(numbers_are_even) == "<check numbers_are_even>"


def test_a_check_has_no_name_so_that_a_mark_keeps_it_as_an_argument() -> None:
    mark: object = pytest.mark.verifies(numbers_are_even)
    assert isinstance(mark, pytest.MarkDecorator)
    assert mark.args == (numbers_are_even,)


def test_the_worst_claim_is_the_verdict() -> None:
    seen = Observation(value=3, at=0.0, source="count", vantage="here")
    judgement = numbers_are_even("three", seen)
    assert judgement.verdict is Verdict.FAIL
    assert [claim.verdict for claim in judgement.claims] == [Verdict.PASS, Verdict.FAIL]
    assert seen.origin == "count from here"


def test_a_gap_is_one_unknown_claim_and_keeps_what_was_claimed_before() -> None:
    gap = Unobserved(reason="the API did not answer", at=0.0, source="list", vantage="runner")
    claims = numbers_are_even(LAN, gap).claims
    assert claims[0].verdict is Verdict.PASS
    assert claims[1:] == (
        unknown("lan", expected="The number is even.", why="the API did not answer", at=LAN.at),
    )
    assert gap.origin == "list from runner"


def test_no_claim_is_unknown() -> None:
    assert Judgement(check=numbers_are_even, claims=()).verdict is Verdict.UNKNOWN


def test_a_check_must_promise_something() -> None:
    def silent(subject: object) -> list[Claim]:
        return []

    with pytest.raises(TypeError, match="check silent promises nothing: write its docstring"):
        check(REQUIREMENT, remedy="None.")(silent)


def test_the_value_of_a_gap_cannot_be_read() -> None:
    gap = Unobserved(reason="refused", at=0.0, source="list", vantage="runner")
    with pytest.raises(NotObserved, match=r"^refused$"):
        _ = gap.value
