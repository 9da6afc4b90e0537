"""`up`: from nothing to reserved addresses that answer on the wire."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tools.lab import (
    baseline,
    bringup,
    cgroups,
    controlplane,
    dns,
    down,
    edge,
    fabric,
    node,
    plan,
    release,
    safety,
    spec,
    waiting,
)
from tools.lab.build import Artifacts, artifacts
from tools.lab.errors import LabError
from tools.lab.faults import registry
from tools.lab.lab import Lab
from tools.lab.machine import Machine, create
from tools.lab.paths import state
from tools.lab.products import registry as products
from tools.lab.progress import say
from tools.lab.state import LabRecord, boot_id, write
from tools.lab.vms import passwords, roles
from tools.lab.vms import start as vms

_AT_ONCE = 8


def up(path: Path, profile: str, without: Sequence[str]) -> Lab:
    """The lab, running the plan in `path`. Does nothing when it already does.

    What an interrupted `up` or `down` left is cleared first. Raises LabError; then everything
    stays as it is for a look, until `down`.
    """
    safety.require_host()
    cgroups.mounted()
    built = artifacts()
    left_out = sorted(set(without))
    running = already(LabRecord.load(), path, profile, left_out)
    if running:
        say(running)
        return Lab.load()
    if state().exists() or cgroups.names():
        say("clearing what an earlier lab left")
        down.down()
    state().mkdir(mode=0o700, parents=True, exist_ok=True)  # disks and keys are for root alone
    try:
        topology = plan.cut(path, profile, state() / "topology.yaml")
        release.require(topology, built.bin)
        safety.require_free(topology)
        specs = spec.machines(topology, topology.nodes, vms="vms" not in left_out)
    except LabError:
        down.down(quiet=True)
        raise
    record = LabRecord(
        phase="starting",
        profile=profile,
        without=left_out,
        plan=str(path),
        digest=plan.digest(path),
        fingerprint=built.fingerprint,
        boot=boot_id(),
    )
    record.save()
    say(f"profile {profile}: {len(specs)} machines, {len(topology.clusters)} clusters")
    _link(built)
    safety.engage(topology, record)
    fabric.build(topology, record, spec.runner_machine(topology))
    machines = [create(topology, record, item) for item in specs]
    lab = Lab(record, topology, machines)
    edge.mint(topology)
    if "vms" not in left_out:
        passwords.mint(topology)
    contents = {c.name: bringup.content(lab, c, left_out) for c in lab.clusters.values()}
    if "coredns" not in left_out and dns.start(lab):
        say("the plan's DNS zones are served")
    _start(lab, contents)
    _connect(lab, contents)
    record.phase = "up"
    record.save()
    used = cgroups.cpu_seconds()
    spent = f", {used:.0f} s of processor time" if used is not None else ""
    say(f"the lab is up: {len(lab.endpoints())} reserved ports answer{spent}")
    python = os.path.relpath(sys.executable)
    say(f"next: {python} -m tools.lab exec runner -- {python} -m pytest suites/ -n auto")
    return lab


def already(record: LabRecord | None, path: Path, profile: str, without: list[str]) -> str:
    """What to say when the wanted lab runs, or "" when it must be started.

    Raises LabError when another lab runs: one with another profile, plan or content.
    """
    if record is None or record.phase != "up" or record.boot != boot_id():
        return ""
    again = "python -m tools.lab down, then up"
    if record.profile != profile:
        raise LabError(
            f"the lab is up with profile {record.profile!r}, not {profile!r}",
            fix=f"{again} --profile {profile}",
        )
    if record.without != without:
        had = ", ".join(record.without) or "nothing"
        raise LabError(f"the lab is up without {had}", fix=again)
    if record.digest != plan.digest(path):
        raise LabError(
            f"the lab is up with another plan ({record.plan}, as it was then)", fix=again
        )
    broken = registry.in_force()
    shown = f", with faults in force: {', '.join(broken)}" if broken else ""
    return f"the lab is up already (profile {profile}{shown})"


def _link(built: Artifacts) -> None:
    for name in ("bin", "cni", "template", "manifests"):
        link = state() / name
        link.unlink(missing_ok=True)
        link.symlink_to(getattr(built, name))


def _start(lab: Lab, contents: dict[str, bringup.Content]) -> None:
    for cluster in lab.clusters.values():
        cluster.pki.mkdir(parents=True, exist_ok=True)
    first = ("control-plane", None)  # what the workers of a cluster wait for: VMs have no role
    ordered = sorted(lab.machines.values(), key=lambda m: m.spec.role not in first)
    with ThreadPoolExecutor(_AT_ONCE) as pool, ThreadPoolExecutor(_AT_ONCE) as waiters:
        minted = {
            name: pool.submit(
                controlplane.mint, cluster, controlplane.names_of(lab.topology, cluster.plan)
            )
            for name, cluster in lab.clusters.items()
        }
        booted = {m.name: pool.submit(_boot, m) for m in ordered}
        # VMs first: what a cluster waits for has a thread before it.
        outside: dict[str, Future[Any]] = {
            name: waiters.submit(_vm, lab, machine, [booted[name], *minted.values()])
            for name, machine in lab.machines.items()
            if machine.spec.kind == "vm"
        }
        started = list(outside.values())
        for name, cluster in lab.clusters.items():
            fronts = [outside[vm] for vm in roles.fronting(lab.topology, name) if vm in outside]
            needed: list[Future[Any]] = [minted[name], *fronts]
            needed += [booted[m.name] for m in cluster.machines]
            started.append(waiters.submit(_cluster, lab, name, needed, contents[name]))
        try:
            _collect(lab, minted, started)
        except BaseException:
            waiting.stop()  # or leaving this block would wait for everything else to time out
            raise


def _collect(
    lab: Lab, minted: dict[str, Future[dict[str, Any]]], started: list[Future[Any]]
) -> None:
    """Write the kubeconfig; wait for all tasks, and raise the first error, not its followers'."""
    configs = [minted[name].result() for name in lab.clusters]
    write(state() / "kubeconfig", json.dumps(merged(configs), indent=1))
    for task in as_completed(started):
        task.result()


def merged(configs: list[dict[str, Any]]) -> dict[str, Any]:
    """One kubeconfig with the contexts of several, the first one current."""
    result = dict(configs[0])
    for key in ("clusters", "users", "contexts"):
        result[key] = [item for config in configs for item in config[key]]
    return result


def _boot(machine: Machine) -> None:
    if machine.spec.kind == "node":
        node.disk(machine)
    machine.boot()


def _cluster(lab: Lab, name: str, needed: list[Future[Any]], what: bringup.Content) -> None:
    for task in needed:
        task.result()
    say(f"{name}: {len(lab.clusters[name].machines)} machines booted")
    bringup.start(lab, lab.clusters[name], what)


def _connect(lab: Lab, contents: dict[str, bringup.Content]) -> None:
    """What spans the clusters; then write down how everything is."""
    every = {p.name: p for what in contents.values() for p in what.products}
    products.connect(lab, every.values())
    for cluster in lab.clusters.values():
        baseline.save(cluster)


def _vm(lab: Lab, machine: Machine, needed: list[Future[Any]]) -> None:
    for task in needed:
        task.result()
    vms.start(lab, machine)
