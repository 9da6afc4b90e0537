"""What became of one run to which something happened, beside a run to which nothing did."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trueline.report.run import RunFolder

Claim = Mapping[str, Any]
_TRACE = re.compile(r"Traceback \(most recent call last\)|INTERNALERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a run left in its folder: its claims, the lines that are no JSON, tests told as not run.

    `whole` says whether it closed its folder itself.
    """

    claims: tuple[Claim, ...]
    torn: int
    not_run: frozenset[str]
    whole: bool

    @property
    def tests(self) -> frozenset[str]:
        """The tests that came to a claim."""
        return frozenset(str(claim["test"]) for claim in self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What must hold of a run although something happens to it.

    `codes` are the exit statuses that are right; a negative one is a signal. `reds` says of a red
    whether it is true; `reason` is found in why anything could not be told. `whole` is False where
    the run cannot close its folder itself; `away` is True where an API cannot be asked to remove
    the pods of the run.
    """

    codes: frozenset[int]
    reds: Callable[[Claim], bool] = lambda _: False
    reason: str = r"(?!)"
    whole: bool = True
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial: when it struck, how the run ended, what was kept, and what broke a promise."""

    number: int
    struck: float
    seconds: float
    code: int | None
    claims: int
    unknown: int
    reasons: int
    broken: tuple[str, ...]


def left(folder: RunFolder) -> Left:
    """What is in a run folder, whether the run closed it or not."""
    whole = folder.summary_json.exists()
    files = [folder.journal] if whole else sorted(folder.journals.glob("*.jsonl"))
    claims, torn = [], 0
    for path in files:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                torn += 1
                continue
            if "verdict" in entry:
                claims.append(entry)
    told = json.loads(folder.summary_json.read_text(encoding="utf-8")) if whole else {}
    not_run = frozenset(told.get("not_run", ())) | frozenset(told.get("broken", ()))
    return Left(claims=tuple(claims), torn=torn, not_run=not_run, whole=whole)


def broken(promise: Promise, found: Left, usual: Left, *, code: int | None, text: str) -> list[str]:
    """What of a promise a run did not keep, one sentence each.

    `usual` is what a run leaves to which nothing happens, `code` is None where it had to be ended.
    """
    said = []
    if code is None:
        said.append("it had not ended when its time was over")
    elif code not in promise.codes:
        said.append(f"it ended with {code}")
    if _TRACE.search(text):
        said.append("its output holds a traceback")
    if found.torn:
        said.append(f"{found.torn} lines of its journal cannot be read")
    if promise.whole and not found.whole:
        said.append("it did not close its folder")
    for claim in _of(found.claims, "fail"):
        if not promise.reds(claim):
            said.append(f"red: {claim['requirement']} {claim['subject']}: {claim['observed']}")
    for claim in _of(found.claims, "unknown"):
        if not re.search(promise.reason, str(claim["observed"])):
            said.append(f"unknown: {claim['requirement']} {claim['subject']}: {claim['observed']}")
    lost = usual.tests - found.tests - found.not_run
    if found.whole and lost:
        said.append(f"nothing is said of {len(lost)} tests, {min(lost)} among them")
    return said


def reasons(claims: Iterable[Claim]) -> int:
    """How many different reasons are given for what could not be told."""
    return len({str(claim["observed"]) for claim in _of(claims, "unknown")})


def _of(claims: Iterable[Claim], standing: str) -> list[Claim]:
    return [claim for claim in claims if claim["standing"] == standing]
