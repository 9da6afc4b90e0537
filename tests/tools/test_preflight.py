"""What preflight says, and how it ends."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tests.small import PLAN
from tools import allure_cli, preflight
from trueline.intent.load import load
from trueline.observe import readiness
from trueline.observe.readiness import Finding
from trueline.vantage import host

PROGRAMS = preflight.programs  # no other test shall depend on what this host has
WIRE = Finding(about="segment lan", good=False, text="no raw sockets", lost="who answers")
SEEN = Finding(about="cluster north", good=True, text="https://n, Kubernetes v1.34.4")
MAY = Finding(about="cluster north", good=True, text="may list pods")
MAY_NOT = Finding(about="cluster north", good=False, text="may not list events", lost="events")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(preflight, "home", lambda: tmp_path)
    monkeypatch.setattr(preflight, "programs", lambda _: [])
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


def ends(
    monkeypatch: pytest.MonkeyPatch, plan: Path, *found: Finding, verbose: bool = False
) -> int:
    monkeypatch.setattr(preflight, "look", lambda *_, **__: list(found))
    return preflight.main(["--topology", str(plan), *(["-v"] if verbose else [])])


def test_everything_is_there(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(monkeypatch, plan, SEEN, MAY) == 0
    assert capsys.readouterr().out.splitlines() == [
        "plan small: 1 cluster, 1 node",
        "cluster north: https://n, Kubernetes v1.34.4",
        "  1 thing needed there, all in order",
        "how long it takes is not known: the latest stored run is of another plan, or not whole",
        "`pytest suites/ --list` says what would run; the plan itself is judged in any case",
        "everything can be observed",
    ]
    assert ends(monkeypatch, plan, SEEN, MAY, verbose=True) == 0
    assert "  may list pods" in capsys.readouterr().out.splitlines()


def test_what_deserves_to_be_read_is_told_in_any_case(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    image = Finding(about="cluster north", good=True, text="the image is on 1 of 2", told=True)
    assert ends(monkeypatch, plan, SEEN, MAY, image) == 0
    assert capsys.readouterr().out.splitlines()[1:4] == [
        "cluster north: https://n, Kubernetes v1.34.4",
        "  the image is on 1 of 2",
        "  2 things needed there, all in order",
    ]


def test_what_is_missing_is_told_with_what_is_lost(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(monkeypatch, plan, WIRE, SEEN, MAY, MAY_NOT) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:4] == [
        "segment lan: no raw sockets; unknown: who answers",
        "cluster north: https://n, Kubernetes v1.34.4",
        "  may not list events; unknown: events",
    ]
    assert lines[-1] == "missing: 2 things"


def test_nothing_can_be_observed(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(monkeypatch, plan, WIRE) == 2
    assert capsys.readouterr().out.splitlines()[-1] == "nothing can be observed from here"


def test_the_latest_whole_run_of_the_plan_says_how_long_it_takes(plan: Path) -> None:
    folder = plan.parent / "reports" / "latest"
    folder.mkdir(parents=True)
    digest = sha256(plan.read_bytes()).hexdigest()

    def said(**closed: object) -> str:
        whole = {
            "topology_sha256": digest,
            "stopped": None,
            "not_run": [],
            "seconds": 31.4,
        } | closed
        (folder / "summary.json").write_text(json.dumps(whole))
        return preflight.lasted(plan.parent / "reports", digest)

    unknown = (
        "how long it takes is not known: the latest stored run is of another plan, or not whole"
    )
    assert said() == "the latest run of this plan took 31 s"
    assert said(stopped="interrupted") == unknown
    assert said(topology_sha256="other") == unknown
    assert said(not_run=["left out by a budget"]) == unknown


def test_a_plan_of_the_lab_outside_of_it_and_one_that_is_wrong(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan.write_text(PLAN + "runs_in: lab\n")

    def outside(**_: object) -> None:
        raise host.OutsideLab("this is the machine itself")

    monkeypatch.setattr(host, "require_isolated", outside)
    assert preflight.main(["--topology", str(plan)]) == 2
    assert capsys.readouterr().err == "this is the machine itself\n"
    plan.write_text("version: 1\n")
    assert preflight.main(["--topology", str(plan)]) == 2
    assert "plan.yaml" in capsys.readouterr().err


def test_a_look_is_at_the_segments_and_at_the_clusters(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "segments", lambda _: [WIRE])
    monkeypatch.setattr(readiness, "clusters", lambda *_, drills: [SEEN] * (1 + drills))
    topology = load(plan)
    assert preflight.look(topology, None, drills=True) == [WIRE, SEEN, SEEN]


@pytest.mark.parametrize("there", [True, False])
def test_the_programs_of_this_host(
    plan: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool
) -> None:
    plan.write_text(PLAN + "vantages: {desk: {kind: ssh, host: admin@desk}}\n")
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/ssh" if there else None)
    monkeypatch.setattr(allure_cli, "installed", lambda: there)
    told = [(one.good, one.text, one.lost, one.told) for one in PROGRAMS(load(plan))]
    allure = f"Allure {allure_cli.ALLURE}, which makes the report,"
    if there:
        assert told == [
            (True, "ssh is there", "", False),
            (True, f"{allure} is there", "", False),
        ]
    else:
        assert told == [
            (False, "there is no ssh on the PATH", "what is asked from desk", False),
            (True, f"{allure} would be installed from npm by `python -m tools.report`", "", True),
        ]
