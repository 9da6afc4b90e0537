"""`status`: what runs and what answers, at a glance."""

from __future__ import annotations

from tools.lab import cgroups, fabric, workloads
from tools.lab.errors import LabError
from tools.lab.faults import registry
from tools.lab.lab import Lab
from tools.lab.machine import Machine


def report(lab: Lab) -> list[str]:
    """The lines of `status`: machines, then clusters, then addresses."""
    record = lab.record
    left_out = f", without {', '.join(record.without)}" if record.without else ""
    lines = [f"lab up: profile {record.profile}{left_out}, plan {record.plan}"]
    if faults := registry.in_force():
        lines.append(f"faults in force: {', '.join(faults)}")
    used = cgroups.cpu_seconds()
    if used is not None:
        lines.append(f"processor time used: {used:.0f} s")
    wide = max(len(name) for name in lab.machines) if lab.machines else 0
    for machine in lab.machines.values():
        where = ",".join(machine.spec.addresses)
        lines.append(
            f"  {machine.name:{wide}}  {machine.spec.kind:7}  {where:16}  {_state(machine)}"
        )
    answering = lab.answering()
    for cluster in lab.clusters.values():
        try:
            ready = f"{len(cluster.ready_nodes())} of {len(cluster.machines)} nodes Ready"
        except LabError as error:
            ready = f"API does not answer ({error.cause})"
        wanted = workloads.endpoints(cluster.plan)
        got = sum(endpoint in answering for endpoint in wanted)
        lines.append(
            f"cluster {cluster.name}: {ready}; {got} of {len(wanted)} reserved ports answer"
        )
        for item in cluster.plan.reservations:
            ports = [e for e in wanted if e[0] == str(item.address)]
            word = "answers" if ports and all(e in answering for e in ports) else "silent"
            lines.append(f"  {item.address!s:15}  {word:8}  {item.owner}")
    return lines


def _state(machine: Machine) -> str:
    if not machine.is_on:
        return "off"
    if machine.frozen:
        return "frozen"
    if not fabric.cables_up(machine.fabric, machine.spec):
        return "on, cable pulled"
    down = [name for name in machine.record.services if machine.service_pid(name) is None]
    return f"on, down: {', '.join(down)}" if down else "on"
