"""The lab's own control groups: one directory per machine in every mounted hierarchy.

Membership is also the book of what runs: a process in `LAB/NAME` was started by the lab, whatever
was interrupted before it could be written down.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.lab.errors import LabError, TimedOut
from tools.lab.process import kill_members
from tools.lab.waiting import until

LAB = "trueline-lab"
VISITORS = "trueline-runner"
# Of processor time against one process outside. A real cluster has machines of its own, and who
# asks it has one as well: as one process among many, the lab's speakers would be starved and take
# each other for dead; outside, the suites would be starved by the lab.
WEIGHTS = {LAB: 10, VISITORS: 5}
_GENERIC = {"rw", "ro", "relatime", "noatime", "xattr", "clone_children"}
_WANTED_V2 = ("cpuset", "cpu", "io", "memory", "pids")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A mounted hierarchy: where, of which kind (`cgroup`, `cgroup2`), with which controllers."""

    path: Path
    kind: str
    options: str

    @property
    def lab(self) -> Path:
        """The lab's directory in it."""
        return self.path / LAB

    @property
    def visitors(self) -> Path | None:
        """The directory in it of what is run from the runner, where time is shared out here."""
        return self.path / VISITORS if _has(self, "cpu") else None


def hierarchies(mountinfo: str) -> tuple[Hierarchy, ...]:
    """The hierarchies in the text of /proc/self/mountinfo, one per set of controllers."""
    found: dict[str, Hierarchy] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind not in ("cgroup", "cgroup2"):
            continue
        named = ",".join(o for o in options.split(",") if _is_controller(o))
        text = f"none,{named}" if named.startswith("name=") else named
        found.setdefault(f"{kind} {text}", Hierarchy(Path(before.split()[4]), kind, text))
    return tuple(found.values())


def _is_controller(option: str) -> bool:
    return option not in _GENERIC and not option.startswith(
        ("release_agent", "nsdelegate", "memory_")
    )


def mounted() -> tuple[Hierarchy, ...]:
    """The hierarchies of this machine. Raises LabError when there are none."""
    found = hierarchies(Path("/proc/self/mountinfo").read_text())
    if not found:
        raise LabError("no control group hierarchy is mounted", fix="mount /sys/fs/cgroup")
    return found


def unified(found: tuple[Hierarchy, ...]) -> bool:
    """Whether the machine has the single hierarchy of cgroup v2 and nothing else."""
    return all(item.kind == "cgroup2" for item in found)


def create(name: str) -> None:
    """Make the machine's directories. Does nothing where they exist."""
    found = mounted()
    for item in found:
        if unified(found):
            _delegate(item.path)
        for path in (item.lab, item.lab / name):
            path.mkdir(exist_ok=True)
            if "cpuset" in item.options.split(","):
                for key in ("cpuset.cpus", "cpuset.mems"):
                    (path / key).write_text((path.parent / key).read_text())
            if unified(found) and path == item.lab:
                _delegate(path)
        if item.visitors is not None:
            item.visitors.mkdir(exist_ok=True)
            _weigh(item.visitors)
        _weigh(item.lab)


def _has(item: Hierarchy, controller: str) -> bool:
    return controller in item.options.split(",") or (
        item.kind == "cgroup2" and controller in _offered(item.path)
    )


def _offered(path: Path) -> list[str]:
    try:
        return (path / "cgroup.controllers").read_text().split()
    except FileNotFoundError:
        return []


def _weigh(group: Path) -> None:
    """Give a group its share where the hierarchy has the processor's controller."""
    for key, one in (("cpu.shares", 1024), ("cpu.weight", 100)):
        if (group / key).exists():
            (group / key).write_text(str(WEIGHTS[group.name] * one))


def settle(name: str) -> None:
    """Under cgroup v2, move what booted the machine into a leaf, so that it may have children."""
    found = mounted()
    if not unified(found):
        return
    top = found[0].lab / name
    (top / "init").mkdir(exist_ok=True)
    for pid in (top / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            (top / "init" / "cgroup.procs").write_text(pid)
    _delegate(top)


def _delegate(path: Path) -> None:
    have = _offered(path)
    for controller in (item for item in _WANTED_V2 if item in have):
        (path / "cgroup.subtree_control").write_text(f"+{controller}")


def join(name: str) -> str:
    """Shell text by which a shell puts itself into the machine's groups."""
    found = mounted()
    leaf = name
    if unified(found) and (found[0].lab / name / "init").is_dir():
        leaf = f"{name}/init"
    return _into(item.lab / leaf for item in found)


def visit() -> str:
    """Shell text by which a shell takes the share of what is run from the runner.

    It is no member of the lab: what a user has started there is left to the user.
    """
    return _into(item.visitors for item in mounted() if item.visitors is not None)


def command(into: str, argv: Sequence[str]) -> list[str]:
    """A command line that first takes the place that `join` or `visit` says, then runs `argv`."""
    return ["sh", "-c", into + 'exec "$@"', "sh", *argv]


def _into(groups: Iterable[Path]) -> str:
    files = " ".join(shlex.quote(str(group / "cgroup.procs")) for group in groups)
    return f'for g in {files}; do echo $$ > "$g"; done; '


def freeze(name: str, frozen: bool) -> None:
    """Stop, or let run again, every process of the machine at once."""
    for item in mounted():
        top = item.lab / name
        if item.kind == "cgroup2" and (top / "cgroup.freeze").exists() and unified(mounted()):
            (top / "cgroup.freeze").write_text("1" if frozen else "0")
        if "freezer" in item.options.split(",") and top.is_dir():
            (top / "freezer.state").write_text("FROZEN" if frozen else "THAWED")


def frozen(name: str) -> bool:
    """Whether the machine is frozen."""
    for item in mounted():
        for key, value in (("freezer.self_freezing", "1"), ("cgroup.freeze", "1")):
            path = item.lab / name / key
            if path.exists() and path.read_text().strip() == value:
                return True
    return False


def processes(name: str) -> set[int]:
    """The pids in the machine's groups and below."""
    found: set[int] = set()
    for item in mounted():
        for directory, _, _ in os.walk(item.lab / name):
            with contextlib.suppress(OSError):
                text = (Path(directory) / "cgroup.procs").read_text()
                found.update(int(pid) for pid in text.split())
    return found - {0}


def clear(name: str) -> None:
    """End every process of the machine, then remove its groups, innermost first.

    A rebooted machine must not inherit groups of dead pods: cAdvisor spends three seconds on
    each before the kubelet's first sync. Raises TimedOut naming what is left.
    """
    freeze(name, frozen=False)

    def gone() -> bool:
        kill_members(lambda: processes(name))
        return _remove(name)

    try:
        until(f"{name}: control groups removed", gone, within=20, every=0.03)
    except TimedOut as error:
        raise TimedOut(f"{error.cause}; left: {sorted(processes(name))}") from None


def _remove(name: str) -> bool:
    whole = True
    for item in mounted():
        for directory, _, _ in os.walk(item.lab / name, topdown=False):
            try:
                Path(directory).rmdir()
            except FileNotFoundError:
                continue
            except OSError:
                whole = False
    return whole


def names() -> list[str]:
    """Every machine that has a group in any hierarchy."""
    found: set[str] = set()
    for item in mounted():
        if item.lab.is_dir():
            found.update(path.name for path in item.lab.iterdir() if path.is_dir())
    return sorted(found)


def remove_lab() -> list[str]:
    """Remove the lab's own directory everywhere; what could not be removed."""
    left = []
    for item in mounted():
        for group in filter(None, (item.lab, item.visitors)):
            try:
                group.rmdir()
            except FileNotFoundError:
                continue
            except OSError as error:
                left.append(f"{group}: {error.strerror}")
    return left


def cpu_seconds() -> float | None:
    """The processor time used by the lab so far, or None where it is not counted."""
    for item in mounted():
        usage = item.lab / "cpuacct.usage"
        if usage.exists():
            return int(usage.read_text()) / 1e9
        stat = item.lab / "cpu.stat"
        if item.kind == "cgroup2" and stat.exists() and "usage_usec" in stat.read_text():
            return int(stat.read_text().split()[1]) / 1e6
    return None
