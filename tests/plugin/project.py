"""A project of its own in a temporary folder: a plan, checks, suites, and faked observation."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

PLAN = """\
version: 1
name: small
segments:
  lan: {cidr: 203.0.113.0/24}
clusters:
  north: &cluster
    context: north
    cni: {kind: flannel}
    segment: lan
    pods: [10.1.0.0/16]
    services: [10.2.0.0/16]
    nodes: {north-1: {role: worker, address: 203.0.113.11}}
  south:
    context: south
    cni: {kind: flannel}
    segment: lan
    pods: [10.3.0.0/16]
    services: [10.4.0.0/16]
    nodes: {south-1: {role: worker, address: 203.0.113.21}}
""".replace(" &cluster", "")

CHECKS = '''\
from trueline.model.check import check
from trueline.model.claim import equal, not_applicable, unknown
from trueline.model.requirement import Requirement, Severity


def requirement(number, advisory=False):
    return Requirement(
        id=f"DEMO-{number:03}", must=f"Rule {number} MUST hold.", severity=Severity.CRITICAL,
        why="Because.", source="a test", since="0.1", advisory=advisory,
    )


@check(requirement(1), remedy="Renumber the south.")
def cluster_is_in_the_north(cluster):
    """The cluster is the northern one."""
    yield equal(cluster, expected="north", observed=cluster.name, at=cluster.at)


@check(requirement(2), remedy="Ask again.")
def cluster_is_seen(cluster, snapshot):
    """The cluster was seen."""
    yield equal(cluster, expected="1.34", observed=snapshot.clusters[cluster.name].identity.value)


@check(requirement(3, advisory=True), remedy="Choose a longer name.")
def name_is_long(cluster):
    """The name is long."""
    yield equal(cluster, expected="9 letters", observed="5 letters", at=cluster.at)


@check(requirement(4), remedy="Join it.")
def cluster_is_in_a_mesh(cluster):
    """The cluster is in a mesh."""
    yield not_applicable(cluster, why="the plan has no mesh")


@check(requirement(6), remedy="Listen.")
def wire_is_heard(cluster, wire):
    """The wire was heard."""
    yield equal(cluster, expected="lan", observed=wire["lan"].value)


@check(requirement(7), remedy="Mend it.")
def drill_is_harmless(cluster, drilled):
    """The drill did no harm."""
    yield equal(cluster, expected="harmless", observed=drilled["dns north"].value)


@check(requirement(5), remedy="Look.")
def something_is_examined(cluster):
    """Something is examined."""
    return []
'''

CONFTEST = """\
import sys
from pathlib import Path

sys.path[:0] = [{root!r}, str(Path(__file__).parent)]
pytest_plugins = ["trueline.plugin", "fakes"]
"""

FAKES = """\
from pathlib import Path

import pytest

import trueline.observe.drills
import trueline.observe.leases
import trueline.observe.snapshot
import trueline.vantage.host
from trueline.model.drill import Drill
from trueline.model.observation import Unobserved
from trueline.observe.snapshot import gaps
from trueline.vantage.host import OutsideLab

COUNT = Path(__file__).with_name("observations")


def take_clusters(topology, kubeconfig, clock):
    if Path(__file__).with_name("broken").exists():
        raise RuntimeError("the client is broken")
    with COUNT.open("a") as file:
        file.write("clusters\\n")
    return {
        cluster.name: gaps(cluster.name, "the API refused", 0.0) for cluster in topology.clusters
    }


def take_wire(topology, clock):
    with COUNT.open("a") as file:
        file.write("wire\\n")
    gap = Unobserved(reason="no raw socket", at=0.0, source="sweep", vantage="here")
    return {segment.name: gap for segment in topology.segments}


def take_leases(topology, *, run, group, alone, kubeconfig, clock, say):
    path = Path(__file__).with_name("leases")
    with path.open("a") as file:
        file.write(f"{run} of {group} {'alone' if alone else 'shared'}\\n")
    refused = Path(__file__).with_name("busy")
    lacking = Path(__file__).with_name("lacking")
    if refused.exists():
        say("waiting for somebody")
    return trueline.observe.leases.Leases(
        run=run, group=group, alone=alone, held=(),
        lacking={"north": lacking.read_text()} if lacking.exists() else {},
        refused=refused.read_text() if refused.exists() else None,
    )


def take_drills(topology, clusters, *, run, folder, kubeconfig, clock, only, told, keep, begin):
    assert begin(Drill(kind="dns", cluster="north", at=topology.clusters[0].at)) is None
    with COUNT.open("a") as file:
        file.write(f"drills-after-{len(clusters)}-clusters-in-{folder.name}\\n")
    gap = Unobserved(reason="nothing was disturbed", at=0.0, source="drill", vantage="here")
    return {"dns north": gap}


def require_isolated():
    raise OutsideLab("this plan runs in the lab and this is the machine itself")


def pytest_configure(config):
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setattr(trueline.observe.snapshot, "take_clusters", take_clusters)
    patch.setattr(trueline.observe.snapshot, "take_wire", take_wire)
    patch.setattr(trueline.observe.drills, "take_drills", take_drills)
    patch.setattr(trueline.observe.leases, "take_leases", take_leases)
    patch.setattr(trueline.vantage.host, "require_isolated", require_isolated)
"""

SETTINGS = """\
[pytest]
addopts = --import-mode=importlib --strict-markers -p no:cacheprovider -p no:hypothesispytest
filterwarnings = error
"""


HEADER = "import pytest\nimport demo\n"


def suite(*tests: str) -> str:
    """The text of a suite file; each test is `check: fixtures`, as `cluster_is_seen: snapshot`."""
    parts = [HEADER]
    for test in tests:
        name, _, evidence = test.partition(":")
        evidence = evidence.strip()
        arguments = ", ".join(["cluster", *([evidence] if evidence else [])])
        parts.append(
            f"@pytest.mark.verifies(demo.{name})\n"
            f"def test_{name}({arguments}, judge):\n    judge({arguments})\n"
        )
    return "\n\n".join(parts)


@dataclass
class Result:
    """How an inner run ended."""

    code: int
    lines: list[str]
    errors: list[str]
    folder: Path

    def after(self, heading: str) -> list[str]:
        """The lines from a section to the end of the run, with times as `N s`."""
        start = next(place for place, line in enumerate(self.lines) if line.strip("= ") == heading)
        found = [re.sub(r"\b\d+\.\d+ ?s\b", "N s", line) for line in self.lines[start:]]
        return [line.strip("= ") if line.startswith("==") else line for line in found]

    def journal(self) -> list[dict[str, Any]]:
        """The merged journal."""
        text = (self.folder / "journal.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def summary(self) -> dict[str, Any]:
        """The summary for programs."""
        text = (self.folder / "summary.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def allure(self) -> dict[str, dict[str, Any]]:
        """Allure results by name."""
        results = (
            json.loads(path.read_text(encoding="utf-8"))
            for path in (self.folder / "allure-results").glob("*-result.json")
        )
        return {result["name"]: result for result in results}


class Project:
    """A root with `suites/plan/test_plan.py` and its own `topology.yaml`."""

    def __init__(self, pytester: pytest.Pytester, *tests: str, plan: str = PLAN) -> None:
        self.path = pytester.path
        self._pytester = pytester
        self.write("conftest.py", CONFTEST.format(root=str(ROOT)))
        self.write("fakes.py", FAKES)
        self.write("pytest.ini", SETTINGS)
        self.write("demo.py", CHECKS)
        self.write("topology.yaml", plan)
        self.write("suites/plan/test_plan.py", suite(*tests))

    def write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def plugin(self, name: str, text: str) -> None:
        """Add a plugin of pytest, after all others: what it wraps is asked of it first."""
        self.write(f"{name}.py", text)
        conftest = (self.path / "conftest.py").read_text(encoding="utf-8")
        self.write("conftest.py", conftest.replace('"fakes"', f'"fakes", "{name}"'))

    def run(self, *arguments: str, run: str = "r1") -> Result:
        """Run pytest here, as run `run`."""
        with pytest.MonkeyPatch.context() as apart:
            # Tests of judges may have imported the real suites, whose names these would take.
            for name in [name for name in sys.modules if name.partition(".")[0] == "suites"]:
                apart.delitem(sys.modules, name)
            ended = self._pytester.runpytest_inprocess(
                *arguments, "--run", run, no_reraise_ctrlc=True
            )
        return Result(int(ended.ret), ended.outlines, ended.errlines, self.path / "reports" / run)

    def observations(self) -> list[str]:
        """Every observation that was made, by any process."""
        path = self.path / "observations"
        return sorted(path.read_text().split()) if path.exists() else []
