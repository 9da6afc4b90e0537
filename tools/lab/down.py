"""`down`: take away exactly what `up` made, and look whether anything is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tools.lab import cgroups, safety
from tools.lab.errors import LabError
from tools.lab.paths import state
from tools.lab.process import Process, namespace_users
from tools.lab.progress import say
from tools.lab.spec import FABRIC, RUNNER
from tools.lab.state import (
    LabRecord,
    MachineRecord,
    boot_id,
    machine_dir,
    machine_names,
    remove_tree,
)
from tools.lab.waiting import until

_AT_ONCE = 8


def down(*, quiet: bool = False) -> None:
    """Tear the lab down, whatever state it is in. Raises LabError naming what is left."""
    safety.require_host()
    record = _record()
    if record is None and not state().exists() and not cgroups.names():
        if not quiet:
            say("there is no lab")
        return
    if record is not None and record.phase != "stopping":
        record.phase = "stopping"
        record.save()
    namespaces = set(record.namespaces if record else [])
    names = sorted({*machine_names(), *cgroups.names()} - {FABRIC, RUNNER})
    same_boot = record is not None and record.boot == boot_id()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        namespaces |= {n for n in pool.map(lambda n: _end(n, same_boot), names) if n}
    if names and not quiet:
        say(f"{len(names)} machines stopped")
    left: list[str] = []
    for name, process in ((RUNNER, record and record.runner), (FABRIC, record and record.fabric)):
        if process and same_boot:
            process.kill()
        cgroups.clear(name)
    if record is not None:
        left += safety.release(record)
    left += cgroups.remove_lab()
    left += _users(namespaces) if same_boot else []
    if left:
        raise LabError("something is left: " + "; ".join(left), fix="end it, then run down again")
    remove_tree(state())
    if not quiet:
        say(
            "the lab is down: no process, namespace, mount, cable, control group or setting is left"
        )


def _record() -> LabRecord | None:
    try:
        return LabRecord.load()
    except LabError:
        return None


def _end(name: str, same_boot: bool) -> int | None:
    """End a machine and remove its folder; its network namespace's identity."""
    record = MachineRecord.load(name)
    if record is not None and same_boot:
        cgroups.freeze(name, frozen=False)
        for process in (record.inner, record.outer):
            if isinstance(process, Process):
                process.kill()
    cgroups.clear(name)
    remove_tree(machine_dir(name))
    return record.namespace if record else None


def _users(namespaces: set[int]) -> list[str]:
    """Who still uses a namespace of the lab: a shell left in the runner, say."""
    found: list[str] = []

    def nobody() -> bool:
        found[:] = [
            f"pid {pid} ({program}) uses a network namespace of the lab"
            for inode in namespaces
            for pid, program in namespace_users("net", inode)
        ]
        return not found

    try:
        # A killed process takes up to a second to be reaped.
        until("", nobody, within=3, every=0.1)
    except LabError:
        return found
    return []
