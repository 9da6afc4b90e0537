"""The recorded lab is drafted as it was planned, and its draft is met by what was recorded."""

from __future__ import annotations

from functools import cache

from tests.discovery import lab
from tests.discovery.expected import BEYOND, OPEN, beyond, open_of
from tests.judging import Said, judge_all, standing
from tests.recorded import base
from trueline.discovery.differences import differences, unmarked
from trueline.discovery.draft import Draft
from trueline.discovery.plan import draft
from trueline.discovery.text import text
from trueline.intent.load import read
from trueline.model.found import Found
from trueline.model.topology import Topology


@cache
def drafted(found: str) -> tuple[Draft, Topology]:
    made = draft({"whole": lab.found, "stored": stored}[found](), today=base.day())
    return made, read(text(made).encode(), "draft.yaml")


@cache
def stored() -> Found:
    """What a stored run holds: the APIs as it asked them, and no settings."""
    clusters = base.facts().clusters
    return Found(contexts={name: name for name in clusters}, clusters=clusters)


@cache
def judged(found: str) -> list[Said]:
    return judge_all(drafted(found)[1], base.facts(), base.day())


def test_nothing_of_the_recorded_lab_fails_the_draft_of_it() -> None:
    assert standing(judged("whole"), "fail") == {}
    assert standing(judged("stored"), "fail") == {}


def test_what_the_recorded_run_did_not_ask_is_all_that_is_unknown() -> None:
    """The run asked what its own plan implied; the draft has other flows."""
    unasked = ("was not asked", "there is no vantage point", "was asked nothing")
    unknown = standing(judged("whole"), "unknown")
    assert set(unknown) == {"POL-001", "POL-002", "REACH-001", "REACH-002"}
    for said in (line for lines in unknown.values() for line in lines):
        assert any(reason in said for reason in unasked), said


def test_what_stays_unknown_of_a_draft_from_a_stored_run() -> None:
    assert set(standing(judged("stored"), "unknown")) == {
        "ISO-003",  # no host on the segment, so nobody outside tries the inside addresses
        "MTLS-007",  # no workload of the mesh
        "REACH-001",  # flows that the run did not try
        "REACH-002",
    }


def test_every_deviation_that_is_excepted_is_there() -> None:
    """No exception names what conforms, which a run would complain of."""
    topology = drafted("whole")[1]
    assert [(item.requirement, item.subject) for item in topology.exemptions] == [
        ("PLAN-060", "control/istio-eastwest"),
        ("PLAN-060", "app/istio-eastwest"),
    ]
    excepted = standing(judged("whole"), "exempted")
    assert {key: len(lines) for key, lines in excepted.items()} == {"PLAN-060": 2}


def test_everything_that_can_be_discovered_is_as_the_lab_was_planned() -> None:
    made, topology = drafted("whole")
    apart = differences(topology, base.topology())
    assert unmarked(apart, made) == ()
    assert open_of(apart) == OPEN
    assert beyond(apart) == BEYOND
    marks = {".".join(path) for path, _ in (*made.gaps(), *made.guesses())}
    assert marks >= OPEN


def test_a_stored_run_alone_owns_up_to_what_it_does_not_have() -> None:
    made, topology = drafted("stored")
    assert unmarked(differences(topology, base.topology()), made) == ()


def test_one_value_that_the_draft_had_wrong_would_be_seen() -> None:
    made, topology = drafted("whole")
    (found,) = unmarked(
        differences(_moved(topology), base.topology()),
        made,
    )
    assert str(found) == ("clusters.app.dns_service: planned 10.97.0.10, drafted 10.97.0.11")


def _moved(topology: Topology) -> Topology:
    moved = text(drafted("whole")[0]).replace("10.97.0.10", "10.97.0.11")
    assert topology == drafted("whole")[1]
    return read(moved.encode(), "draft.yaml")
