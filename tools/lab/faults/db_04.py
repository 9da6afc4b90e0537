"""DB-04: a database has an account without a name and without a password."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.vms import mysql, roles
from tools.lab.waiting import until

_NOBODY = "''@'%'"


def _server(lab: Lab) -> Machine:
    """The first machine that runs MariaDB, as the plan has it. Raises LabError."""
    for vm in lab.topology.vms:
        if roles.of(lab.topology, vm).mysql is not None and vm.name in lab.machines:
            return lab.machine(vm.name)
    raise LabError("this fault needs a VM with MySQL")


def _run(lab: Lab, statement: str) -> None:
    """Let MariaDB run one statement as it starts anew; it listens only when that is done."""
    machine = _server(lab)
    port = next(
        item.number for vm in lab.topology.vms if vm.name == machine.name for item in vm.ports
    )
    machine.configure("fault.sql", f"{statement};\n")
    machine.service_restart(mysql.SERVICE, "--init-file=/lab/conf/fault.sql", grace=5)

    def listens() -> bool:
        try:
            netns.connect(lab.runner, machine.spec.address, port, 2).close()
        except OSError:
            return False
        return True

    until(f"{machine.name}: MariaDB takes connections", listens, within=30)


def inject(lab: Lab) -> None:
    """Make the account that older servers are installed with."""
    _run(lab, f"CREATE OR REPLACE USER {_NOBODY}")


def undo(lab: Lab) -> None:
    """Drop it; the reset starts MariaDB once more, with its own statements."""
    _run(lab, f"DROP USER IF EXISTS {_NOBODY}")


FAULT = Fault(
    id="DB-04",
    title="a database has an account without a name and without a password",
    reds=frozenset({"VM-002"}),
    inject=inject,
    undo=undo,
    source="MariaDB, mariadb-secure-installation (anonymous users)",
)
