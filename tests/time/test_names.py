"""The certificates of the APIs, and what they are called by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.certificates import Root
from tests.time.watches import APP, CONTROL, PLAN, answers, authority, refused
from tests.told import lines, unusable
from trueline.checks.clusters_certificates import api_certificate_is_for_its_callers as checked
from trueline.questions import clocks
from trueline.questions.clocks import Door
from trueline.questions.question import Scene

CA: Root = authority()
PREFIX = "certificate of API 192.168.64.10 of control as api.control.test at host: api.control.test"


def carrying(**instead: str) -> Callable[[Door], tuple[bytes, ...]]:
    """Every door shows a certificate for what it is called by, or `instead` for one name."""

    def shown(door: Door) -> tuple[bytes, ...]:
        called = door.name or door.host
        return (CA.leaf(instead.get(called.replace(".", "_"), called)), CA.leaf("issuer"))

    return shown


def test_whoever_calls_is_shown_what_he_called() -> None:
    for cluster in (CONTROL, APP):
        found = lines(checked, cluster, PLAN, answers(chain=carrying()))
        assert {line.split()[0] for line in found} == {"PASS"}
        assert len(found) == len(clocks.callers(PLAN, cluster))
    assert f"PASS {PREFIX} | {{api.control.test}}" in lines(
        checked, CONTROL, PLAN, answers(chain=carrying())
    )


def test_a_name_that_the_certificate_lacks() -> None:
    chain = carrying(api_control_test="kubernetes")
    found = [
        line
        for line in lines(checked, CONTROL, PLAN, answers(chain=chain))
        if not line.startswith("PASS ")
    ]
    assert found == [f"FAIL {PREFIX} | {{kubernetes}}"]


def test_a_name_of_the_issuer_is_none_of_the_certificate() -> None:
    both = (CA.leaf("other"), CA.leaf("api.control.test"))
    found = lines(checked, CONTROL, PLAN, answers(chain=lambda _: both))
    assert f"FAIL {PREFIX} | {{other}}" in found


def test_what_shows_no_certificate_leaves_it_open() -> None:
    silent = answers(chain=carrying(), told_instead=refused("192.168.64.10"))
    found = lines(checked, CONTROL, PLAN, silent)
    assert found[0] == (
        "UNKNOWN certificate of API 192.168.64.10 of control at host: 192.168.64.10 | "
        "API 192.168.64.10 of control showed no certificate: refused at tcp"
    )
    assert [line.split()[0] for line in found] == ["UNKNOWN", "PASS", "PASS", "UNKNOWN", "UNKNOWN"]


def test_a_vantage_point_that_cannot_be_used_spoils_no_other() -> None:
    blind = unusable(answers(chain=carrying()), "node-app", "no pod")
    found = lines(checked, APP, PLAN, blind)
    assert [line.split()[0] for line in found].count("UNKNOWN") == 1
    assert found[-1].endswith("| no pod")


def test_nobody_asks() -> None:
    alone = replace(PLAN, vantages=())
    assert lines(checked, CONTROL, alone, answers(alone)) == [
        "NOT_APPLICABLE control: nothing is asked | no vantage point of the plan asks it"
    ]


def test_the_certificate_is_seen_at_the_first_look_at_the_clock() -> None:
    scene = Scene(topology=PLAN, clusters={}, nonce="n")
    first = {(item.vantage, item.name): item.probe for item in clocks.called(scene)}
    every = {(item.vantage, item.name): item.probe for item in clocks.asked(scene)}
    assert first.items() <= every.items()
    assert {name for _, name in first} == {
        clocks.read(door) for cluster in PLAN.clusters for _, door in clocks.callers(PLAN, cluster)
    }
