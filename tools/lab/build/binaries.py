"""Programs from Go modules: compiled once, kept by fingerprint."""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.lab.build import fingerprint
from tools.lab.build.components import Component
from tools.lab.build.errors import BuildFailed
from tools.lab.build.toolchain import Go, architecture, environment
from tools.lab.build.watch import EVERY, Say, watched
from tools.lab.paths import cache


def name(component: Component, go: Go) -> str:
    """The fingerprint of a component: everything that its programs are made from."""
    return fingerprint.of(
        str(component),
        architecture(),
        go.version,
        component.ldflags,
        str(component.cgo),
        " ".join(f"{file}={package}" for file, package in component.programs.items()),
        *component.sources,
    )


def folder(component: Component, go: Go) -> Path:
    """Where the programs of a component are, or will be."""
    return cache() / "bin" / f"{component.name}-{name(component, go)}"


def command(component: Component, go: Go, target: Path) -> tuple[str, ...]:
    """The `go build` that puts the programs of a component into a folder.

    All programs of a module go in one call: what they share is compiled and loaded once.
    """
    # A single program is named by us, several are named by Go after their packages.
    only = next(iter(component.programs)) if len(component.programs) == 1 else ""
    tags = ("-tags", "netgo,osusergo") if component.cgo else ()
    return (
        str(go.program),
        "build",
        # Profile-guided optimisation compiles whole trees a second time: +40 % of build time.
        "-pgo=off",
        "-buildvcs=false",
        "-trimpath",
        *tags,
        "-ldflags",
        component.ldflags,
        "-o",
        f"{target}/{only}",
        *component.programs.values(),
    )


def build(component: Component, go: Go, say: Say, *, every: float = EVERY) -> Path:
    """The folder with the programs of a component, compiled if it is not there yet.

    An interrupted build is taken up where it stopped: Go keeps every finished package, and the
    folder appears under its name only when it is complete.
    """
    done = folder(component, go)
    if done.exists():
        return done
    part = done.with_name(f".{done.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    programs, log = len(component.programs), cache() / "log" / f"{component.name}.log"
    say(
        f"{component}: compiling {programs} {'program' if programs == 1 else 'programs'}, "
        f"about {component.seconds} s from nothing on two cores"
    )
    start, words = time.monotonic(), command(component, go, part)
    code = watched(
        words,
        log=log,
        alive=lambda spent: say(f"{component}: {_so_far(spent, component.seconds)}"),
        cwd=component.module,
        env=environment(cgo=component.cgo),
        every=every,
    )
    spent = time.monotonic() - start
    absent = sorted(set(component.programs) - {path.name for path in part.iterdir()})
    if code != 0 or absent:
        raise _failure(component, words, code, spent, absent, log)
    part.rename(done)
    say(f"{component}: built in {spent:.0f} s")
    return done


def _so_far(spent: float, expected: int) -> str:
    if spent < expected:
        return f"{spent:.0f} s of about {expected} s"
    return f"{spent:.0f} s, longer than the usual {expected} s"


_FIXES: Mapping[str, str] = {
    "no space left on device": "free some disk space; a full build takes about 10 GB",
    "C compiler": "install gcc and libc6-dev",
    "dial tcp": "let Go reach its module proxy, or set GOPROXY to one it can reach",
    "i/o timeout": "let Go reach its module proxy, or set GOPROXY to one it can reach",
    "checksum mismatch": "run go clean -modcache: a downloaded module is damaged",
    "signal: killed": "close other programs: the compiler needs about 4 GB of memory",
}


def _failure(
    component: Component,
    words: Sequence[str],
    code: int,
    spent: float,
    absent: Sequence[str],
    log: Path,
) -> BuildFailed:
    text = log.read_text(errors="replace")
    by_hand = f"cd {component.module} && CGO_ENABLED={int(component.cgo)} {shlex.join(words)}"
    fix = next((fix for sign, fix in _FIXES.items() if sign in text), f"look closer: {by_hand}")
    what = f"go exit {code}" if code else f"no {', '.join(absent)}"
    return BuildFailed(
        f"{component} did not build ({what} after {spent:.0f} s)",
        log=log,
        fix=f"{fix}; then build again, finished parts are kept",
    )
