"""DB-01: a database is bound to the loopback address of its machine."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.vms import redis, roles
from trueline.model.topology import Vm


def server(lab: Lab) -> tuple[Machine, Vm]:
    """The first machine that runs Redis, as the plan has it. Raises LabError."""
    for vm in lab.topology.vms:
        if roles.of(lab.topology, vm).redis is not None and vm.name in lab.machines:
            return lab.machine(vm.name), vm
    raise LabError("this fault needs a VM with Redis")


def inject(lab: Lab) -> None:
    """Start Redis anew, bound to localhost."""
    machine, _ = server(lab)
    machine.service_restart(redis.SERVICE, "--bind", "127.0.0.1", grace=2)


FAULT = Fault(
    id="DB-01",
    title="a database listens to its own machine alone",
    reds=frozenset({"VM-001"}),
    restless=True,  # Argo CD answers from memory for a while, and is red (REACH-031) later
    unknowns=frozenset({"VM-002"}),
    inject=inject,
    source="Redis security documentation; MySQL bind_address",
    cause="VM-001",
)
