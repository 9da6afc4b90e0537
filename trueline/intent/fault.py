"""What is wrong with a topology file: one line each, with the place and the remedy.

InvalidTopology
.errors: tuple[Fault, ...], in the order of the file
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trueline.model.printable import printable
from trueline.model.source import Source

SHOWN = 60  # characters of a value that an error line quotes
MOST = 500  # errors listed; a file with more of them is not a topology with mistakes in it


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One error: where it stands, what is wrong, the value found there, and what to write."""

    at: Source
    what: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.at}: {self.what}: found {self.value}; {self.remedy}."


class InvalidTopology(ValueError):
    """The file is no topology. `errors` lists every reason, by line; the text has one a line."""

    def __init__(self, errors: Iterable[Fault]) -> None:
        ordered = sorted(set(errors))
        self.errors: tuple[Fault, ...] = tuple(ordered[:MOST])
        if len(ordered) > MOST:
            rest = Fault(
                at=ordered[MOST].at,
                what=f"the first {MOST} errors are listed",
                value=f"more than {MOST}",
                remedy="correct these and load the file again",
            )
            self.errors = (*self.errors, rest)
        super().__init__("\n".join(str(error) for error in self.errors))


def quoted(text: str) -> str:
    """The text in double quotes on one line, at most `SHOWN` characters of it."""
    return f'"{bare(text)}"'


def bare(text: str) -> str:
    """The text on one line, at most `SHOWN` characters of it."""
    return printable(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
