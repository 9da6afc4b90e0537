"""The wire: a network namespace with one bridge per segment, and no uplink to anything."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from tools.lab import cgroups, netns
from tools.lab.errors import LabError
from tools.lab.process import Process, left_running
from tools.lab.spec import FABRIC, RUNNER, MachineSpec, bridge, cable, mac, wires
from tools.lab.state import LabRecord, machine_dir
from tools.lab.waiting import until
from trueline.model.topology import Topology


def _namespace(name: str) -> Process:
    """A process that does nothing but keep a new network namespace open, in groups of its own."""
    cgroups.create(name)
    machine_dir(name).mkdir(parents=True, exist_ok=True)
    child = left_running(
        ["sh", "-c", cgroups.join(name) + "exec unshare --net sleep infinity"],
        output=subprocess.DEVNULL,
    )
    ours = netns.inode(os.getpid())
    until(f"{name}: namespace", lambda: netns.inode(child.pid) != ours, within=5, every=0.005)
    return Process.of(child.pid)


def build(topology: Topology, record: LabRecord, runner: MachineSpec) -> None:
    """Make the fabric and the runner, and write down what holds them."""
    record.fabric = _namespace(FABRIC)
    record.namespaces.append(netns.inode(record.fabric.pid))
    record.save()
    lines = ["link set lo up"]
    for wire in wires(topology):
        name = bridge(topology, wire)
        # No snooping and no spanning tree: a plain switch, as the plan's hypervisor gives.
        lines += [
            f"link add {name} type bridge stp_state 0 mcast_snooping 0",
            f"link set {name} up",
        ]
    netns.run(record.fabric.pid, "ip", "-batch", "-", text="\n".join(lines))
    quiet = ["net.ipv6.conf.all.disable_ipv6=1"]
    for name in ("iptables", "ip6tables", "arptables"):
        if Path(f"/proc/sys/net/bridge/bridge-nf-call-{name}").exists():
            quiet.append(f"net.bridge.bridge-nf-call-{name}=0")
    netns.run(record.fabric.pid, "sysctl", "-qw", *quiet)
    record.runner = _namespace(RUNNER)
    record.namespaces.append(netns.inode(record.runner.pid))
    record.save()
    attach(topology, record.fabric.pid, runner, record.runner.pid)


def attach(topology: Topology, fabric: int, spec: MachineSpec, pid: int) -> None:
    """Plug a machine in: cables, cards with their addresses, routes, forwarding.

    Both ends of a cable are made straight in their namespaces, never in the root one.
    """
    out, plug, card = [], [], ["link set lo up"]
    cables: list[str] = []
    for number, nic in enumerate(spec.nics):
        mine, theirs = cable(spec.index, number), f"eth{number}"
        cables.append(
            f"ip link add {mine} netns {fabric} type veth peer name {theirs} "
            f"address {mac(spec.name, number)} netns {pid}"
        )
        plug.append(f"link set {mine} master {bridge(topology, nic.segment)} up")
        card.append(f"link set {theirs} up")
        for address in nic.addresses:
            more = " nodad" if ":" in address else ""
            card.append(f"addr add {address} dev {theirs}{more}")
        out += [f"net.ipv4.conf.{theirs}.rp_filter=0"]
    card += [f"route add default via {gateway}" for gateway in spec.gateways]
    for line in cables:
        netns.run(os.getpid(), *line.split())
    netns.run(fabric, "ip", "-batch", "-", text="\n".join(plug))
    netns.run(pid, "ip", "-batch", "-", text="\n".join(card))
    forward = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]
    filters = ["net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"]
    netns.run(pid, "sysctl", "-qw", *forward, *filters, *out)
    if Path("/proc/sys/net/bridge").exists():
        netns.run(pid, "sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1")


def detach(fabric: int, spec: MachineSpec) -> None:
    """Take the machine's cables away at once; the kernel would do it some time after its end."""
    for number in range(len(spec.nics)):
        with contextlib.suppress(LabError):
            netns.run(fabric, "ip", "link", "del", cable(spec.index, number))


def set_cable(fabric: int, spec: MachineSpec, up: bool, nic: int | None = None) -> None:
    """Pull or plug a machine's cables at the switch, so that the machine keeps its routes."""
    numbers = range(len(spec.nics)) if nic is None else [nic]
    word = "up" if up else "down"
    text = "\n".join(f"link set {cable(spec.index, number)} {word}" for number in numbers)
    netns.run(fabric, "ip", "-batch", "-", text=text)


def cables_up(fabric: int, spec: MachineSpec) -> bool:
    """Whether every cable of the machine is plugged in."""
    for number in range(len(spec.nics)):
        line = netns.run(fabric, "ip", "-o", "link", "show", cable(spec.index, number))
        if ",UP" not in line.split(">")[0]:
            return False
    return True
