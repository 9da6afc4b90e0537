from __future__ import annotations

from ipaddress import ip_address

import pytest

from trueline.model.claim import Claim, equal, holds, not_applicable, shown, some, unknown
from trueline.model.source import Source
from trueline.model.verdict import Verdict

AT = Source("topology.yaml", 41)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        (True, "yes"),
        (False, "no"),
        (None, "nothing"),
        (Verdict.FAIL, "fail"),
        ({"b": 1, "a": {2}}, "{b: 1, a: {2}}"),
        ({}, "nothing"),
        ({"b", "a"}, "{a, b}"),
        (frozenset(), "nothing"),
        ([3, "x"], "[3, x]"),
        ((), "nothing"),
        (ip_address("192.0.2.1"), "192.0.2.1"),
        (Source("topology.yaml", 3), "topology.yaml:3"),
        (7, "7"),
    ],
)
def test_values_are_shown_as_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_equal_values_pass() -> None:
    assert equal("control", expected={"a"}, observed={"a"}, at=AT, evidence=("list",)) == Claim(
        subject="control",
        expected="{a}",
        observed="{a}",
        verdict=Verdict.PASS,
        at=AT,
        evidence=("list",),
    )


def test_unequal_values_fail() -> None:
    assert equal("control", expected=1, observed=2, remedy="Count again.") == Claim(
        subject="control",
        expected="1",
        observed="2",
        verdict=Verdict.FAIL,
        remedy="Count again.",
    )


def test_a_relation_is_judged_by_the_check() -> None:
    assert holds("x", True, expected="below 5", observed=3).verdict is Verdict.PASS
    assert holds("x", False, expected="below 5", observed=7).verdict is Verdict.FAIL


def test_a_gap_says_why() -> None:
    claim = unknown("x", expected={"a"}, why="no answer", at=AT, evidence=("e",), remedy="Wait.")
    assert claim == Claim(
        subject="x",
        expected="{a}",
        observed="no answer",
        verdict=Verdict.UNKNOWN,
        at=AT,
        evidence=("e",),
        remedy="Wait.",
    )


def test_what_is_not_asked_says_why() -> None:
    assert not_applicable("x", why="the plan has no mesh", at=AT) == Claim(
        subject="x",
        expected="nothing is asked",
        observed="the plan has no mesh",
        verdict=Verdict.NOT_APPLICABLE,
        at=AT,
    )


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ([], Verdict.UNKNOWN),
        ([Verdict.NOT_APPLICABLE], Verdict.NOT_APPLICABLE),
        ([Verdict.NOT_APPLICABLE, Verdict.PASS], Verdict.PASS),
        ([Verdict.PASS, Verdict.UNKNOWN], Verdict.UNKNOWN),
        ([Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS], Verdict.FAIL),
    ],
)
def test_the_worst_verdict_wins_and_nothing_is_unknown(
    verdicts: list[Verdict], worst: Verdict
) -> None:
    assert Verdict.worst(verdicts) is worst


@pytest.mark.parametrize(
    ("findings", "text"),
    [
        ([], "none"),
        (["a", {"b"}], "a; {b}"),
        (["a", "b", "c"], "a; b; and 1 more"),
    ],
)
def test_a_few_findings_are_told_and_the_rest_counted(findings: list[object], text: str) -> None:
    assert some(findings, most=2) == text
