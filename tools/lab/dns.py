"""The plan's DNS zones on the segment: CoreDNS in the runner, where the plan puts the authority."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tools.lab import cgroups, netns, wire, zones
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.process import Process, left_running, reap
from tools.lab.spec import RUNNER, runner_machine
from tools.lab.state import write
from tools.lab.waiting import until
from tools.lab.zones import ZoneFile
from trueline.model.topology import Topology

_LOG = "dns.log"


def corefile(topology: Topology, folder: Path) -> str:
    """CoreDNS's configuration for the zones whose authority is an address of the runner.

    Empty when the plan has none.
    """
    blocks = [
        f"{zone.name}:53 {{\n    bind {zone.authority}\n    errors\n"
        f"    file {folder / f'{zone.name}.zone'}\n}}\n"
        for zone in served(topology)
    ]
    return "".join(blocks)


def served(topology: Topology) -> list[ZoneFile]:
    """The zones whose authority is an address of the runner."""
    held = runner_machine(topology).addresses
    return [zone for zone in zones.planned(topology) if zone.authority in held]


def start(lab: Lab, change: Callable[[ZoneFile], ZoneFile] = lambda zone: zone) -> bool:
    """Start the server unless it runs; false when the plan wants none. Raises TimedOut.

    `change` makes what is served of a planned zone.
    """
    folder = state() / "dns"
    text = corefile(lab.topology, folder)
    if not text or running():
        return bool(text)
    addresses = set()
    for zone in map(change, served(lab.topology)):
        address = str(zone.authority)
        addresses.add(address)
        write(folder / f"{zone.name}.zone", zone.text(address))
    write(folder / "Corefile", text)
    program = [str(state() / "bin/coredns"), "-conf", str(folder / "Corefile")]
    with (state() / _LOG).open("a") as log:
        inside = netns.command(lab.runner, program)
        child = left_running(cgroups.command(cgroups.join(RUNNER), inside), output=log)
    write(_record(), json.dumps(Process.of(child.pid).dump()))
    wanted = {(address, 53) for address in addresses}

    def serves() -> bool:
        return wire.answering(lab.runner, wanted) == wanted

    until("the zones' server answers", serves, within=20, every=0.05, log=state() / _LOG)
    return True


def running() -> bool:
    """Whether the server runs."""
    process = _process()
    return process is not None and process.alive


def stop() -> None:
    """End the server, if it runs. Raises TimedOut."""
    process = _process()
    if process is not None and process.kill():
        until("the zones' server ends", lambda: not running(), within=5, every=0.02)
        reap()


def _process() -> Process | None:
    try:
        return Process.load(json.loads(_record().read_text()))
    except FileNotFoundError:
        return None


def _record() -> Path:
    return state() / "dns" / "process.json"
