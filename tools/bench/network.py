"""Networks of a benchmark: namespaces that it makes and that vanish with it, without an uplink.

Everything lives in mount, pid and network namespaces of its own: no link, address, name or mount
is ever made outside, and all of it ends with one process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.bench.values import NotRun

HEAD = """
set -e
mount -t tmpfs none /run
mkdir /run/netns
machine() { ip netns add $1; ip -n $1 link set lo up; }
setting() { ip netns exec $1 sysctl -qw $2; }
bridge() { ip link add $1 type bridge forward_delay 0; ip link set $1 up; }
cable() { # namespace nic mac [bridge]
  ip link add $1-$2 type veth peer name $2 address $3 netns $1
  ip link set $1-$2 master ${4:-br0} up
}
"""
TAIL = """
echo ready
exec cat > /dev/null
"""


class Apart:
    """A network made by a shell script; use as a context. Raises RuntimeError."""

    def __init__(self, script: str) -> None:
        self._script = f"{HEAD}{script}{TAIL}"

    def __enter__(self) -> Apart:
        argv = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child=KILL"]
        self._unshare = subprocess.Popen(
            [*argv, "--mount-proc", "sh", "-c", self._script],
            stdin=subprocess.PIPE,  # its end, however this process ends, ends the network
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._unshare.stdout is not None
        if self._unshare.stdout.readline() != "ready\n":
            _, errors = self._unshare.communicate()
            raise RuntimeError(f"the network did not come up: {errors}")
        children = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children")
        (self.pid,) = (int(pid) for pid in children.read_text().split())
        return self

    def __exit__(self, *_: object) -> None:
        self._unshare.kill()  # --kill-child takes the first process, and with it all namespaces
        self._unshare.communicate()

    def at(self, machine: str) -> tuple[str, ...]:
        """The words that run a command in a machine of the network."""
        return ("nsenter", "-t", str(self.pid), "-m", "-n", "-p", "ip", "netns", "exec", machine)


def needs_root() -> None:
    """Raise NotRun where no namespace can be made."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NotRun("needs root on Linux, because it makes network namespaces of its own")
