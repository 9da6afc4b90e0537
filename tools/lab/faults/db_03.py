"""DB-03: something else listens on the port of a database."""

from __future__ import annotations

from tools.lab.faults.db_01 import server
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products.arrival import request
from tools.lab.vms import roles
from tools.lab.waiting import until

_TABLE = "trueline-fault"
_PORT = 16379


def inject(lab: Lab) -> None:
    """Lead what comes for Redis to a program that speaks HTTP."""
    machine, vm = server(lab)
    port = roles.of(lab.topology, vm).redis
    serve = f"setsid /lab/bin/backend -listen=:{_PORT} -service={vm.name} >/dev/null 2>&1 &"
    stop = ["busybox", "fuser", "-k", f"{_PORT}/tcp"]
    machine.change(["sh", "-c", serve], stop)
    rules = (
        f"table ip {_TABLE} {{\n"
        f"chain in {{ type nat hook prerouting priority -100; "
        f"tcp dport {port} redirect to :{_PORT}; }}\n}}"
    )
    machine.change(["nft", rules], ["nft", "delete", "table", "ip", _TABLE])
    until(
        f"{vm.name} speaks HTTP on port {port}",
        lambda: request(lab.runner, str(vm.address), port or 0, "GET", "/healthz", headers={}),
        within=10,
    )


FAULT = Fault(
    id="DB-03",
    title="another program answers on the port of a database",
    reds=frozenset({"VM-001"}),
    unknowns=frozenset({"VM-002"}),
    inject=inject,
    source="architecture review, section 5",
)
