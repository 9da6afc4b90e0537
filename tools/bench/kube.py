"""Rows 10 and 12: what is read from a Kubernetes API, how fast, and how often in one run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tools.bench.plans import two_clusters
from tools.bench.timing import ROOT, act, by_turns, ran
from tools.bench.values import Effort, Outcome, Target, Timing, Wrong, ratio

SUITES = ("suites/clusters/test_nodes.py", "suites/clusters/test_service_network.py")
CONTEXTS = ("app", "control")


@dataclass(frozen=True, slots=True)
class Api:
    """An API on loopback that answers for every cluster, and the kubeconfig of it."""

    url: str
    kubeconfig: Path

    def asked(self) -> dict[str, int]:
        """How often each list was asked for since the last time; a page is no new question."""
        with urllib.request.urlopen(f"{self.url}/asked", timeout=30) as answer:
            found: dict[str, int] = json.load(answer)
        return found


@contextmanager
def api(pods: int, services: int) -> Iterator[Api]:
    """An API with so many pods and Services."""
    words = json.dumps({"pods": pods, "services": services})
    with (
        tempfile.TemporaryDirectory() as scratch,
        subprocess.Popen(
            [sys.executable, "-m", "tools.bench.acts.kube_api", words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        ) as server,
    ):  # fmt: skip
        try:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
            path = Path(scratch) / "kubeconfig"
            path.write_text(json.dumps(_kubeconfig(url)), encoding="utf-8")
            yield Api(url, path)
        finally:
            server.kill()


def facts(effort: Effort) -> Outcome:
    """Row 10."""
    pods, services = (500, 100) if effort.quick else (5_000, 1_000)
    told: dict[str, list[dict[str, Any]]] = {"trueline": [], "typed": []}

    def side(by: str, kubeconfig: Path) -> float:
        _, found = act("api_facts", kubeconfig=str(kubeconfig), by=by)
        told[by].append(found)
        return float(found["op"])

    with api(pods, services) as served:
        sides: dict[str, Callable[[], float]] = {
            by: partial(side, by, served.kubeconfig) for by in told
        }
        taken = by_turns(sides, effort.fewer(3))
    for found in (*told["trueline"], *told["typed"]):
        if (found["pods"], found["services"]) != (pods, services):
            raise Wrong(f"{found['pods']} pods and {found['services']} Services were read")
    if len({found["digest"] for each in told.values() for found in each}) != 1:
        raise Wrong("trueline and the typed client read different facts")
    held = {by: median(found["held"] for found in each) for by, each in told.items()}
    return Outcome(
        checked=(f"{pods:,} pods and {services:,} Services, the same facts field by field",),
        targets=(
            Target(
                what="faster than the typed client", limit=12, at_most=False,
                measured=ratio(taken["typed"], taken["trueline"]),
            ),
            Target(
                what="less memory held than the typed client", limit=14, at_most=False,
                measured=held["typed"] / held["trueline"],
            ),
        ),
        timings=tuple(taken.values()),
        notes=(f"Held: trueline {held['trueline']:.0f} MB, typed {held['typed']:.0f} MB.",),
    )  # fmt: skip


def workers(effort: Effort) -> Outcome:
    """Row 12."""
    counts = {name: ["-n", name] for name in ("0", "2", "4", "auto")}
    asked: dict[str, set[int]] = {name: set() for name in counts}
    with api(50, 20) as served, tempfile.TemporaryDirectory() as scratch:
        plan = Path(scratch) / "plan.yaml"
        plan.write_text(two_clusters(), encoding="utf-8")

        def side(name: str) -> float:
            words = [
                *(sys.executable, "-m", "pytest", *SUITES, "-q", "-p", "no:cacheprovider"),
                *("--topology", str(plan), "--kubeconfig", str(served.kubeconfig)),
                *("--reports", f"{scratch}/reports", *counts[name]),
            ]
            seconds, _ = ran(words, good=(0, 1, 6))
            asked[name] |= {served.asked().get("/api/v1/pods", 0)}
            return seconds

        sides: dict[str, Callable[[], float]] = {name: partial(side, name) for name in counts}
        taken = by_turns(sides, effort.fewer(3))
    wanted = {len(CONTEXTS)}
    if any(each != wanted for each in asked.values()):
        raise Wrong(f"lists were asked for {asked} times, and there are {len(CONTEXTS)} clusters")
    return Outcome(
        checked=("each list of each cluster is asked for once per run with -n 0, 2, 4 and auto",),
        targets=(
            Target(
                what="observations per run, whatever -n", limit=1, unit="",
                measured=max(number for each in asked.values() for number in each) / len(CONTEXTS),
            ),
            Target(
                what="-n auto longer than -n 0", limit=0.6, unit="s",
                measured=taken["auto"].median - taken["0"].median,
            ),
        ),
        timings=tuple(
            Timing(what=f"-n {name}", seconds=each.seconds) for name, each in taken.items()
        ),
    )  # fmt: skip


def _kubeconfig(url: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXTS[0],
        "users": [{"name": "reader", "user": {}}],
        "clusters": [{"name": name, "cluster": {"server": url}} for name in CONTEXTS],
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": "reader"}} for name in CONTEXTS
        ],
    }
