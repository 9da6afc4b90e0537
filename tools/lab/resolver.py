"""How programs in the runner resolve names: through the authorities of the plan's zones.

The runner sees this machine's files, and the resolver of this machine is out of its reach (and
knows nothing of the plan). So every command there gets two files of its own in the place of the
machine's, in a mount namespace that ends with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tools.lab import zones
from tools.lab.paths import state
from tools.lab.state import write
from trueline.model.address import address_of
from trueline.model.topology import Topology

_MOST = 3  # servers that the C library asks (MAXNS)
_NOBODY = "127.0.0.1"  # a wrong look-up fails at once instead of leaking out
_HOSTS = re.compile(r"^hosts:.*$", re.MULTILINE)
# A file that this machine lacks is not made for it: the C library then has its own defaults.
_ENTER = (
    'for file in resolv.conf nsswitch.conf; do [ ! -e "/etc/$file" ] || '
    'mount --bind "$1/$file" "/etc/$file" || exit 1; done; shift; exec "$@"'
)


def command(topology: Topology, argv: Sequence[str]) -> list[str]:
    """The command line that runs `argv` with the runner's own resolver."""
    folder = _folder()
    write(folder / "resolv.conf", resolv_conf(topology, _stand_in()))
    machine = Path("/etc/nsswitch.conf")
    write(folder / "nsswitch.conf", nsswitch(machine.read_text() if machine.exists() else ""))
    enter = ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", _ENTER]
    return [*enter, "sh", str(folder), *argv]


def ask(server: str | None) -> None:
    """Let the runner ask another server from now on; with None, the authorities again."""
    if server is None:
        _record().unlink(missing_ok=True)
    else:
        write(_record(), server)


def resolv_conf(topology: Topology, stand_in: str | None = None) -> str:
    """Each authority that the plan gives an address, in the order of its zones.

    With a `stand_in`, that server alone.
    """
    planned = dict.fromkeys(zone.authority or "" for zone in zones.planned(topology))
    found = [stand_in] if stand_in else list(planned)
    servers = [text for text in found if address_of(text) is not None][:_MOST] or [_NOBODY]
    lines = [f"nameserver {server}" for server in servers]
    return "\n".join([*lines, "options timeout:1 attempts:2", ""])


def nsswitch(machine: str) -> str:
    """The machine's choice of sources, with files and DNS alone for host names.

    Others (systemd-resolved, multicast DNS) would be asked over sockets that lead out of the lab.
    """
    ours = "hosts: files dns"
    text, count = _HOSTS.subn(ours, machine)
    return text if count else f"{machine}{ours}\n"


def _stand_in() -> str | None:
    return _record().read_text() if _record().exists() else None


def _record() -> Path:
    return _folder() / "stand-in"


def _folder() -> Path:
    return state() / "runner"
