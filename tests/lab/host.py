"""What the lab could leave behind on its host, as one comparable value."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, fields
from pathlib import Path

_SETTINGS = ("fs/inotify/max_user_instances", "net/ipv4/ip_forward", "vm/overcommit_memory")


@dataclass(frozen=True)
class Host:
    """Mounts, links, routes, control groups, kernel settings and network namespaces in use."""

    mounts: frozenset[str]
    links: frozenset[str]
    routes: frozenset[str]
    groups: frozenset[str]
    settings: frozenset[str]
    namespaces: frozenset[str]

    @classmethod
    def now(cls) -> Host:
        """The host as it is."""
        groups = Path("/sys/fs/cgroup").rglob("cgroup.procs")
        return cls(
            mounts=frozenset(Path("/proc/self/mounts").read_text().splitlines()),
            links=_lines("ip", "-o", "link", "show"),
            routes=_lines("ip", "route", "show", "table", "all"),
            groups=frozenset(str(path.parent) for path in groups),
            settings=frozenset(
                f"{name} {(Path('/proc/sys') / name).read_text().strip()}" for name in _SETTINGS
            ),
            namespaces=frozenset(_namespaces()),
        )

    def beyond(self, before: Host) -> dict[str, list[str]]:
        """What is here now and was not before, by kind."""
        added = {
            field.name: sorted(getattr(self, field.name) - getattr(before, field.name))
            for field in fields(self)
        }
        return {kind: found for kind, found in added.items() if found}


def _lines(*argv: str) -> frozenset[str]:
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return frozenset(done.stdout.splitlines())


def _namespaces() -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append(str((process / "ns" / "net").readlink()))
        except OSError:  # it ended meanwhile
            continue
    return found
