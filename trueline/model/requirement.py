"""A requirement: one MUST sentence with an id that is never reused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much it hurts when the requirement does not hold (Allure's scale)."""

    BLOCKER = "blocker"
    CRITICAL = "critical"
    NORMAL = "normal"
    MINOR = "minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One MUST sentence.

    `source` names the document, RFC or issue it comes from, `since` the release that brought it.
    An `advisory` requirement is judged and reported, and never fails a run.
    """

    id: str
    must: str
    severity: Severity
    why: str
    source: str
    since: str
    advisory: bool = False
