"""Bring a planned VM to the point where its ports answer."""

from __future__ import annotations

from tools.lab import wire
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.vms import front, mysql, passwords, redis, roles
from tools.lab.waiting import until
from trueline.model.topology import Topology, Vm

_WITHIN = 60.0


def start(lab: Lab, machine: Machine) -> None:
    """Start what the plan puts on a VM; returns when every TCP port of it answers.

    The certificates of the clusters it stands in front of exist. Raises TimedOut.
    """
    topology = lab.topology
    vm = next(item for item in topology.vms if item.name == machine.name)
    found = roles.of(topology, vm)
    ports = set(found.stand_in)
    started = []
    if found.fronts:
        clusters = [lab.cluster(cluster.name) for cluster in found.fronts]
        front.start(machine, clusters)
        ports |= {cluster.port for cluster in clusters}
        started.append(front.SERVICE)
    if found.redis is not None:
        open_to_all = roles.anonymous(topology, vm, roles.REDIS)
        secret = None if open_to_all else passwords.read(vm.name, passwords.REDIS)
        redis.start(machine, found.redis, secret)
        ports.add(found.redis)
        started.append(redis.SERVICE)
    if found.mysql is not None:
        _mysql(topology, vm, machine, found.mysql)
        ports.add(found.mysql)
        started.append(mysql.SERVICE)
    if found.stand_in:
        _stand_in(machine, found.stand_in)
        started.append("backend")
    wanted = {(machine.spec.address, port) for port in ports}
    until(
        f"{machine.name}: {', '.join(map(str, sorted(ports)))} answer",
        lambda: wire.answering(lab.runner, wanted) == wanted,
        within=_WITHIN,
        log=machine.log(started[-1]) if started else None,
    )


def _mysql(topology: Topology, vm: Vm, machine: Machine, port: int) -> None:
    names = roles.accounts(topology, vm)
    known = {name: passwords.read(vm.name, name) for name in names}
    open_to_all = roles.anonymous(topology, vm, roles.MYSQL)
    mysql.start(machine, port, known, anonymous=open_to_all)


def _stand_in(machine: Machine, ports: tuple[int, ...]) -> None:
    listen = ",".join(f":{port}" for port in ports)
    argv = ["/lab/bin/backend", f"-listen={listen}", f"-service={machine.name}"]
    machine.service_add("backend", argv)
