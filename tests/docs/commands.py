"""The commands that the documents name, as a reader would type them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Written by programs, from texts that have tests of their own.
GENERATED = {"requirements.md", "kill-matrix.md", "mutants.md", "coverage.md", "failures.md"}

_FENCE = re.compile(r"^```(\w*)$")
_INLINE = re.compile(r"`([^`\n]+)`")
_TAIL = re.compile(r"\s{3,}|\s+#\s")  # what follows is said about the command
_START = re.compile(
    r"(sudo )?(make [a-z]|(\.venv/bin/)?(python3?|pytest|pip) |trueline |kubectl |podman |\$ )"
)
_SHELL = ("", "sh", "bash", "console")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words without `sudo`, and where it stands."""

    words: tuple[str, ...]
    at: str

    def __str__(self) -> str:
        return shlex.join(self.words)


def pages() -> list[Path]:
    """The documents that people write."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "reports" / "README.md"]
    return sorted(path for path in found if path.name not in GENERATED)


def commands() -> Iterator[Command]:
    """Every command of every document, in blocks and in sentences."""
    for page in pages():
        for number, text in _said(page.read_text(encoding="utf-8")):
            for part in _TAIL.split(text)[0].split(" && "):
                line = part.removeprefix("$ ").strip()
                if words := _words(line):
                    yield Command(words, f"{page.relative_to(ROOT)}:{number}")


def _said(text: str) -> Iterator[tuple[int, str]]:
    language: str | None = None  # of the block that is open
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line.strip())
        if fence:
            language = fence[1] if language is None else None
        elif language is not None or line.startswith("    "):
            if language in (None, *_SHELL) and _START.match(line.strip()):
                yield number, line.strip()
        else:
            for inline in _INLINE.findall(line):
                if _START.match(inline):
                    yield number, inline


def _words(line: str) -> tuple[str, ...]:
    """The words of a command: what may be left out is given, output goes nowhere."""
    words = shlex.split(re.sub(r"\s*>\s*\S+$", "", line).replace("[", "").replace("]", ""))
    if words[:1] == ["trueline"] and not words[1].startswith("-"):  # as a checkout has it
        words = (
            words[1:] if words[1] == "pytest" else ["python", "-m", f"tools.{words[1]}", *words[2:]]
        )
    return tuple(words[1:] if words[:1] == ["sudo"] else words)
