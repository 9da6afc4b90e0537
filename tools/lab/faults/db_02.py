"""DB-02: a database lets everybody in, because it asks for no password."""

from __future__ import annotations

from tools.lab.faults.db_01 import server
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.vms import redis


def inject(lab: Lab) -> None:
    """Start Redis anew without its password, and without the mode that would protect it then."""
    machine, _ = server(lab)
    extra = ("--requirepass", "", "--protected-mode", "no")
    machine.service_restart(redis.SERVICE, *extra, grace=2)


FAULT = Fault(
    id="DB-02",
    title="a database lets in who brings no password",
    reds=frozenset({"VM-002"}),
    inject=inject,
    source="architecture review E-04; Redis security documentation",
)
