from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.model.plans import LAN, NORTH, PLAN, SOUTH
from tests.report.rulings import BAD, GOOD, NONE, OWNER, TODAY, judgement
from trueline.model.claim import Claim
from trueline.report.journal import (
    Entry,
    Journal,
    Phase,
    area_of,
    cluster_of,
    entries_of,
    gather,
    merged,
)
from trueline.report.ruling import rule

TEST = "suites/metallb/test_owner.py::test_owner[control/web]"


def write(folder: Path, worker: str, *claims: Claim, test: str = TEST) -> tuple[Entry, ...]:
    journal = Journal(folder, run="r1", worker=worker)
    rulings = rule(judgement(*claims), "subject", (), TODAY)
    return journal.claims(test, OWNER, "subject", rulings, clusters=["control"], seconds=0.25)


def test_every_claim_is_one_line_with_everything_a_reader_needs(tmp_path: Path) -> None:
    write(tmp_path, "gw0", replace(GOOD, remedy="Wait."))
    (line,) = (tmp_path / "gw0.jsonl").read_text().splitlines()
    assert json.loads(line) == {
        "schema": 1,
        "kind": "claim",
        "run": "r1",
        "worker": "gw0",
        "test": TEST,
        "check": "_judge",
        "requirement": "LB-003",
        "severity": "critical",
        "area": "metallb",
        "cluster": "control",
        "subject": "control/192.0.2.1",
        "expected": "{a/b}",
        "observed": "{a/b}",
        "verdict": "pass",
        "standing": "pass",
        "at": "topology.yaml:41",
        "evidence": ["list"],
        "remedy": "Wait.",
        "seconds": 0.25,
        "line": "LB-003 control/192.0.2.1: expected {a/b}, observed {a/b} (topology.yaml:41)."
        " Wait.",
        "needs": [],
        "takes": [],
        "about": [],
    }


def test_what_does_not_hold_says_what_it_needs_and_takes(tmp_path: Path) -> None:
    journal = Journal(tmp_path, run="r1", worker="gw0")
    bad = replace(BAD, concerns=("service:a/b/c", "pool:p"))
    good = replace(GOOD, concerns=("service:a/b/d",))
    rulings = rule(judgement(good, bad, NONE), "subject", (), TODAY)
    more = {"needs": ["pool:p"], "takes": ["address:a"]}
    journal.claims(TEST, OWNER, "subject", rulings, clusters=[], seconds=0.1, **more)
    found, _ = gather(tmp_path)
    (tmp_path / "all.jsonl").write_text(merged(found))
    assert {(one.standing, one.needs, one.takes) for one in found} == {
        ("pass", (), ("address:a", "service:a/b/d")),
        ("fail", ("pool:p", "service:a/b/c"), ("address:a", "service:a/b/c", "pool:p")),
        ("not applicable", (), ()),
    }
    assert entries_of(tmp_path / "all.jsonl") == found
    older = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    for record in older:
        del record["needs"], record["takes"], record["about"]
    (tmp_path / "old.jsonl").write_text("\n".join(map(json.dumps, older)))
    assert all(one.needs == () for one in entries_of(tmp_path / "old.jsonl"))


def test_a_claim_says_what_it_is_shown_at(tmp_path: Path) -> None:
    journal = Journal(tmp_path, run="r1", worker="gw0")
    tried = replace(GOOD, way=("runner", "vm:redis"))
    rulings = rule(judgement(GOOD, tried), "subject", (), TODAY)
    journal.claims(TEST, OWNER, "s", rulings, clusters=[], seconds=0.1, about=["vm:redis"])
    found, _ = gather(tmp_path)
    assert [one.about for one in found] == [
        ("vm:redis",),
        ("vm:redis", "path:runner>vm:redis"),
    ]


def test_journals_merge_in_an_order_of_their_own(tmp_path: Path) -> None:
    late = replace(BAD, subject="control/9", at=None)
    write(tmp_path, "gw1", late, GOOD)
    write(tmp_path, "gw0", BAD, test="suites/plan/test_x.py::test_x")
    Journal(tmp_path, run="r1", worker="gw0").phase("wire", 1.23456)
    Journal(tmp_path, run="r1", worker="gw1").phase("clusters", 2)
    entries, phases = gather(tmp_path)
    assert [(entry.area, entry.subject, entry.at) for entry in entries] == [
        ("metallb", "control/192.0.2.1", "topology.yaml:41"),
        ("metallb", "control/9", None),
        ("plan", "control/192.0.2.1", "topology.yaml:41"),
    ]
    assert phases == (Phase(name="clusters", seconds=2), Phase(name="wire", seconds=1.235))
    lines = merged(entries).splitlines()
    assert [json.loads(line)["subject"] for line in lines] == [entry.subject for entry in entries]


def test_a_line_cut_short_by_a_crash_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "gw0", GOOD, replace(GOOD, observed="line\u2028break"))
    path = tmp_path / "gw0.jsonl"
    path.write_text(path.read_text() + '{"schema": 1, "kind": "cl')
    entries, _ = gather(tmp_path)
    assert [entry.observed for entry in entries] == ["line break", "{a/b}"]


@pytest.mark.parametrize(
    ("test", "area"),
    [
        ("suites/l2/test_pools.py::test_x", "l2"),
        ("here/suites/plan/deep/test_pools.py::test_x", "plan"),
        ("suites/test_pools.py::test_x", "suites"),
        ("elsewhere/test_x.py::test_x[a/b]", "elsewhere"),
        ("test_x.py::test_x", "test_x"),
    ],
)
def test_the_area_is_the_folder_of_the_suite(test: str, area: str) -> None:
    assert area_of(test) == area


@pytest.mark.parametrize(
    ("subject", "text", "cluster"),
    [
        (NORTH, "pods", "north"),
        ((NORTH, SOUTH), "pods", "north+south"),
        (NORTH.pools[0], "main", "north"),
        (LAN, "lan", "-"),
        (PLAN, "south/pods", "south"),
        (PLAN, "south pods", "south"),
        (PLAN, "small", "-"),
        ((LAN, LAN), "lan", "-"),
        ((), "lan", "-"),
    ],
)
def test_the_cluster_is_that_of_the_subject_or_of_its_text(
    subject: object, text: str, cluster: str
) -> None:
    assert cluster_of(subject, text, ["north", "south"]) == cluster
