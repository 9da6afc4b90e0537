"""How an act is given its words, and tells what it found."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def given() -> Json:
    """The words of the act: the JSON object that its command line ends with."""
    words: Json = json.loads(sys.argv[1])
    return words


def tell(**found: Any) -> None:
    """Print what was found."""
    print(json.dumps(found))


def memory() -> float:
    """The MB that this process has in memory (Linux)."""
    rows = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(row.split()[1]) / 1e3 for row in rows if row.startswith("VmRSS"))
