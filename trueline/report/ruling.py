"""How each claim of a judgement stands, given advice and the declared exemptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fnmatch import fnmatchcase
from typing import Protocol

from trueline.model.check import Check, Judgement
from trueline.model.claim import Claim
from trueline.model.printable import printable
from trueline.model.topology import Exemption
from trueline.model.verdict import Verdict


class Standing(Enum):
    """What a claim means for the run. Only FAIL and UNKNOWN make it red."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    ADVISORY = "advisory"
    EXEMPTED = "exempted"
    PASS = "pass"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One claim, how it stands, and the line a reader sees."""

    claim: Claim
    standing: Standing
    line: str


def rule(
    judgement: Judgement, subject: object, exemptions: Iterable[Exemption], today: date
) -> tuple[Ruling, ...]:
    """Every claim of the judgement with its standing, in the order they were made.

    A failing claim that an exemption names (requirement, and a glob over the subject) is EXEMPTED
    up to and including the day the exemption expires; later it fails and its line says so.
    A judgement without claims examined nothing: one UNKNOWN claim about `subject` says that.
    """
    check = judgement.check
    claims = judgement.claims or (check.in_doubt(subject, "the check examined nothing"),)
    return tuple(_ruled(check, claim, tuple(exemptions), today) for claim in claims)


class Made(Protocol):
    """What is needed of a claim that was written down."""

    @property
    def requirement(self) -> str:
        """The id of the requirement."""
        ...

    @property
    def subject(self) -> str:
        """What it is about."""
        ...

    @property
    def verdict(self) -> str:
        """What the check said."""
        ...


def unneeded(exemptions: Iterable[Exemption], claims: Sequence[Made]) -> tuple[str, ...]:
    """One line for each exemption that hides nothing: every claim that it names passes.

    Of one that names no claim of this run nothing can be told: the run may not have asked.
    """
    found = []
    for exemption in exemptions:
        named = [
            claim.verdict
            for claim in claims
            if claim.requirement == exemption.requirement
            and fnmatchcase(claim.subject, exemption.subject)
            and claim.verdict != Verdict.NOT_APPLICABLE.value
        ]
        if named and set(named) == {Verdict.PASS.value}:
            found.append(
                f"{exemption.requirement} {exemption.subject}: expected a known deviation, "
                f"observed that it conforms ({exemption.at}). Remove the exemption by "
                f"{exemption.owner}."
            )
    return tuple(found)


def _ruled(check: Check, claim: Claim, exemptions: tuple[Exemption, ...], today: date) -> Ruling:
    line = _line(check, claim)
    if claim.verdict is Verdict.FAIL:
        named = [
            exemption
            for exemption in exemptions
            if exemption.requirement == check.requirement.id
            and fnmatchcase(claim.subject, exemption.subject)
        ]
        for exemption in named:
            if today <= exemption.expires:
                note = (
                    f" Exempted until {exemption.expires} by {exemption.owner}"
                    f" ({exemption.at}): {exemption.reason}"
                )
                return Ruling(claim=claim, standing=Standing.EXEMPTED, line=line + note)
        line += "".join(
            f" The exemption by {exemption.owner} ({exemption.at}) expired on {exemption.expires}."
            for exemption in named
        )
    bad = claim.verdict in (Verdict.FAIL, Verdict.UNKNOWN)
    if bad and check.requirement.advisory:
        return Ruling(claim=claim, standing=Standing.ADVISORY, line=line)
    return Ruling(claim=claim, standing=Standing(claim.verdict.value), line=line)


def _line(check: Check, claim: Claim) -> str:
    """The claim as `ID subject: expected X, observed Y (file:line). Remedy.` on one line.

    An unknown claim gets no remedy but its own: what would cure a defect is wrong advice while
    nobody knows whether there is one.
    """
    head = f"{check.requirement.id} {claim.subject}: "
    where = f" ({claim.at})." if claim.at else "."
    if claim.verdict is Verdict.UNKNOWN:
        told = _one_line(claim.observed)
        if claim.expected == check.promise:
            text = f"could not tell whether {_inside_a_sentence(check.promise)}: {told}"
        else:
            text = f"expected {_one_line(claim.expected)}, could not tell: {told}"
        remedy = claim.remedy
    else:
        text = f"expected {_one_line(claim.expected)}, observed {_one_line(claim.observed)}"
        remedy = claim.remedy or check.remedy
    return _one_line(head + text.rstrip(".") + where + (f" {remedy}" if remedy else ""))


def _inside_a_sentence(promise: str) -> str:
    """The promise without its full stop, and its first letter small unless it begins a name."""
    first = promise.split(" ", 1)[0]
    is_name = first != first.capitalize() or first.removesuffix("'s") in _NAMES
    text = promise.rstrip(".")
    return text if is_name else f"{text[:1].lower()}{text[1:]}"


# Names that are written like any word at the start of a sentence; API or MetalLB show themselves.
_NAMES = frozenset({"Flannel", "Istio", "Kubernetes"})


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))
