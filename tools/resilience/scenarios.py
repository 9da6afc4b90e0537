"""Everything that `python -m tools.resilience` lets happen to a run, by its id."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tools.lab import bringup, dns
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.faults import clocks, firewall
from tools.lab.faults.fault import second
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.products import external_secrets
from tools.lab.waiting import until
from tools.resilience import sick_api
from tools.resilience.run import Run
from tools.resilience.scenario import Scenario
from tools.resilience.trial import Claim, Promise

_API = "kube-apiserver"
_SMALL = "300k"  # fewer bytes than any run writes
_STARTED = 3.0  # seconds; when a worker never starts, pytest-xdist itself fails, with status 3
_CUT = 3.0  # seconds
_KUBELET = "tcp dport 10250"
_BESIDE = 120.0  # seconds that the other of two runs may take longer
_KEPT = frozenset({0, 1, 6})
_OF_AN_API = frozenset({"CLU-001", "CLU-004", "REACH-031"})
# The External Secrets Operator finds Vault by a name, and says that it could not.
_NAMES = frozenset({"DNS-001", "DNS-004", "DNS-005", "DNS-010", "REACH-022"})


def _kill_a_worker(_lab: Lab, run: Run, random: Random) -> None:
    workers = run.workers()
    if workers:
        os.kill(random.choice(workers), signal.SIGKILL)


def _kill(_lab: Lab, run: Run, _random: Random) -> None:
    run.tell(signal.SIGKILL)


def _interrupt(_lab: Lab, run: Run, _random: Random) -> None:
    run.tell(signal.SIGINT, all_of_them=True)


def _terminate(_lab: Lab, run: Run, _random: Random) -> None:
    run.tell(signal.SIGTERM)


def _stop(cluster: LabCluster) -> None:
    for machine in cluster.control_planes:
        machine.service_stop(_API, grace=1)


def _stop_api(lab: Lab, _run: Run, _random: Random) -> None:
    _stop(second(lab))


def _hang_api(lab: Lab, _run: Run, _random: Random) -> None:
    _signal(second(lab), signal.SIGSTOP)


def _signal(cluster: LabCluster, what: signal.Signals) -> None:
    for process in clocks.programs(cluster, _API):
        os.kill(process.pid, what)


def _cut_streams(lab: Lab, run: Run, _random: Random) -> None:
    servers = [machine.pid for machine in second(lab).control_planes]
    try:
        for pid in servers:
            firewall.refuse(pid, _KUBELET, how="tcp reset")
        run.wait(_CUT)
    finally:
        for pid in servers:
            firewall.allow(pid)


def _stop_dns(_lab: Lab, _run: Run, _random: Random) -> None:
    dns.stop()


@contextmanager
def _mended(lab: Lab, _home: Path) -> Iterator[list[str]]:
    """The API servers of the second cluster run again afterwards, and their clients are back."""
    try:
        yield []
    finally:
        cluster = second(lab)
        for machine in cluster.control_planes:
            if machine.service_pid(_API) is None:
                machine.service_start(_API)
        _signal(cluster, signal.SIGCONT)
        until(f"{cluster.name}: the API server is ready", cluster.api.ready, within=60)
        bringup.starts_pods(cluster)
        external_secrets.synced_again(lab, cluster)


@contextmanager
def _without_api(lab: Lab, home: Path) -> Iterator[list[str]]:
    with _mended(lab, home) as words:
        _stop(second(lab))
        yield words


@contextmanager
def _with_api_hanging(lab: Lab, home: Path) -> Iterator[list[str]]:
    with _mended(lab, home) as words:
        _signal(second(lab), signal.SIGSTOP)
        yield words


@contextmanager
def _served_again(lab: Lab, _home: Path) -> Iterator[list[str]]:
    try:
        yield []
    finally:
        dns.start(lab)


@contextmanager
def _mounted(home: Path, options: str) -> Iterator[list[str]]:
    home.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", options, "trueline-small", str(home)]
    subprocess.run(words, check=True)
    try:
        yield []
    finally:
        subprocess.run(["umount", str(home)], check=True)


@contextmanager
def _full_disk(_lab: Lab, home: Path) -> Iterator[list[str]]:
    with _mounted(home, f"size={_SMALL}") as words:
        yield words


@contextmanager
def _read_only(_lab: Lab, home: Path) -> Iterator[list[str]]:
    with _mounted(home, "ro") as words:
        yield words


@contextmanager
def _own_kubeconfig(_lab: Lab, home: Path) -> Iterator[list[str]]:
    path = _copy_of(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes((state() / "kubeconfig").read_bytes())
    try:
        yield [f"--kubeconfig={path}"]
    finally:
        path.unlink()


def _copy_of(reports: Path) -> Path:
    return reports.with_name(f"{reports.name}.kubeconfig")


def _replace_kubeconfig(_lab: Lab, run: Run, _random: Random) -> None:
    _copy_of(run.folder.path.parent).write_text("contexts: []\n", encoding="utf-8")


@contextmanager
def _another_run(lab: Lab, home: Path) -> Iterator[list[str]]:
    other = Run.start(lab, home, f"{home.name}-beside")
    try:
        yield []
        code = other.wait(_BESIDE)
    finally:
        other.end()
    if code != 0:
        raise LabError(f"the other run ended with {code}", fix=f"read {other.output}")


def _api(claim: Claim) -> bool:
    """Whether a red is true where the API of a cluster is away: of that, or of a way there."""
    ways = (part for part in claim.get("about", ()) if part.startswith("path:"))
    return claim["requirement"] in _OF_AN_API or any(">api:" in way for way in ways)


def _names(claim: Claim) -> bool:
    return claim["requirement"] in _NAMES


_GONE = Promise(codes=frozenset({1}), reds=_api, reason="", away=True)
_GOES = Promise(codes=_KEPT, reds=_api, reason="", away=True)
_ANY = Promise(codes=_KEPT, reds=_api, reason="")

SCENARIOS = {
    one.id: one
    for one in (
        Scenario(
            id="worker-killed",
            title="a worker that has started is killed (SIGKILL)",
            times=20,
            after=_STARTED,
            strike=_kill_a_worker,
            promise=Promise(codes=frozenset({0, 1})),
        ),
        Scenario(
            id="run-killed",
            title="the run itself is killed (SIGKILL)",
            times=20,
            strike=_kill,
            promise=Promise(codes=frozenset({-9}), whole=False),
        ),
        Scenario(
            id="interrupted",
            title="Ctrl-C",
            times=5,
            strike=_interrupt,
            promise=Promise(codes=frozenset({2})),
        ),
        Scenario(
            id="terminated",
            title="SIGTERM, which CI sends when its time is up",
            times=5,
            strike=_terminate,
            promise=Promise(codes=frozenset({2})),
        ),
        Scenario(
            id="api-gone-before",
            title="the API of a cluster refuses connections before the run begins",
            before=_without_api,
            promise=_GONE,
        ),
        Scenario(
            id="api-gone",
            title="the API of a cluster is stopped while the run goes on",
            times=5,
            before=_mended,
            strike=_stop_api,
            promise=_GOES,
        ),
        Scenario(
            id="api-hangs-before",
            title="the API of a cluster takes connections and answers nothing, from the beginning",
            before=_with_api_hanging,
            promise=_GONE,
        ),
        Scenario(
            id="api-hangs",
            title="the API of a cluster stops answering while the run goes on",
            times=5,
            before=_mended,
            strike=_hang_api,
            promise=_GOES,
        ),
        *sick_api.scenarios(_ANY),
        Scenario(
            id="streams-cut",
            title="what an API server says to kubelets, which start what runs in pods, is reset "
            "for three seconds",
            times=5,
            strike=_cut_streams,
            promise=_ANY,
        ),
        Scenario(
            id="dns-gone",
            title="the server of the zones is stopped while the run goes on",
            times=2,
            before=_served_again,
            strike=_stop_dns,
            promise=Promise(codes=_KEPT, reds=_names, reason=""),
        ),
        Scenario(
            id="disk-full",
            title="the disk of the reports is full",
            before=_full_disk,
            promise=Promise(codes=frozenset({2}), whole=False),
        ),
        Scenario(
            id="read-only",
            title="the folder of the reports cannot be written to",
            before=_read_only,
            promise=Promise(codes=frozenset({4}), whole=False),
        ),
        Scenario(
            id="kubeconfig-replaced",
            title="the kubeconfig is replaced by an empty one while the run goes on",
            times=3,
            before=_own_kubeconfig,
            strike=_replace_kubeconfig,
            promise=_ANY,
        ),
        Scenario(
            id="two-at-once",
            title="another run goes on at the same time",
            before=_another_run,
            promise=Promise(codes=frozenset({0})),
        ),
    )
}
