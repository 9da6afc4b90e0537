"""Scenarios of an API that answers, and not well: errors, haste, delays, lists that end early."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import yaml

from tools.lab.faults.fault import second
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.waiting import until
from tools.lab_run import ROOT
from tools.resilience.scenario import Scenario
from tools.resilience.trial import Promise

_WITHIN = 20.0


def _relayed(how: str) -> Callable[[Lab, Path], AbstractContextManager[list[str]]]:
    @contextmanager
    def before(lab: Lab, _home: Path) -> Iterator[list[str]]:
        context = second(lab).plan.context
        with tempfile.TemporaryDirectory() as scratch:
            home, original = Path(scratch), state() / "kubeconfig"
            words = ["tools.resilience.relay", str(original), context, how, scratch]
            relay = subprocess.Popen(
                lab.runner_command([sys.executable, "-m", *words]),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
            )
            try:
                until("the relay listens", (home / "port").exists, within=_WITHIN)
                copy = home / "kubeconfig"
                copy.touch(mode=0o600)
                port = int((home / "port").read_text(encoding="utf-8"))
                copy.write_text(through(original.read_text(encoding="utf-8"), context, port))
                yield [f"--kubeconfig={copy}"]
            finally:
                relay.kill()
                relay.wait()

    return before


def through(kubeconfig: str, context: str, port: int) -> str:
    """A kubeconfig in which a context leads to a port of this host, without credentials."""
    told = yaml.safe_load(kubeconfig)
    way = f"{context}-relayed"
    told["clusters"].append({"name": way, "cluster": {"server": f"http://127.0.0.1:{port}"}})
    told["users"].append({"name": way, "user": {}})
    for entry in told["contexts"]:
        if entry["name"] == context:
            entry["context"] = {"cluster": way, "user": way}
    return str(yaml.safe_dump(told))


def scenarios(promise: Promise) -> tuple[Scenario, ...]:
    """One for each way to be sick, all from the beginning of a run."""
    return tuple(
        Scenario(
            id=name, title=f"the API of a cluster {told}", before=_relayed(how), promise=promise
        )
        for name, how, told in (
            ("api-fails", "fails", "answers one request of three with 500"),
            ("api-busy", "is busy", "answers one request of three with 429"),
            ("api-slow", "is slow", "takes 1.5 s longer for every answer"),
            (
                "api-cuts-lists",
                "cuts lists short",
                "ends the connection in the middle of each list",
            ),
            (
                "api-forgets-lists",
                "forgets lists",
                "lets go of each list after its first page (410)",
            ),
        )
    )
