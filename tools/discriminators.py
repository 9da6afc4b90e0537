"""Faults that look alike, and what a run said of each: the last part of docs/kill-matrix.md.

The pairs are those of the catalogue of faults, part 1b. Recordings (`tests/recorded`) are told
apart by their own tests; what the lab can have stands here with what it said for real.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.kill_rows import Row


@dataclass(frozen=True, slots=True)
class Alike:
    """What a person sees, and the faults that all look like that."""

    seen: str
    faults: tuple[str, ...]


ALIKE = (
    Alike(
        "an address is assigned and nobody answers for it",
        ("ML-01", "ML-09", "ML-21", "ML-29"),
    ),
    Alike("two machines answer for one address", ("ML-04", "ML-05", "ML-06", "ML-07", "ML-26")),
    Alike("an address times out", ("ML-20", "KP-01", "KP-04", "FL-02")),
    Alike("names do not resolve", ("DN-01", "DN-10", "DN-08", "FL-02")),
    Alike("metrics do not arrive", ("PR-01", "PR-03", "PR-04", "DN-02")),
    Alike("a certificate is refused", ("HO-10", "IS-01", "HO-03", "IS-07")),
    Alike("Vault answers 403", ("VA-03", "VA-04", "VA-08")),
    Alike("everything is green and still wrong", ("HO-09", "ML-02", "SC-01")),
)

_HEAD = """
## Told apart

Faults that look alike to who meets them: what each run named as the root cause, and observed of it.

| what is seen | fault | root cause named | what was observed |
|---|---|---|---|
"""
_VOLATILE = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|\d+(?:\.\d+)* s\b")


def section(rows: Mapping[str, Row]) -> str:
    """The part of the page, for the faults that have a row."""
    return _HEAD + "".join(_lines(rows))


def _lines(rows: Mapping[str, Row]) -> Iterator[str]:
    for alike in ALIKE:
        seen = alike.seen
        for name in alike.faults:
            if name in rows:
                row = rows[name]
                told = row.told.replace("|", "\\|")
                causes = ", ".join(row.causes)
                yield f"| {seen} | {name}: {row.title} | {causes} | {told} |\n"
                seen = ""


def confused(rows: Mapping[str, Row]) -> list[str]:
    """The faults that look alike and were told alike: the same reds, causes and words."""
    found: list[str] = []
    for alike in ALIKE:
        said: dict[object, str] = {}
        for name in alike.faults:
            row = rows[name]
            key = (row.causes, tuple(sorted(row.reds or {})), _VOLATILE.sub("*", row.told))
            if key in said:
                found.append(f"{alike.seen}: {said[key]} and {name}")
            said[key] = name
    return found
