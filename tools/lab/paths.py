"""Where the lab keeps what it builds and what it runs.

Both live below one folder, hence on one file system: nodes take the image template over by
hard link.
"""

from __future__ import annotations

import os
from pathlib import Path


def cache() -> Path:
    """The folder of everything built once and kept by version: $TRUELINE_CACHE wins, then XDG."""
    if own := os.environ.get("TRUELINE_CACHE"):
        return Path(own).absolute()
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return Path(xdg).absolute() / "trueline"
    return Path.home() / ".cache" / "trueline"


def state() -> Path:
    """The folder of the running lab: disks, certificates, logs. It exists while a lab does."""
    return cache() / "lab"
