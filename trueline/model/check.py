"""A check: a requirement, the judge that yields claims about it, and what to do on failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from trueline.model.claim import Claim, shown, unknown
from trueline.model.observation import NotObserved
from trueline.model.requirement import Requirement
from trueline.model.verdict import Verdict

Judge = Callable[..., Iterable[Claim]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a check said of one subject: its claims and the worst of their verdicts."""

    check: Check
    claims: tuple[Claim, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all claims; of no claims, UNKNOWN."""
        return Verdict.worst(claim.verdict for claim in self.claims)


class Check:
    """A pure judge with its requirement.

    It has no `__name__` on purpose: pytest decorates the only argument of a mark when that
    argument is a callable with one, and `pytest.mark.verifies(check)` must not.
    """

    def __init__(self, requirement: Requirement, judge: Judge, remedy: str) -> None:
        self.requirement = requirement
        self.judge = judge
        self.remedy = remedy
        self.name = judge.__name__
        self.promise = (judge.__doc__ or "").strip().split("\n", 1)[0]

    def __call__(self, subject: object, *evidence: Any) -> Judgement:
        """Judge one subject; what could not be observed becomes an UNKNOWN claim, once."""
        claims: list[Claim] = []
        try:
            claims.extend(self.judge(subject, *evidence))
        except NotObserved as gap:
            claims.append(self.in_doubt(subject, str(gap)))
        return Judgement(check=self, claims=tuple(claims))

    def in_doubt(self, subject: object, why: str) -> Claim:
        """That the promise could not be judged of the subject; of a pair, both are named."""
        parts = subject if isinstance(subject, tuple) else (subject,)
        return unknown(
            " and ".join(shown(part) for part in parts),
            expected=self.promise,
            why=why,
            at=next((part.at for part in parts if hasattr(part, "at")), None),
        )

    def __repr__(self) -> str:
        return f"<check {self.name}>"


def check(requirement: Requirement, *, remedy: str) -> Callable[[Judge], Check]:
    """Make a generator of claims into a check of `requirement`.

    A function with several facts yields one claim for each; raising or returning without any
    claim is UNKNOWN. The first line of the docstring is the promise and must be there.
    """

    def wrap(judge: Judge) -> Check:
        if not judge.__doc__:
            raise TypeError(f"check {judge.__name__} promises nothing: write its docstring")
        return Check(requirement, judge, remedy)

    return wrap
