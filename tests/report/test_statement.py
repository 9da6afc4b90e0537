"""What a run proves of its plan: the conclusion by rules, what was left out, and the text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.live import changed, facts_for, unseen
from tests.report.runs import ended, told
from tests.told import connected, unusable
from tests.told import told as answered
from tests.wire import unheard, wire_for
from tests.worlds import exemption, world
from trueline.compare.facts import Facts
from trueline.model.requirement import Requirement, Severity
from trueline.model.topology import Topology
from trueline.report.catalogue import digest
from trueline.report.closed import Closed
from trueline.report.signature import document, opened
from trueline.report.statement import Stated, statement
from trueline.report.statement_page import page

PLAN = world()
CLUSTERS = facts_for(PLAN)
FACTS = Facts(clusters=CLUSTERS, wire=wire_for(PLAN, CLUSTERS))
GOOD = told("LB-003", "control/vault", "pass")
LIST = tuple(
    Requirement(
        id=name, must="It MUST.", severity=Severity.CRITICAL, why="So.", source="a test",
        since="0.1",
    )
    for name in ("LB-003", "LB-004")
)  # fmt: skip
COMPLETE = ended(GOOD, tests={"t::a": "passed"})


def stated(run: Closed = COMPLETE, plan: Topology = PLAN, facts: Facts = FACTS) -> dict[str, Any]:
    return statement(Stated(run=run, topology=plan, facts=facts, catalogue=LIST))


def concluded(run: Closed = COMPLETE, **more: Any) -> tuple[str, list[str]]:
    made = stated(run, **more)
    return made["conclusion"], made["not_proven_because"]


def test_a_whole_run_without_a_deviation_conforms() -> None:
    assert concluded() == ("conforms", [])
    advised = told("LB-004", "control", "advisory")
    assert concluded(replace(COMPLETE, entries=(GOOD, advised))) == ("conforms", [])


def test_what_the_plan_exempts_is_said_in_the_conclusion() -> None:
    run = ended(GOOD, told("LB-004", "control", "exempted"))
    assert concluded(run) == ("conforms with exceptions", [])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"not_run": ("t::b", "t::c")}, "tests that were not run: 2"),
        ({"tests": {"t::a": "broken"}}, "tests that are broken: 1"),
        ({"tests": {"t::a": "unknown"}}, "tests that are unknown: 1"),
        ({"stopped": "interrupted"}, "the run was stopped early: interrupted"),
        ({"narrowed_by": ("--area dns", "-k x")}, "the selection was narrowed by --area dns, -k x"),
        ({"narrowed_by": None}, "the run did not write down whether all suites were selected"),
        ({"entries": ()}, "no claim passed"),
        ({"entries": (GOOD, told("LB-004", "a", "unknown"))}, "claims that are unknown: 1"),
    ],
)
def test_what_was_left_out_proves_nothing(values: dict[str, Any], why: str) -> None:
    assert concluded(replace(COMPLETE, **values)) == ("not proven", [why])


def test_drills_of_the_plan_have_to_be_carried_out() -> None:
    from tests.recorded.base import topology

    drilling = topology()
    facts = Facts(clusters=facts_for(drilling))
    count = len(drilling.drills)
    assert count
    assert concluded(plan=drilling, facts=facts)[0] == "conforms"
    assert concluded(replace(COMPLETE, drills=False), plan=drilling, facts=facts) == (
        "not proven",
        [f"drills of the plan were not asked for (--disruptive): {count}"],
    )


def test_a_cluster_that_nobody_knows_proves_nothing() -> None:
    blind = {**CLUSTERS, "app": unseen(CLUSTERS["app"], "identity", "no route")}
    told_so = ("not proven", ["the identity of cluster app was not observed"])
    assert concluded(facts=Facts(clusters=blind)) == told_so
    made = stated(facts=Facts(clusters=blind))
    assert made["clusters"][1] == {"name": "app", "not_observed": "no route"}
    nothing = stated(facts=Facts())
    assert nothing["clusters"][0] == {
        "name": "control", "not_observed": "the run looked at no cluster",
    }  # fmt: skip
    assert (nothing["observed"], nothing["vantage_points"]) == (None, [])


@pytest.mark.parametrize(
    "values",
    [
        {"entries": (GOOD, told("LB-004", "a", "fail"))},
        {"deviations": {"fail": ("an exemption hides nothing",), "unknown": (), "advisory": (),
                        "exempted": ()}},
        {"tests": {"t::a": "failed"}},
        {"entries": (told("LB-004", "a", "fail"), told("LB-004", "b", "unknown"),
                     told("LB-004", "c", "exempted")), "narrowed_by": ("-k x",)},
    ],
)  # fmt: skip
def test_a_failure_outweighs_all_else(values: dict[str, Any]) -> None:
    assert concluded(replace(COMPLETE, **values))[0] == "does not conform"


def test_everything_that_stands_behind_the_conclusion() -> None:
    entries = (
        GOOD,
        told("LB-004", "control", "unknown", area="l2", cluster="app"),
        told("LB-005", "plan", "not applicable", observed="no pool is planned"),
        told("LB-005", "app", "not applicable", observed="no pool is planned"),
    )
    tests = {"t::a": "passed", "t::b": "unknown", "t::c": "skipped"}
    gaps = ("no route: 1 test in doubt.",)
    run = ended(*entries, tests=tests, requirements_sha256=digest(LIST), gaps=gaps)
    made = stated(run)
    assert made["plan"] == {"name": PLAN.name, "file": "topology.yaml", "sha256": "ab" * 32}
    assert made["program"] == {
        "release": "0.1.0", "commit": "c0ffee", "requirements_sha256": digest(LIST),
    }  # fmt: skip
    assert made["run"]["began"] == "2027-03-14T02:17:00+00:00"
    assert made["run"]["ended"] == "2027-03-14T02:17:24+00:00"
    assert made["areas"] == [
        {"area": "l2", "cluster": "app", "claims": 1, "unknown": 1},
        {"area": "metallb", "cluster": "control", "claims": 3, "not applicable": 2, "pass": 1},
    ]
    assert made["unknown"] == ["LB-004 control is unknown", "no route: 1 test in doubt."]
    assert made["skipped"] == [
        {"requirement": "LB-005", "reason": "no pool is planned", "claims": 2}
    ]
    assert made["tests"] == {"passed": 1, "skipped": 1, "unknown": 1}
    assert made["requirements_without_a_claim"] == []
    assert stated(ended(GOOD, requirements_sha256=digest(LIST)))[
        "requirements_without_a_claim"
    ] == ["LB-004"]
    assert stated()["requirements_without_a_claim"] is None


def test_clusters_are_known_by_what_they_are_and_what_runs_there() -> None:
    control = CLUSTERS["control"]
    made = stated()["clusters"][0]
    identity = control.identity.value
    assert made["ca_sha256"] == identity.ca_sha256
    assert made["kube_system_uid"] == identity.kube_system_uid
    assert made["versions"]["kubernetes"] == [identity.version]
    assert made["versions"]["istio"] == []
    first, *rest = control.pods.value
    images = {
        "a": "docker.io/istio/proxyv2:1.31@sha256:00", "b": "local:5000/istio/pilot@sha256:01",
        "c": "local:5000/istio/pilot", "d": "local:5000/mirror/ghcr.io/flannel-io/flannel:v9",
        "e": "example.test/istiology/x:v1",
        "f": "quay.io/metallb/speaker:v0.13.12",
    }  # fmt: skip
    pods = (replace(first, images=images), *rest)
    facts = Facts(clusters={**CLUSTERS, "control": changed(control, "pods", pods)})
    versions = stated(facts=facts)["clusters"][0]["versions"]
    assert versions["istio"] == ["1.31", "no tag", "sha256:01"]
    assert versions["flannel"] == ["v9"]
    assert versions["metallb"] == ["v0.13.12"]


def test_the_places_that_were_looked_from() -> None:
    answers = unusable(
        answered({("runner", "x"): connected(), ("pod", "x"): connected()}), "pod", "no image"
    )
    heard = unheard(FACTS.wire, "no raw socket")
    made = stated(facts=Facts(clusters=CLUSTERS, wire=heard, answers=answers))
    places = {one["name"]: one for one in made["vantage_points"]}
    assert places["pod"] == {"name": "pod", "not_observed": "no image"}
    assert places["runner"]["from"] == "2025-11-13T02:13:20+00:00"
    assert places["API of app from this host"]["to"] == "2025-11-13T02:13:20+00:00"
    (wire,) = (one for name, one in places.items() if name.startswith("wire of lan from "))
    assert wire["not_observed"] == "no raw socket"
    assert made["observed"]["from"] == "2025-11-13T02:13:20+00:00"


def test_exceptions_have_their_owner_and_their_end() -> None:
    plan = replace(
        PLAN,
        exemptions=(
            exemption("LB-004", "control/*", expires=date(2027, 3, 14)),
            exemption("LB-009", "app", expires=date(2027, 3, 13)),
        ),
    )
    first, second = stated(ended(GOOD, told("LB-004", "control/a", "exempted")), plan)["exceptions"]
    assert first == {
        "requirement": "LB-004", "subject": "control/*",
        "reason": "waits for the new address plan", "owner": "network team",
        "expires": "2027-03-14", "expired": False, "at": "topology.yaml:220",
        "claims_exempted": 1,
    }  # fmt: skip
    assert (second["expired"], second["claims_exempted"]) == (True, 0)


def text(run: Closed = COMPLETE, **more: Any) -> str:
    return page(opened(document(stated(run, **more))))


def test_the_text_for_people() -> None:
    lines = text(facts=Facts(clusters=CLUSTERS)).splitlines()
    assert lines[:3] == ["# Conformance statement", "", f"**{PLAN.name}: conforms**"]
    assert "| Run | r2, 2027-03-14T02:17:00+00:00 to 2027-03-14T02:17:24+00:00 |" in lines
    assert "| trueline | 0.1.0, commit c0ffee |" in lines
    assert "| Signed with | nothing |" in lines
    assert "| metallb | control | 1 | 1 |" in lines
    assert lines[-4:] == [
        "| name and role | date | signature |",
        "| --- | --- | --- |",
        *["| &nbsp; | &nbsp; | &nbsp; |"] * 2,
    ]
    assert not any(line.startswith("## Does not conform") for line in lines)


def test_the_text_says_why_nothing_is_proven_and_lists_what_deviates() -> None:
    run = ended(
        told("LB-004", "control", "fail"),
        told("LB-005", "plan", "not applicable", observed="no pool is planned"),
        not_run=("t::a",),
        release=None,
    )
    told_so = text(run, facts=Facts(), plan=replace(PLAN, exemptions=(exemption(),)))
    assert "Not all of the plan is proven:\n\n- tests that were not run: 1\n- no claim" in told_so
    assert "## Does not conform\n\n- LB-004 control is fail\n" in told_so
    assert "## Tests that were not run\n\n- t::a\n" in told_so
    assert "| trueline | not written down, commit c0ffee |" in told_so
    assert "| control | not observed: the run looked at no cluster |  |  |" in told_so
    assert "| LB-005 | no pool is planned | 1 |" in told_so
    assert "| network team | 2026-06-30 (expired) | 0 |" in told_so


def test_signatories_have_a_line_each() -> None:
    of = Stated(run=COMPLETE, topology=PLAN, facts=FACTS, catalogue=LIST, signatories=("Ada, CTO",))
    made = page(opened(document(statement(of))))
    assert made.endswith("| --- | --- | --- |\n| Ada, CTO | &nbsp; | &nbsp; |\n")


def test_names_that_were_observed_are_no_mark_up() -> None:
    line = "LB-004 <script>|`*_[a](b)\\ \x1b[31m\nred & \u202eblue"
    made = text(ended(told("LB-004", "a", "fail", line=line)))
    shown = next(item for item in made.splitlines() if item.startswith("- LB-004"))
    assert shown == (
        "- LB-004 &lt;script&gt;\\|\\`\\*\\_\\[a\\](b)\\\\"
        " \\\\x1b\\[31m\\\\nred &amp; \\\\u202eblue"
    )
