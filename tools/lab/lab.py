"""The running lab as objects: what `tools.lab` commands, faults and tests act through.

lab = Lab.load()
lab.machine("app-w1").cable(up=False)
lab.cluster("app").kubectl("get", "nodes")
lab.attach("intruder", "192.0.2.7").run(["ip", "neigh"])
"""

from __future__ import annotations

import os
from ipaddress import ip_address

from tools.lab import cgroups, netns, plan, resolver, wire, workloads
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.machine import Machine, create
from tools.lab.paths import state
from tools.lab.spec import FABRIC, RESERVED_NAMES, RUNNER, plain_machine
from tools.lab.state import LabRecord, MachineRecord, boot_id, machine_names
from trueline.model.topology import Topology


class Lab:
    """The lab that is up. `topology` is the plan as its profile runs it."""

    def __init__(self, record: LabRecord, topology: Topology, machines: list[Machine]) -> None:
        self.record = record
        self.topology = topology
        self.machines = {machine.name: machine for machine in machines}
        fronts = [m.spec.address for m in machines if m.spec.kind == "vm"]
        self.clusters = {
            cluster.name: LabCluster(
                cluster,
                [self.machines[n.name] for n in cluster.nodes if n.name in self.machines],
                self.runner,
                fronts,
            )
            for cluster in topology.clusters
        }

    @classmethod
    def load(cls) -> Lab:
        """The lab that is up now. Raises LabError, with what to do, when there is none."""
        record = LabRecord.load()
        if record is None or record.boot != boot_id():
            raise LabError("the lab is not up", fix="python -m tools.lab up")
        if record.phase != "up":
            raise LabError(
                f"the lab is not whole (it was left {record.phase})", fix="python -m tools.lab up"
            )
        topology = plan.read(state() / "topology.yaml")
        return cls(record, topology, recorded_machines(topology, record))

    # Handles.

    def machine(self, name: str) -> Machine:
        """A machine by name. Raises LabError naming those there are."""
        if name not in self.machines:
            known = ", ".join([*self.machines, RUNNER])
            raise LabError(f"no machine {name!r}: there are {known}")
        return self.machines[name]

    def cluster(self, name: str) -> LabCluster:
        """A cluster by name. Raises LabError naming those there are."""
        if name not in self.clusters:
            raise LabError(f"no cluster {name!r}: there are {', '.join(self.clusters)}")
        return self.clusters[name]

    @property
    def runner(self) -> int:
        """The process whose network namespace is the runner. Raises LabError when it is gone."""
        if self.record.runner is None or not self.record.runner.alive:
            raise LabError("the runner is gone", fix="python -m tools.lab down, then up")
        return self.record.runner.pid

    def runner_command(self, argv: list[str]) -> list[str]:
        """The host's command line that runs `argv` in the runner, with the plan's resolver."""
        inside = netns.command(self.runner, resolver.command(self.topology, argv))
        return cgroups.command(cgroups.visit(), inside)

    def runner_environment(self) -> dict[str, str]:
        """Our own environment with KUBECONFIG, TRUELINE_TOPOLOGY and the lab's programs."""
        return os.environ | {
            "KUBECONFIG": str(state() / "kubeconfig"),
            "TRUELINE_TOPOLOGY": str(state() / "topology.yaml"),
            "PATH": f"{os.environ.get('PATH', '')}:{(state() / 'bin').resolve()}",
        }

    # Foreign machines.

    def attach(self, name: str, address: str) -> Machine:
        """Boot a machine that the plan does not know, with one address on its segment.

        It lasts until `detach` or a reset. Raises LabError when the name is taken.
        """
        if name in self.machines or name in RESERVED_NAMES:
            raise LabError(f"there is a machine {name!r} already")
        index = 1 + max((m.spec.index for m in self.machines.values()), default=0)
        spec = plain_machine(self.topology, name, ip_address(address), kind="foreign", index=index)
        machine = create(self.topology, self.record, spec)
        machine.boot()
        self.machines[name] = machine
        return machine

    def detach(self, name: str) -> None:
        """Remove a foreign machine. Raises LabError for one of the plan."""
        machine = self.machine(name)
        if machine.spec.kind != "foreign":
            raise LabError(f"{name} belongs to the plan: it can be turned off, not removed")
        machine.destroy()
        del self.machines[name]

    # What should answer.

    def endpoints(self) -> list[wire.Endpoint]:
        """Every (address, TCP port) of the plan's reservations."""
        return [e for c in self.topology.clusters for e in workloads.endpoints(c)]

    def answering(self) -> set[wire.Endpoint]:
        """Those of `endpoints()` that accept a connection from the runner now."""
        return wire.answering(self.runner, self.endpoints())


def recorded_machines(topology: Topology, record: LabRecord) -> list[Machine]:
    """The machines that have a record, in the order in which they were made."""
    found = []
    for name in machine_names():
        machine = MachineRecord.load(name) if name not in (RUNNER, FABRIC) else None
        if machine is not None:
            found.append(Machine(topology, record, machine))
    return sorted(found, key=lambda m: m.spec.index)
