"""Files that a tool writes from others and that are committed: whether they are as they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def stale(wanted: Mapping[Path, str]) -> list[Path]:
    """The files that are not there, or hold something else than is wanted."""
    return [path for path, text in wanted.items() if _content(path) != text]


def _content(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
