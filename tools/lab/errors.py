"""What the lab says when it cannot do what was asked."""

from __future__ import annotations

from pathlib import Path


class LabError(Exception):
    """The cause in one line; `log` is the file whose end shows more, `fix` what to do next."""

    def __init__(self, cause: str, *, log: Path | None = None, fix: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.log = log
        self.fix = fix

    def __str__(self) -> str:
        lines = [self.cause]
        if self.log is not None:
            lines += [f"the end of {self.log}:", *(f"  {line}" for line in tail(self.log, 15))]
        if self.fix:
            lines.append(f"fix: {self.fix}")
        return "\n".join(lines)


class TimedOut(LabError):
    """Something awaited did not happen within its budget."""


class Unsafe(LabError):
    """The lab refuses to start, because it could reach or disturb something real."""


def tail(log: Path, count: int) -> list[str]:
    """The last `count` lines of a log, or one line that says why there are none."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError as error:
        return [f"(cannot be read: {error.strerror})"]
    return lines[-count:] or ["(empty)"]
