"""The four outcomes of a claim and how they merge."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Verdict(Enum):
    """What a claim came to. Success is earned: nothing examined is UNKNOWN, never PASS."""

    NOT_APPLICABLE = "not applicable"
    PASS = "pass"
    UNKNOWN = "unknown"
    FAIL = "fail"

    @classmethod
    def worst(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """NOT_APPLICABLE < PASS < UNKNOWN < FAIL; of nothing at all, UNKNOWN."""
        order = list(cls)
        return max(verdicts, key=order.index, default=cls.UNKNOWN)
