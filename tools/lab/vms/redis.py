"""A real Redis on a machine outside the clusters."""

from __future__ import annotations

from tools.lab.machine import Machine

SERVICE = "redis"
_FILE = "redis.conf"

# A fork for a snapshot would double its memory; the log brings the data over a reboot.
_CONF = """\
bind * -::*
port {port}
dir /var/lib/redis
save ""
appendonly yes
appendfsync everysec
"""


def configuration(port: int, password: str | None) -> str:
    """redis.conf: on every address of the machine; without a password it lets strangers in."""
    text = _CONF.format(port=port)
    if password is None:
        return f"{text}protected-mode no\n"
    return f"{text}protected-mode yes\nrequirepass {password}\n"


def start(machine: Machine, port: int, password: str | None) -> None:
    """Start Redis."""
    machine.configure(_FILE, configuration(port, password))
    machine.service_add(SERVICE, ["redis-server", f"/lab/conf/{_FILE}"])
