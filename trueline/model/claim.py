"""A claim: one subject, what was expected of it, what was observed, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from trueline.model.source import Source
from trueline.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The smallest thing a run can be right or wrong about.

    `expected` and `observed` are text as a reader sees it; `evidence` says where the observation
    came from (time, vantage, request); `at` is the line of intent; `remedy` replaces the check's.
    `concerns` are live things beyond the subject that it is about, as parts of the network
    (`service:CLUSTER/NAMESPACE/NAME`): two reds that concern one thing are one incident. `way` is
    the vantage point that something was tried from and the end that it leads to, named as in flows.
    """

    subject: str
    expected: str
    observed: str
    verdict: Verdict
    at: Source | None = None
    evidence: tuple[str, ...] = ()
    remedy: str | None = None
    concerns: tuple[str, ...] = ()
    way: tuple[str, str] | None = None


def shown(value: object) -> str:
    """A value as one line of text: sets sorted in braces, an empty collection as `nothing`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "nothing"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        pairs = (f"{shown(key)}: {shown(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}" if value else "nothing"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(shown(item) for item in value)) + "}" if value else "nothing"
    if isinstance(value, Iterable) and not hasattr(value, "version"):
        items = [shown(item) for item in value]
        return "[" + ", ".join(items) + "]" if items else "nothing"
    return str(value)


def equal(
    subject: object,
    *,
    expected: object,
    observed: object,
    at: Source | None = None,
    evidence: tuple[str, ...] = (),
    remedy: str | None = None,
    concerns: tuple[str, ...] = (),
) -> Claim:
    """Claim that two values are equal."""
    return holds(
        subject,
        expected == observed,
        expected=expected,
        observed=observed,
        at=at,
        evidence=evidence,
        remedy=remedy,
        concerns=concerns,
    )


def services_of(cluster: object, keys: Iterable[str]) -> tuple[str, ...]:
    """What a claim concerns, where that is Services of a cluster, by `namespace/name`."""
    return tuple(f"service:{cluster}/{key}" for key in sorted(keys))


def holds(
    subject: object,
    true: bool,
    *,
    expected: object,
    observed: object,
    at: Source | None = None,
    evidence: tuple[str, ...] = (),
    remedy: str | None = None,
    concerns: tuple[str, ...] = (),
    way: tuple[str, str] | None = None,
) -> Claim:
    """Claim a relation other than equality; the check has computed whether it is true."""
    return Claim(
        subject=shown(subject),
        expected=shown(expected),
        observed=shown(observed),
        verdict=Verdict.PASS if true else Verdict.FAIL,
        at=at,
        evidence=evidence,
        remedy=remedy,
        concerns=concerns,
        way=way,
    )


def unknown(
    subject: object,
    *,
    expected: object,
    why: str,
    at: Source | None = None,
    evidence: tuple[str, ...] = (),
    remedy: str | None = None,
    way: tuple[str, str] | None = None,
) -> Claim:
    """Say that it could not be told, and why."""
    return Claim(
        subject=shown(subject),
        expected=shown(expected),
        observed=why,
        verdict=Verdict.UNKNOWN,
        at=at,
        evidence=evidence,
        remedy=remedy,
        way=way,
    )


def not_applicable(subject: object, *, why: str, at: Source | None = None) -> Claim:
    """Say that the declared intent asks nothing here. Never derived from what was observed."""
    return Claim(
        subject=shown(subject),
        expected="nothing is asked",
        observed=why,
        verdict=Verdict.NOT_APPLICABLE,
        at=at,
    )


def some(findings: Sequence[object], *, most: int = 5) -> str:
    """Findings as text for `observed`: a few in full, the rest counted; none at all as `none`."""
    if not findings:
        return "none"
    told = "; ".join(shown(finding) for finding in findings[:most])
    return told if len(findings) <= most else f"{told}; and {len(findings) - most} more"
