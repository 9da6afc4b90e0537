"""How an act is given its words, and tells what it found."""

from __future__ import annotations

import json
import sys
from typing import Any


def given() -> dict[str, Any]:
    """The words of the act: the JSON object that its command line ends with."""
    words: dict[str, Any] = json.loads(sys.argv[1])
    return words


def tell(**found: Any) -> None:
    """Print what was found."""
    print(json.dumps(found))
