"""The plan's DNS zones on the segment: CoreDNS in the runner, where the plan puts the authority."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tools.lab import addons, cgroups, netns
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.process import Process
from tools.lab.spec import RUNNER, runner_machine
from tools.lab.state import write
from tools.lab.waiting import until
from trueline.model.topology import Topology

_LOG = "dns.log"


def corefile(topology: Topology, folder: Path) -> str:
    """CoreDNS's configuration for the zones whose authority is an address of the runner.

    Empty when the plan has none.
    """
    held = runner_machine(topology).addresses
    blocks = [
        f"{zone.name}:53 {{\n    bind {zone.authority}\n    errors\n"
        f"    file {folder / f'{zone.name}.zone'}\n}}\n"
        for zone in topology.dns.zones
        if zone.authority in held
    ]
    return "".join(blocks)


def start(lab: Lab) -> bool:
    """Start the server unless it runs; false when the plan wants none. Raises TimedOut."""
    folder = state() / "dns"
    text = corefile(lab.topology, folder)
    if not text or running():
        return bool(text)
    files = next(
        item["data"]
        for item in addons.coredns(lab.topology, lab.topology.clusters[0])
        if item["kind"] == "ConfigMap"
    )
    for name, content in files.items():
        if name.endswith(".zone"):
            write(folder / name, content)
    write(folder / "Corefile", text)
    program = [str(state() / "bin/coredns"), "-conf", str(folder / "Corefile")]
    with (state() / _LOG).open("a") as log:
        child = subprocess.Popen(
            [
                *("sh", "-c", cgroups.join(RUNNER) + 'exec "$@"', "sh"),
                *netns.command(lab.runner, program),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )
    write(_record(), json.dumps(Process.of(child.pid).dump()))
    address = str(next(z.authority for z in lab.topology.dns.zones if z.authority))

    def serves() -> bool:
        try:
            netns.connect(lab.runner, address, 53, 0.5).close()
        except OSError:
            return False
        return True

    until("the zones' server answers", serves, within=20, every=0.05, log=state() / _LOG)
    return True


def running() -> bool:
    """Whether the server runs."""
    try:
        return Process.load(json.loads(_record().read_text())).alive
    except FileNotFoundError:
        return False


def _record() -> Path:
    return state() / "dns" / "process.json"
