"""How an act is given its words, and tells what it found."""

from __future__ import annotations

import atexit
import gc
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trueline.model.address import Address, Range

Json = dict[str, Any]


def given() -> Json:
    """The words of the act: the JSON object that its command line ends with."""
    words: Json = json.loads(sys.argv[1])
    return words


def as_in_a_run() -> None:
    """Have the garbage collector look as seldom as in a run."""
    from fixtures.collector import SELDOM  # not above: pytest imports its plug-ins itself

    gc.set_threshold(SELDOM)


def addresses(texts: Iterable[str]) -> list[Address]:
    """The addresses that texts name: each one, or all of `first-last`.

    A command line has no room for the 32,767 of a wide segment.
    """
    return [address for text in texts for address in Range.parse(text).addresses()]


def tell(**found: Any) -> None:
    """Print what was found, and end as the commands and runs of trueline do (`tools.ending`)."""
    atexit.register(gc.freeze)
    print(json.dumps(found))


def memory() -> float:
    """The MB that this process has in memory (Linux)."""
    rows = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(row.split()[1]) / 1e3 for row in rows if row.startswith("VmRSS"))
