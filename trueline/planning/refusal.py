"""Why a question about the plan has no answer.

Refusal
├─ Exhausted        a space has no room for what is wanted
├─ Unsound          the plan does not pass its own checks, before or after
└─ WrongQuestion    what is asked for is nothing of this plan, or no plan could have it
"""

from __future__ import annotations

from collections.abc import Iterable

from trueline.intent.nearness import nearest


class Refusal(Exception):
    """There is no answer; `reasons` says why, one line each, and what to change."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


class Exhausted(Refusal):
    """A space has no room for what is wanted."""


class Unsound(Refusal):
    """The plan does not pass its checks: as it is, or as it would be."""


class WrongQuestion(Refusal):
    """What is asked for is nothing of this plan, or no plan could have it."""


def no_such(noun: str, name: str, known: Iterable[str]) -> str:
    """That the plan has nothing of that name, and which one may have been meant."""
    names = tuple(known)
    near = nearest(name, names)
    hint = f"did you mean {near}?" if near else f"the plan has {', '.join(names) or 'none'}"
    return f"there is no {noun} {name!r}: {hint}"
