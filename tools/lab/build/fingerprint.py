"""Short names for exact inputs: equal inputs, equal name."""

from __future__ import annotations

import hashlib
from pathlib import Path


def of(*parts: str | bytes | Path) -> str:
    """Twelve hex digits over all parts in order; a Path stands for the content of that file."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        data = data.encode() if isinstance(data, str) else data
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:12]


def stamp(path: Path) -> str:
    """A cheap stand-in for the content of a system file: its real path, size and time of change.

    A file that does not exist has a stamp too, so that it differs from every file that does.
    """
    try:
        real = path.resolve(strict=True)
    except OSError:
        return f"{path} absent"
    status = real.stat()
    return f"{real} {status.st_size} {status.st_mtime_ns}"
