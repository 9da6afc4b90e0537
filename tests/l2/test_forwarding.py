"""Whether the node that announces a reserved address gets through to it itself (L2-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.l2.judging import Wire, reserved
from tests.l2.scene import CP, FACTS, PLAN, SILENT, VIP, W1, WIRE, control
from tests.live import unseen, with_one
from tests.told import connected, lines, refused, reply, shows, timed_out, told, unusable
from tests.wire import FOREIGN, heard
from tests.worlds import at, port, with_reservation
from trueline.checks.l2_forwarding import announcer_passes_on as checked
from trueline.model.observation import ClusterFacts, Snapshot
from trueline.model.places import at_node
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Topology, Vantage
from trueline.questions import every, matrix
from trueline.questions.question import Scene

HOST = Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(210))
PODS = Vantage(name="pods", kind="pod", cluster="app", segment=None, at=at(211))
HERE = replace(PLAN, vantages=(HOST, PODS))
ITEM = reserved(HERE, "control/prometheus")
(TARGET,) = matrix.ports(HERE, ITEM)
NODE = at_node("control", "control-cp-1")
SUBJECT = "control/prometheus port 9090 at control/control-cp-1, which announces it"
DOC = "The node that answers for a reserved address gets through to what stands behind it."


def answers(node: Reply, host: Reply = connected(), pods: Reply = connected()) -> Answers:  # noqa: B008
    name = matrix.name(TARGET)
    control = ("pods:control", name)
    return told({(NODE, name): node, ("host", name): host, ("pods", name): pods, control: host})


def said(
    given: Answers,
    wire: Wire = WIRE,
    plan: Topology = HERE,
    clusters: dict[str, ClusterFacts] = FACTS,
) -> str:
    item, snapshot = reserved(plan, "control/prometheus"), Snapshot(clusters=clusters)
    (only,) = lines(checked, item, plan, wire, snapshot, clusters["control"], given)
    return only


def test_a_node_that_passes_on() -> None:
    assert said(answers(connected())) == f"PASS {SUBJECT}: a connection | connected"


@pytest.mark.parametrize(
    ("broke", "how"), [(timed_out(), "timed out at tcp"), (refused(), "refused at tcp")]
)
def test_a_node_that_does_not_though_others_get_through(broke: Reply, how: str) -> None:
    assert said(answers(broke)) == (
        f"FAIL {SUBJECT}: a connection | {how}, though host and pods:control and pods got through"
    )
    assert said(answers(broke, timed_out())) == (
        f"FAIL {SUBJECT}: a connection | {how}, though pods got through"
    )


def test_what_nobody_reaches_is_told_elsewhere() -> None:
    given = answers(refused(), refused(), timed_out())
    assert (
        said(given)
        == f"NOT_APPLICABLE {SUBJECT}: nothing is asked | nobody gets through, see REACH-003"
    )


def test_whether_others_get_through_may_not_be_known() -> None:
    given = unusable(answers(refused(), timed_out(), timed_out()), "host", "no route")
    assert said(given) == (
        f"UNKNOWN {SUBJECT}: a connection | refused at tcp, and whether anybody gets through is "
        "not known: no route"
    )
    given = unusable(answers(refused(), timed_out()), "host", "no route")
    assert said(given).endswith("| refused at tcp, though pods got through")


@pytest.mark.parametrize("macs", [[], [CP, W1], [FOREIGN]])
def test_without_one_node_that_answers_there_is_nobody_to_ask(macs: list[str]) -> None:
    wire = heard(WIRE, VIP, only=macs)
    assert said(answers(timed_out()), wire) == (
        "NOT_APPLICABLE control/prometheus: nothing is asked | no single node of its "
        "cluster answers for it, see L2-004"
    )
    assert said(answers(timed_out()), SILENT).startswith("NOT_APPLICABLE")


def test_a_stranger_beside_the_node_does_not_hide_it() -> None:
    wire = heard(WIRE, VIP, only=[CP, FOREIGN])
    assert said(answers(timed_out()), wire).startswith("FAIL")


def test_a_node_that_the_service_does_not_admit() -> None:
    def narrowed(ranges: tuple[str, ...]) -> str:
        clusters = control(with_one(FACTS["control"], "services", ITEM.owner, source_ranges=ranges))
        return said(answers(timed_out()), clusters=clusters)

    assert narrowed(("10.0.0.0/8",)) == (
        "NOT_APPLICABLE control/prometheus: nothing is asked | its Service does not "
        "admit control/control-cp-1"
    )
    assert narrowed(("192.168.64.0/24",)).startswith("FAIL")


def test_a_node_that_could_not_be_asked_leaves_it_in_doubt() -> None:
    given = unusable(answers(connected()), NODE, "no pod could be started")
    assert said(given) == (f"UNKNOWN control/prometheus: {DOC} | no pod could be started")
    blind = {name: unseen(facts, "nodes", "HTTP 403") for name, facts in FACTS.items()}
    assert said(answers(connected()), clusters=blind).startswith("PASS")


def test_a_port_of_https_is_passed_on_when_tls_comes_about() -> None:
    plan = with_reservation(HERE, "control/prometheus", ports=(port("9090/TCP/https"),))
    secure = reply("connected", "tls", tls=shows())
    assert said(answers(secure, secure, secure), plan=plan) == (
        f"PASS {SUBJECT}: a TLS handshake | TLSv1.3"
    )
    assert said(answers(connected(), secure, secure), plan=plan) == (
        f"FAIL {SUBJECT}: a TLS handshake | connected, though host and pods:control and pods got "
        "through"
    )


def test_what_has_no_announcer_or_no_port_is_not_asked() -> None:
    scene = Scene(topology=HERE, clusters=FACTS, nonce="n0", now=0.0)
    asked = every.asked(scene, ["l2"])
    assert {name for name in asked if name.startswith("nodes:control")} == {
        at_node("control", node.name) for node in HERE.cluster("control").nodes
    }
    udp = with_reservation(HERE, "control/prometheus", ports=())
    for wire in (WIRE, SILENT):
        assert said(answers(connected()), wire, plan=udp) == (
            "NOT_APPLICABLE control/prometheus: nothing is asked | it plans no TCP port"
        )
