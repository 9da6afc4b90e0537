"""The lab refuses to run where its addresses could reach anything real, and undoes what it set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from tools.lab.errors import LabError, Unsafe
from tools.lab.state import LabRecord
from trueline.model.address import Network
from trueline.model.topology import Topology

# All machines share the kernel's limit: about 6 instances a kubelet, 5 an API server; a twelfth
# kubelet dies with "inotify_init: too many open files" under the stock 128.
SYSCTLS = {
    "/proc/sys/fs/inotify/max_user_instances": 1024,
    "/proc/sys/fs/inotify/max_user_watches": 131072,
}
_HARMLESS = ("unreachable", "blackhole", "prohibit", "throw")


def require_host() -> None:
    """Raises Unsafe unless this is Linux and we are root."""
    if not sys.platform.startswith("linux"):
        raise Unsafe(
            f"the lab needs Linux, this is {sys.platform}",
            fix="run it on a Linux machine; `pytest suites/plan` runs anywhere",
        )
    if os.geteuid() != 0:
        raise Unsafe("the lab needs root", fix="run the same command as root")


def _ip(*args: str) -> list[dict[str, Any]]:
    done = subprocess.run(["ip", "-json", *args], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabError(f"`ip {' '.join(args)}` failed: {done.stderr.strip()}")
    value: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    return value


def root_routes() -> list[dict[str, Any]]:
    """Every route of the root namespace, of both families, as iproute2 tells it."""
    return _ip("-4", "route", "show", "table", "all") + _ip("-6", "route", "show", "table", "all")


def conflicts(segments: Iterable[Network], routes: Iterable[dict[str, Any]]) -> list[str]:
    """What in the root namespace overlaps a segment, one sentence each; default routes aside.

    A route that discards is no conflict: nothing real lies behind it.
    """
    found = []
    for route in routes:
        where = route.get("dst", "default")
        if where == "default" or route.get("type") in _HARMLESS:
            continue
        network = ip_network(where, strict=False)
        if network.prefixlen == 0:
            continue
        for segment in segments:
            if network.version == segment.version and network.overlaps(segment):
                device = route.get("dev", "?")
                kind = "address" if route.get("type") == "local" else "route"
                found.append(f"segment {segment} overlaps the {kind} {where} of {device}")
    return list(dict.fromkeys(found))


def require_free(topology: Topology) -> None:
    """Raises Unsafe when a segment of the plan overlaps something this machine can reach."""
    found = conflicts([s.cidr.network for s in topology.segments], root_routes())
    if found:
        raise Unsafe(
            "the lab's addresses could reach something real: " + "; ".join(found),
            fix="give the segment another network in the plan, or take that interface down",
        )


def engage(topology: Topology, record: LabRecord) -> None:
    """Set the host up, each change recorded before it is made."""
    for file, wanted in SYSCTLS.items():
        path = Path(file)
        if path.exists() and int(path.read_text()) < wanted:
            record.sysctls.setdefault(file, path.read_text().strip())
            record.save()
            path.write_text(str(wanted))
    for segment in topology.segments:
        network = segment.cidr.network
        if _discarding(network):
            continue
        record.routes.append(str(network))
        record.save()
        _route("add", network)


def release(record: LabRecord) -> list[str]:
    """Undo `engage`; what could not be undone, one sentence each.

    A setting that is no longer the lab's is left alone: somebody else changed it, or a reboot did.
    """
    left = []
    for file, old in dict(record.sysctls).items():
        path = Path(file)
        if int(path.read_text()) == SYSCTLS.get(file):
            path.write_text(old)
        record.sysctls.pop(file)
    for text in list(record.routes):
        network = ip_network(text)
        if _discarding(network):
            try:
                _route("del", network)
            except LabError as error:
                left.append(error.cause)
        record.routes.remove(text)
    record.save()
    return left


def _discarding(network: Network) -> bool:
    for route in root_routes():
        if route.get("type") == "unreachable" and route.get("dst") == str(network):
            return True
    return False


def _route(verb: str, network: Network) -> None:
    family = "-6" if network.version == 6 else "-4"
    done = subprocess.run(
        ["ip", family, "route", verb, "unreachable", str(network)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LabError(f"route {verb} unreachable {network}: {done.stderr.strip()}")
