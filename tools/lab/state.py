"""What the lab wrote down about itself: enough to tear down exactly what was made.

Everything is written before it is done, so an interruption at any point leaves a record of at
least what exists.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tools.lab.errors import LabError
from tools.lab.paths import state
from tools.lab.process import Process
from tools.lab.progress import say
from tools.lab.waiting import until


def write(path: Path, text: str) -> None:
    """Replace a file at once: a reader sees the old text or the new one, and only root reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)


def machine_dir(name: str) -> Path:
    """The folder of a machine: its disk, its root, its record."""
    return state() / "m" / name


def remove_tree(top: Path) -> None:
    """Remove a folder. Raises LabError when something is mounted in it: that would go too."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    mounts = [place for place in (line.split()[4] for line in lines) if place.startswith(f"{top}/")]
    if mounts:
        raise LabError(f"{mounts[0]} is mounted", fix=f"umount {mounts[0]}, then run down again")
    shutil.rmtree(top, ignore_errors=True)


def machine_names() -> list[str]:
    """Every machine with a folder."""
    top = state() / "m"
    return sorted(path.name for path in top.iterdir()) if top.is_dir() else []


@dataclass(kw_only=True)
class LabRecord:
    """The lab as a whole.

    `phase` is `starting`, `up` or `stopping`; `sysctls` maps each changed file to its old value;
    `routes` are the destinations made unreachable; `boot` is the machine's boot, after which
    every pid here means nothing; `namespaces` are inode numbers of network namespaces.
    """

    phase: str
    profile: str
    without: list[str]
    plan: str
    digest: str
    fingerprint: str
    boot: str
    sysctls: dict[str, str] = field(default_factory=dict)
    routes: list[str] = field(default_factory=list)
    fabric: Process | None = None
    runner: Process | None = None
    namespaces: list[int] = field(default_factory=list)

    @staticmethod
    def path() -> Path:
        """Where it lies."""
        return state() / "lab.json"

    def save(self) -> None:
        """Write it."""
        value = {
            **vars(self),
            "fabric": self.fabric and self.fabric.dump(),
            "runner": self.runner and self.runner.dump(),
        }
        write(self.path(), json.dumps(value, indent=1))

    @classmethod
    def load(cls) -> LabRecord | None:
        """The record, or None when there is no lab. Raises LabError when it cannot be read."""
        try:
            value = json.loads(cls.path().read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise LabError(f"{cls.path()}: {error}", fix="python -m tools.lab down") from None
        for key in ("fabric", "runner"):
            value[key] = Process.load(value[key]) if value[key] else None
        return cls(**value)


@dataclass(kw_only=True)
class Service:
    """A daemon: its command line, what a fault added to it, and whether it is to run."""

    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    wanted: bool = True

    @property
    def changed(self) -> bool:
        """Whether it differs from how the lab started it."""
        return bool(self.extra) or not self.wanted


@dataclass(kw_only=True)
class MachineRecord:
    """One machine: what it is, the processes that hold it, its daemons, and how to undo changes.

    `outer` is unshare on the host, `inner` is PID 1 of the machine; `undo` are command lines to
    be run inside it, last one first.
    """

    spec: dict[str, Any]
    outer: Process | None = None
    inner: Process | None = None
    namespace: int | None = None
    services: dict[str, Service] = field(default_factory=dict)
    undo: list[list[str]] = field(default_factory=list)

    def save(self) -> None:
        """Write it."""
        value = {
            "spec": self.spec,
            "outer": self.outer and self.outer.dump(),
            "inner": self.inner and self.inner.dump(),
            "namespace": self.namespace,
            "services": {name: vars(item) for name, item in self.services.items()},
            "undo": self.undo,
        }
        write(machine_dir(self.spec["name"]) / "machine.json", json.dumps(value, indent=1))

    @classmethod
    def load(cls, name: str) -> MachineRecord | None:
        """The machine's record, or None when it has none."""
        try:
            value = json.loads((machine_dir(name) / "machine.json").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return cls(
            spec=value["spec"],
            outer=Process.load(value["outer"]) if value["outer"] else None,
            inner=Process.load(value["inner"]) if value["inner"] else None,
            namespace=value["namespace"],
            services={name: Service(**item) for name, item in value["services"].items()},
            undo=value["undo"],
        )


def boot_id() -> str:
    """The identity of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


@contextmanager
def locked(command: str, *, patience: float = 0) -> Iterator[None]:
    """Hold the lab's one lock. Raises LabError, naming the holder, when another command has it.

    With `patience`, in seconds, it is said and waited for: an `up` that was just interrupted may
    still be on its way out.
    """
    path = state().with_name("lab.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        if not _taken(handle):
            busy = f"the lab is busy: {_holder(handle)} holds its lock"
            fix = "wait until it has ended"
            if not patience:
                raise LabError(busy, fix=fix)
            say(f"{busy}; waiting for it")
            until(busy, lambda: _taken(handle), within=patience, fix=fix)
        handle.truncate(0)
        handle.write(f"`{command}` (pid {os.getpid()})")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def _taken(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: IO[str]) -> str:
    handle.seek(0)
    return handle.read().strip() or "another command"
