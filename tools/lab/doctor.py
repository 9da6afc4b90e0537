"""`doctor`: everything the lab needs from this machine, and what to do about what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.lab import cgroups, plan, safety
from tools.lab.build import NotBuilt, artifacts, debian
from tools.lab.errors import LabError
from tools.lab.paths import cache, state
from tools.lab.state import LabRecord, boot_id

GOOD, ODD, BAD = "ok", "warn", "FAIL"
_CONTROLLERS = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids")
_MEMORY_MB = {"compact": 3000, "full": 6000}
_RUN_GB, _BUILD_GB = 4, 10
_KERNEL = (
    ("bridges", "ip link add b0 type bridge"),
    ("cable pairs (veth)", "ip link add c0 type veth peer name c1"),
    ("VXLAN", "ip link add x0 type vxlan id 1 dstport 8472 dev lo"),
    (
        "nftables with NAT",
        "nft 'add table ip t; add chain ip t c {type nat hook prerouting priority 0;}'",
    ),
    ("iptables over nftables", "iptables-nft -t nat -L -n"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `verdict` is ok, warn or FAIL; `fix` is empty when it is ok."""

    verdict: str
    text: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.verdict:4}  {self.text}" + (f"\n      fix: {self.fix}" if self.fix else "")


def examine(path: Path, profile: str) -> Iterator[Finding]:
    """Look at everything, one finding each; the first ones decide whether the rest can be asked."""
    yield system(sys.platform, os.geteuid() if hasattr(os, "geteuid") else -1)
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return
    yield groups(cgroups.hierarchies(Path("/proc/self/mountinfo").read_text()))
    yield from kernel()
    yield commands()
    yield memory(Path("/proc/meminfo").read_text(), profile)
    yield disk()
    yield inotify()
    record = LabRecord.load()
    yield _asked("plan", lambda: _plan(path, record))
    yield _asked("build", lambda: Finding(GOOD, f"built: {artifacts().fingerprint}"))
    yield leftovers(record)


def system(platform: str, user: int) -> Finding:
    """Linux and root."""
    if not platform.startswith("linux"):
        return Finding(BAD, f"the lab needs Linux, this is {platform}", "run it on a Linux machine")
    if user != 0:
        return Finding(BAD, "the lab needs root", "run the same command as root")
    return Finding(GOOD, "Linux, root")


def groups(found: tuple[cgroups.Hierarchy, ...]) -> Finding:
    """The control groups: all v1 controllers, or v2 alone."""
    if not found:
        return Finding(
            BAD, "no control groups are mounted", "mount cgroup v1 or v2 on /sys/fs/cgroup"
        )
    if cgroups.unified(found):
        return Finding(ODD, "control groups v2: supported, but not tested", "report what happens")
    have = {c for item in found for c in item.options.split(",")}
    absent = [c for c in _CONTROLLERS if c not in have]
    if absent:
        return Finding(
            BAD, f"control groups v1 without {', '.join(absent)}", "mount these controllers"
        )
    return Finding(GOOD, "control groups v1 with every controller")


def kernel() -> Iterator[Finding]:
    """What the kernel can do, tried in a namespace that is thrown away."""
    for name, command in _KERNEL:
        done = subprocess.run(
            ["unshare", "--net", "sh", "-c", command], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            yield Finding(GOOD, f"kernel: {name}")
        else:
            said = done.stderr.strip().splitlines()[-1:] or ["no message"]
            yield Finding(BAD, f"kernel: no {name}: {said[0]}", "use a kernel that has it")
    if "overlay" in Path("/proc/filesystems").read_text():
        yield Finding(GOOD, "kernel: overlay file system")
    else:
        yield Finding(BAD, "kernel: no overlay file system", "modprobe overlay")


def commands() -> Finding:
    """The programs the lab takes from the system."""
    absent = {need.package: need.command for need in debian.NEEDS if not debian.find(need.command)}
    if absent:
        names = ", ".join(sorted(absent.values()))
        return Finding(
            BAD,
            f"not installed: {names}",
            f"python -m tools.lab build, or apt-get install {' '.join(sorted(absent))}",
        )
    return Finding(GOOD, "all programs are installed")


def memory(meminfo: str, profile: str) -> Finding:
    """Free memory for a profile."""
    line = next(item for item in meminfo.splitlines() if item.startswith("MemAvailable:"))
    have, need = int(line.split()[1]) // 1024, _MEMORY_MB[profile]
    if have < need:
        return Finding(
            BAD, f"{have} MB of memory free, {profile} needs {need}", "close other programs"
        )
    return Finding(GOOD, f"{have} MB of memory free, {profile} needs {need}")


def disk() -> Finding:
    """Free disk, and a file system that can carry overlays."""
    place = cache()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    kind = subprocess.run(
        ["stat", "-fc", "%T", str(place)], capture_output=True, text=True, check=False
    ).stdout.strip()
    if kind in ("overlayfs", "tmpfs", "nfs"):
        return Finding(
            BAD, f"{cache()} is on {kind}", "set TRUELINE_CACHE to a folder on a disk (ext4, xfs)"
        )
    what, need = ("running it", _RUN_GB) if _built() else ("building it", _BUILD_GB)
    if free < need:
        return Finding(BAD, f"{free:.1f} GB of disk free, {what} needs {need}", "free some disk")
    return Finding(GOOD, f"{free:.0f} GB of disk free on {kind}")


def _built() -> bool:
    try:
        artifacts()
    except NotBuilt:
        return False
    return True


def inotify() -> Finding:
    """The limits that all machines share; `up` raises them and `down` sets them back."""
    low = [f for f, want in safety.SYSCTLS.items() if int(Path(f).read_text()) < want]
    if any(not os.access(file, os.W_OK) for file in low):
        return Finding(BAD, "inotify limits are low and cannot be raised", "raise them on the host")
    return Finding(GOOD, "inotify limits" + (" (raised while the lab is up)" if low else ""))


def _plan(path: Path, record: LabRecord | None) -> Finding:
    topology = plan.read(path)
    if record is None:
        safety.require_free(topology)
    names = ", ".join(str(s.cidr) for s in topology.segments)
    return Finding(GOOD, f"plan {path.name}: {names} overlaps nothing of this machine")


def _asked(what: str, ask: Callable[[], Finding]) -> Finding:
    try:
        return ask()
    except LabError as error:
        return Finding(BAD, f"{what}: {error.cause}", error.fix or "see above")


def leftovers(record: LabRecord | None) -> Finding:
    """A lab that runs, or what one left behind."""
    down = "python -m tools.lab down"
    if record is not None and record.boot == boot_id() and record.phase == "up":
        return Finding(GOOD, f"a lab is up (profile {record.profile})")
    if record is not None or state().exists() or cgroups.names():
        return Finding(ODD, "an earlier lab left something behind", down)
    return Finding(GOOD, "nothing is left of an earlier lab")
