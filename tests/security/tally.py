"""How many hostile cases each property was really given: counted as they run, never declared.

`python -m tools.security` runs this folder and makes docs/security.md of what is counted here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tools.security import RECORD

_cases: Counter[str] = Counter()
_leaked: Counter[str] = Counter()


def tried(row: str, cases: int = 1) -> None:
    """Count cases of a row of the page; called where a case has been put to the product."""
    _cases[row] += cases


def leaked(row: str, places: int) -> None:
    """Count places in which a secret was found."""
    _leaked[row] += places


def write(environment: Mapping[str, str], *, passed: bool) -> None:
    """Write the counts of this process, where the environment names a file for them."""
    path = environment.get(RECORD)
    if path is None:
        return
    record = {"passed": passed, "cases": dict(_cases), "leaked": dict(_leaked)}
    Path(path).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
