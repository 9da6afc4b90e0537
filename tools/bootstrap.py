"""Makes .venv from requirements.lock: run by the Makefile with any Python 3 before each target.

It takes milliseconds when there is nothing to do, and goes on where an interruption left it. It
stands on the standard library alone, because there is nothing else yet.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


class CannotSetUp(Exception):
    """The text says what is missing and what to do."""


def stamp(lock: Path, major: int, minor: int) -> str:
    """The name of the file that says "set up": other pins or another Python, another name."""
    said = f"{major}.{minor} {lock.read_text()}"
    return f".ready-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def newer() -> str | None:
    """A Python on PATH that is new enough, or None."""
    return next(filter(None, map(shutil.which, NEWER)), None)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: a second make waits until the first one has set everything up."""
    handle = os.open(folder, os.O_RDONLY)  # the folder itself, so that no file is left behind
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("set-up: another make is at it; waiting until it has finished", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make(root: Path) -> None:
    """Make `root`/.venv as the lock says. Raises CannotSetUp."""
    venv, lock = root / ".venv", root / "requirements.lock"
    done = venv / stamp(lock, *sys.version_info[:2])
    if done.exists():
        return
    start = time.monotonic()
    python = venv / "bin" / "python"
    print("set-up: making .venv from requirements.lock, half a minute to two minutes", flush=True)
    if not _works(python):
        _need_venv()
        _run("making .venv", sys.executable, "-m", "venv", "--clear", str(venv))
    _run(
        "installing requirements.lock",
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--requirement",
        str(lock),
    )
    for old in venv.glob(".ready-*"):
        old.unlink()
    done.touch()
    print(f"set-up: done in {time.monotonic() - start:.0f} s", flush=True)


def _works(python: Path) -> bool:
    """Whether the environment is whole enough to be installed into, and made by this Python."""
    asked = "import pip, sys; print(*sys.version_info[:2])"
    try:
        found = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return found.stdout.split() == [str(part) for part in sys.version_info[:2]]


def _need_venv() -> None:
    """Debian ships Python without ensurepip, which is what makes pip in a new environment."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        pass
    else:
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise CannotSetUp(
            "this Python cannot make virtual environments (it has no ensurepip).\n"
            f"fix: on Debian or Ubuntu, as root: apt-get install {package}"
        )
    print(f"set-up: installing the Debian package {package}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "-qq", "update"], env=environment, check=False)
    words = [apt, "-qq", "install", "--yes", "--no-install-recommends", package]
    if subprocess.run(words, env=environment, check=False).returncode != 0:
        raise CannotSetUp(f"apt-get could not install {package}; its answer is above")


def _run(what: str, *command: str) -> None:
    code = subprocess.run(command, check=False).returncode
    if code != 0:
        raise CannotSetUp(
            f"{what} failed (exit {code}); the answer is above.\n"
            "fix: run make again; what is installed already is kept"
        )


def main() -> int:
    """The exit code: 0 when .venv is ready."""
    if sys.version_info < OLDEST:
        if better := newer():
            os.execv(better, [better, __file__])
        sys.stderr.write(
            f"trueline needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
            "fix: install one, then: make PYTHON=python3.12 ...\n"
        )
        return 1
    try:
        with alone(ROOT):
            make(ROOT)
    except CannotSetUp as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nset-up: interrupted; make goes on from here next time\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
