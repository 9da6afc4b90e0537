"""Every recording of the folder, by id: the faults, and the twins that only look like them."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from tests.recorded.recording import Recording

_NAME = re.compile(r"[a-z]{2}_\d\d(_twin)?")


def every() -> dict[str, Recording]:
    """The recordings by id, in the order of their ids."""
    found: dict[str, Recording] = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if _NAME.fullmatch(path.stem):
            recording = importlib.import_module(f"tests.recorded.{path.stem}").RECORDING
            found[recording.id] = recording
    return found
