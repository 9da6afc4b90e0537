"""The commands that the lab takes from the system, and the Debian packages that bring them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.lab.build.errors import BuildFailed
from tools.lab.build.watch import Say, watched
from tools.lab.paths import cache

_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True, slots=True)
class Need:
    """A command, the Debian package that brings it, and what the lab does with it."""

    command: str
    package: str
    purpose: str


NEEDS = (
    Need("containerd", "containerd", "runs the pods of a node"),
    Need("ctr", "containerd", "imports the images"),
    Need("runc", "runc", "starts a container"),
    Need("xtables-nft-multi", "iptables", "Flannel and port mappings"),
    Need("nft", "nftables", "kube-proxy in nftables mode"),
    Need("busybox", "busybox-static", "PID 1 of a machine and the shell of the tools image"),
    Need("/usr/bin/python3", "python3", "runs probes in a pod"),
    Need("ip", "iproute2", "makes links and addresses"),
    Need("unshare", "util-linux", "makes the namespaces of a machine"),
    Need("mount", "mount", "makes the file system of a machine"),
    Need("/usr/bin/git", "git", "holds the repository that Argo CD deploys from"),
    Need("haproxy", "haproxy", "stands in front of the API servers of a cluster"),
    Need("mariadbd", "mariadb-server-core", "MySQL on its machine"),
    Need("/usr/sbin/ipset", "ipset", "kube-router, which enforces NetworkPolicies"),
    Need("/usr/bin/redis-server", "redis-server", "Redis on its machine, or in a pod"),
    Need("sysctl", "procps", "sets forwarding inside a machine"),
    Need("gcc", "gcc", "compiles the C part of flanneld"),
    # A header stands for the library: gcc is often there without anything to link statically.
    Need("/usr/include/stdlib.h", "libc6-dev", "links flanneld statically"),
)

# Debian starts a service when its package is installed. SYSTEMD_OFFLINE is systemd's own switch
# for systemctl not to talk to PID 1; RUNLEVEL=1 is what invoke-rc.d honours without systemd.
# Both end with the apt-get process: no policy-rc.d file is left to clean up, and a containerd
# that already runs (Docker's) is not restarted. The services stay enabled for the next boot, as
# after any installation; the lab uses none of them.
_QUIET = {
    "DEBIAN_FRONTEND": "noninteractive",
    "SYSTEMD_OFFLINE": "1",
    "RUNLEVEL": "1",
    "NEEDRESTART_SUSPEND": "1",
}


def find(command: str) -> Path | None:
    """Where a command is, sbin included, or None; an absolute path stands for itself."""
    if command.startswith("/"):
        return Path(command) if Path(command).exists() else None
    found = shutil.which(command, path=f"{os.environ.get('PATH', os.defpath)}:{_SBIN}")
    return Path(found) if found else None


def missing(
    needs: Iterable[Need] = NEEDS, find: Callable[[str], Path | None] = find
) -> tuple[Need, ...]:
    """The needs that this machine does not meet, in the order of the table."""
    return tuple(need for need in needs if find(need.command) is None)


def packages(needs: Iterable[Need]) -> tuple[str, ...]:
    """The packages that meet these needs, each once, in order."""
    return tuple(dict.fromkeys(need.package for need in needs))


def install(say: Say, needs: Iterable[Need] = NEEDS) -> None:
    """Install the packages of the missing commands and nothing else; no service is started.

    A command that is there is used as it is, whoever brought it. Needs root on Debian or Ubuntu;
    anywhere else BuildFailed lists what to install by hand.
    """
    needs = tuple(needs)
    gaps = missing(needs)
    if not gaps:
        return
    wanted = packages(gaps)
    apt = find("apt-get")
    if apt is None or os.geteuid() != 0:
        raise _by_hand(gaps, apt=apt is not None)
    say(f"Debian packages: installing {' '.join(wanted)}")
    log = cache() / "log" / "debian.log"
    for words in (
        ("update",),
        ("install", "--yes", "--no-install-recommends", "--no-upgrade", *wanted),
    ):
        command = (str(apt), "-o", "DPkg::Lock::Timeout=120", *words)
        code = watched(
            command,
            log=log,
            alive=lambda spent: say(f"Debian packages: {spent:.0f} s so far"),
            env={**os.environ, **_QUIET},
        )
        # A stale index is no reason to stop: the packages may come from what is known already.
        if code != 0 and words[0] == "install":
            raise BuildFailed(
                f"apt-get install failed (exit {code})",
                log=log,
                fix=f"run apt-get install {' '.join(wanted)} by hand and look at its answer",
            )
    if gaps := missing(needs):
        raise _by_hand(gaps, apt=True)


def _by_hand(gaps: Sequence[Need], *, apt: bool) -> BuildFailed:
    listed = "\n".join(f'  "{need.command}" ({need.purpose})' for need in gaps)
    names = " ".join(packages(gaps))
    return BuildFailed(
        f"commands are needed that this machine lacks:\n{listed}",
        fix=f"as root: apt-get install {names}" if apt else f"install what Debian calls {names}",
    )
