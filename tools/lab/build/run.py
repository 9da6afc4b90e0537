"""The build from sources to artifacts: every step leaves a finished folder or nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from tools.lab.build import binaries, debian, images, manifests, template, toolchain
from tools.lab.build.components import COMPONENTS, Component
from tools.lab.build.errors import BuildFailed, NotBuilt
from tools.lab.build.inventory import Artifacts, adjoin, artifacts, gather, plan, programs_name
from tools.lab.build.watch import Say
from tools.lab.paths import cache, state

KEPT = 2
"""Builds kept of each kind: the present one, and the newest other for going back and forth."""


def build(progress: Say, also: Sequence[Component] = ()) -> Artifacts:
    """The artifacts of these sources; whatever of them exists already is not built again.

    `also` are components that few plans name. `progress` gets one line of plain text per event.
    A second build waits for the first. Raises BuildFailed, whose text ends with what to do.
    """
    if not debian.missing():
        with suppress(NotBuilt):
            found = artifacts()
            if all((found.bin.parent / one.place).exists() for one in also):
                return found
    _able()
    with _alone(progress):
        debian.install(progress)
        go = toolchain.obtain(progress)
        wanted = plan(go)
        parts = {part.name: binaries.build(part, go, progress) for part in COMPONENTS}
        gather(parts, wanted.bin.parent)
        for part in also:
            parts[part.name] = binaries.build(part, go, progress)
            adjoin(part, parts[part.name], wanted.bin.parent)
        manifests.build(go)
        if not wanted.template.exists():
            folders = (wanted.bin, wanted.cni, wanted.manifests)
            archives = images.build(programs_name(go), folders, progress)
            template.build(archives, progress)
            # What they hold is in the template twice by now; writing them takes two seconds.
            shutil.rmtree(archives)
        _prune({*parts.values(), wanted.bin.parent, wanted.template, wanted.manifests}, progress)
    return artifacts()


def _able() -> None:
    if sys.platform != "linux":
        raise BuildFailed(
            f"the lab runs on Linux, and this is {sys.platform}", fix="use a Linux VM"
        )
    if os.geteuid() != 0:
        raise BuildFailed(
            "the lab is built as root: it mounts images", fix="run the same command as root"
        )


@contextmanager
def _alone(say: Say) -> Iterator[None]:
    lock = FileLock(cache() / "build.lock")
    cache().mkdir(parents=True, exist_ok=True)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"another build holds {lock.lock_file}: waiting until it has finished")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _prune(current: Set[Path], say: Say) -> None:
    """Remove what other sources left behind, but for what a running lab stands on.

    What an interruption left goes too.
    """
    for once in ("images", "bytecode"):  # archives, and what is in them, live for one build only
        shutil.rmtree(cache() / once, ignore_errors=True)
    used = {link.resolve() for link in state().glob("*") if link.is_symlink()}
    others: dict[str, list[Path]] = {}
    for kind in ("bin", "programs", "template", "manifests"):
        for found in (cache() / kind).glob("*"):
            if found.name.startswith("."):
                shutil.rmtree(found, ignore_errors=True)
            elif found not in current:
                component = found.name.rpartition("-")[0]
                others.setdefault(f"{kind}/{component}", []).append(found)
    for builds in others.values():
        newest_first = sorted(builds, key=lambda path: path.stat().st_ctime_ns, reverse=True)
        for old in newest_first[KEPT - 1 :]:
            if any(target.is_relative_to(old.resolve()) for target in used):
                continue
            say(f"removing {os.path.relpath(old, cache())}: of older sources")
            shutil.rmtree(old, ignore_errors=True)
