from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from tests.model.plans import NORTH, SOUTH
from tests.report.rulings import (
    ADVICE,
    BAD,
    GAP,
    GOOD,
    NONE,
    OWNER,
    TODAY,
    exemption,
    judgement,
)
from trueline.model.check import Check
from trueline.model.claim import Claim, unknown
from trueline.model.topology import Exemption
from trueline.report.outcome import Nonconformant, Unobservable, outcome, skip_reason
from trueline.report.ruling import Ruling, Standing, rule

BAD_LINE = (
    "LB-003 control/192.0.2.1: expected {a/b}, observed {c/d} (topology.yaml:41)."
    " Release the address."
)
GAP_LINE = "LB-003 app/192.0.2.2: expected {a/b}, could not tell: no answer (topology.yaml:41)."


def ruled(
    *claims: Claim,
    check: Check = OWNER,
    exemptions: Sequence[Exemption] = (),
    subject: object = "subject",
) -> tuple[Ruling, ...]:
    return rule(judgement(*claims, check=check), subject, exemptions, TODAY)


@pytest.mark.parametrize(
    ("claim", "standing", "line"),
    [
        (BAD, Standing.FAIL, BAD_LINE),
        (GAP, Standing.UNKNOWN, GAP_LINE),
        (
            GOOD,
            Standing.PASS,
            "LB-003 control/192.0.2.1: expected {a/b}, observed {a/b} (topology.yaml:41)."
            " Release the address.",
        ),
        (
            NONE,
            Standing.NOT_APPLICABLE,
            "LB-003 plan: expected nothing is asked, observed no pool is planned."
            " Release the address.",
        ),
        (replace(BAD, remedy="Do this.", at=None), Standing.FAIL,
         "LB-003 control/192.0.2.1: expected {a/b}, observed {c/d}. Do this."),
        (replace(GAP, remedy="Ask again."), Standing.UNKNOWN, f"{GAP_LINE} Ask again."),
        (replace(BAD, observed="two\n  lines"), Standing.FAIL,
         "LB-003 control/192.0.2.1: expected {a/b}, observed two lines (topology.yaml:41)."
         " Release the address."),
        (
            unknown("app", expected=OWNER.promise, why="refused."),
            Standing.UNKNOWN,
            "LB-003 app: could not tell whether each reserved address is held by its owner:"
            " refused.",
        ),
    ],
)  # fmt: skip
def test_a_claim_stands_as_judged_and_reads_as_one_line(
    claim: Claim, standing: Standing, line: str
) -> None:
    (ruling,) = ruled(claim)
    assert (ruling.claim, ruling.standing, ruling.line) == (claim, standing, line)


@pytest.mark.parametrize("claim", [BAD, GAP])
def test_an_advisory_requirement_never_makes_a_run_red(claim: Claim) -> None:
    (ruling,) = ruled(claim, check=ADVICE)
    assert ruling.standing is Standing.ADVISORY
    assert outcome((ruling,)) is None


def test_an_advisory_requirement_that_holds_passes() -> None:
    assert [ruling.standing for ruling in ruled(GOOD, check=ADVICE)] == [Standing.PASS]


def test_an_exemption_holds_on_its_last_day() -> None:
    (ruling,) = ruled(BAD, exemptions=[exemption(TODAY)])
    assert ruling.standing is Standing.EXEMPTED
    assert ruling.line == (
        f"{BAD_LINE} Exempted until 2027-03-14 by network team (topology.yaml:90):"
        " the address moves in spring"
    )
    assert outcome((ruling,)) is None


def test_an_expired_exemption_fails_and_says_so() -> None:
    (ruling,) = ruled(BAD, exemptions=[exemption(date(2027, 3, 13))])
    assert ruling.standing is Standing.FAIL
    assert ruling.line == (
        f"{BAD_LINE} The exemption by network team (topology.yaml:90) expired on 2027-03-13."
    )


def test_a_renewed_exemption_holds_beside_the_expired_one() -> None:
    found = [exemption(date(2027, 3, 13)), exemption(date(2027, 4, 1))]
    assert ruled(BAD, exemptions=found)[0].standing is Standing.EXEMPTED


@pytest.mark.parametrize(
    "other", [exemption(TODAY, subject="app/*"), exemption(TODAY, requirement="LB-004")]
)
def test_an_exemption_covers_only_what_it_names(other: Exemption) -> None:
    assert ruled(BAD, exemptions=[other])[0].standing is Standing.FAIL


def test_a_gap_cannot_be_exempted() -> None:
    (ruling,) = ruled(GAP, exemptions=[exemption(TODAY, subject="*")])
    assert ruling.standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("subject", "name", "where"),
    [
        (NORTH, "north", " (plan.yaml:10)."),
        ((NORTH, SOUTH), "north and south", " (plan.yaml:10)."),
        ("plain", "plain", "."),
    ],
)
def test_a_judgement_without_claims_is_in_doubt(subject: object, name: str, where: str) -> None:
    (ruling,) = ruled(subject=subject)
    assert ruling.standing is Standing.UNKNOWN
    assert ruling.line == (
        f"LB-003 {name}: could not tell whether each reserved address is held by its owner:"
        f" the check examined nothing{where}"
    )


@pytest.mark.parametrize(
    ("promise", "told"),
    [
        ("A node is Ready.", "a node is Ready"),
        ("API and kubelets agree.", "API and kubelets agree"),
        ("MetalLB runs.", "MetalLB runs"),
        ("Flannel's address is its own.", "Flannel's address is its own"),
    ],
)
def test_a_promise_is_told_inside_a_sentence_with_its_names_whole(promise: str, told: str) -> None:
    def judge(subject: object) -> list[Claim]:
        return []

    judge.__doc__ = promise
    (ruling,) = ruled(check=Check(OWNER.requirement, judge, remedy="Look."))
    assert ruling.line == (
        f"LB-003 subject: could not tell whether {told}: the check examined nothing."
    )


def test_a_defect_is_raised_before_a_gap() -> None:
    error = outcome(ruled(GAP, GOOD, BAD))
    assert isinstance(error, Nonconformant)
    assert isinstance(error, AssertionError)
    assert str(error) == f"{BAD_LINE}\n{GAP_LINE}"


def test_a_gap_is_no_assertion() -> None:
    error = outcome(ruled(GAP, GOOD))
    assert isinstance(error, Unobservable)
    assert not isinstance(error, AssertionError)
    assert str(error) == GAP_LINE


def test_what_holds_raises_nothing() -> None:
    assert outcome(ruled(GOOD, NONE)) is None


def test_a_test_is_skipped_only_when_nothing_at_all_is_asked() -> None:
    assert skip_reason(ruled(NONE, NONE)) == "no pool is planned"
    assert skip_reason(ruled(NONE, GOOD)) is None


def test_a_line_holds_nothing_that_a_terminal_obeys() -> None:
    odd = replace(BAD, observed="a\x1b[2Jb\u202ec\n d")
    (ruling,) = rule(judgement(odd), "s", (), TODAY)
    assert "observed a\\x1b[2Jb\\u202ec d (topology.yaml:41)" in ruling.line
