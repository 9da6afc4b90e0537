"""Commands of the plan's owner, run on this host without a shell."""

from __future__ import annotations

import shlex
import subprocess

from trueline.model.printable import one_line


class CommandFailed(Exception):
    """A command did not end well; the text names it and says why."""


def complaint(status: int, errors: str) -> str:
    """Why a command did not end well, in one line: its last word, else its exit status."""
    said = [line for line in errors.splitlines() if line.strip()]
    return one_line(said[-1]) if said else f"exit status {status}"


def run(text: str, *, within: float) -> None:
    """Run a command, at most `within` seconds. Raises CommandFailed."""
    try:
        done = subprocess.run(  # noqa: S603  the plan's owner names it, and --disruptive allows it
            shlex.split(text),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
    except (OSError, ValueError) as error:
        raise CommandFailed(f"`{text}` cannot be run: {one_line(error)}") from error
    except subprocess.TimeoutExpired as error:
        raise CommandFailed(f"`{text}` did not end within {within:g} s") from error
    if done.returncode != 0:
        raise CommandFailed(f"`{text}` failed: {complaint(done.returncode, done.stderr)}")
