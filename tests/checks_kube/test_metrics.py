"""What MetalLB's speakers say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.live import changed, facts_for
from tests.told import http, lines, refused, told
from tests.worlds import at, world
from trueline.checks.metallb_metrics import speakers_run_on_the_present_configuration as check
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Cluster, Topology, Vantage
from trueline.questions import speakers
from trueline.questions.question import Scene

RUNNER = Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1))
GOOD = "metallb_k8s_client_config_loaded_bool 1\nmetallb_k8s_client_config_stale_bool 0\n"
STALE = GOOD.replace("stale_bool 0", "stale_bool 1")
VAULT = "192.168.64.103"


def plan(metrics_port: int | None = 7472) -> Topology:
    base = replace(world(), vantages=(RUNNER,))
    clusters = tuple(
        replace(item, load_balancer=replace(item.load_balancer, metrics_port=metrics_port))
        for item in base.clusters
        if item.load_balancer is not None
    )
    return replace(base, clusters=clusters)


PLAN = plan()
CONTROL = PLAN.cluster("control")
FACTS = facts_for(PLAN)
NODES = speakers.speakers(CONTROL, FACTS["control"])


def scene(topology: Topology = PLAN) -> Scene:
    return Scene(topology=topology, clusters=FACTS, nonce="n")


def answers(*texts: str | Reply) -> Answers:
    """What each speaker of Control says, the last one again for the rest."""
    wanted = [*texts, *[texts[-1]] * (len(NODES) - len(texts))]
    said = (http(200, item) if isinstance(item, str) else item for item in wanted)
    return told({("runner", speakers.told_by(node)): one for node, one in zip(NODES, said)})  # noqa: B905


def judged(said: Answers, cluster: Cluster = CONTROL, topology: Topology = PLAN) -> list[str]:
    return lines(check, cluster, topology, FACTS["control"], said)


def test_every_speaker_is_asked_at_its_node() -> None:
    asked = list(speakers.asked(scene()))
    count = sum(len(speakers.speakers(item, FACTS[item.name])) for item in PLAN.clusters)
    assert len(asked) == count > len(NODES) > 0
    (step,) = asked[0].probe.steps
    assert (step.host, step.port) == (str(NODES[0].addresses[0]), 7472)
    assert step.request is not None
    assert step.request.path == "/metrics"
    assert list(speakers.asked(scene(plan(None)))) == []
    assert list(speakers.asked(scene(replace(PLAN, vantages=())))) == []


def test_a_configuration_that_is_loaded_and_present_passes() -> None:
    first = NODES[0].name
    assert len(judged(answers(GOOD))) == len(NODES)
    assert judged(answers(GOOD))[0] == (
        f"PASS control speaker on {first}: the present configuration | the present one"
    )


@pytest.mark.parametrize(
    ("text", "observed"),
    [
        (STALE, "an older one, and it rejected the present one"),
        (GOOD.replace("loaded_bool 1", "loaded_bool 0"), "none yet"),
    ],
)
def test_a_configuration_that_is_not_the_present_one_fails(text: str, observed: str) -> None:
    assert judged(answers(text, GOOD))[0] == (
        f"FAIL control speaker on {NODES[0].name}: the present configuration | {observed}"
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (refused(), "the speaker on control/{} tells no metrics: refused"),
        (http(404), "the speaker on control/{} tells no metrics: HTTP 404"),
        ("up 1\n", "the metrics have no metallb_k8s_client_config_loaded_bool"),
    ],
)
def test_metrics_that_do_not_come_are_unknown(said: str | Reply, why: str) -> None:
    (line,) = judged(answers(said))
    assert line.startswith("UNKNOWN ")
    assert line.endswith(f"| {why.format(NODES[0].name)}")


def test_what_is_no_http_is_no_metrics() -> None:
    reply = replace(http(200, GOOD), received="c3NoLTI=")
    with pytest.raises(NotObserved, match="tells no metrics: no HTTP answer"):
        speakers.text(answers(reply), PLAN, NODES[0])
    with pytest.raises(NotObserved, match="no host is planned"):
        speakers.text(answers(GOOD), replace(PLAN, vantages=()), NODES[0])


def test_where_nothing_is_planned_nothing_is_asked() -> None:
    silent = plan(None)
    (line,) = judged(answers(GOOD), silent.cluster("control"), silent)
    assert line.endswith("| the plan does not say where its metrics are told")
    bare = replace(CONTROL, load_balancer=None)
    (line,) = judged(answers(GOOD), bare)
    assert line.endswith("| the plan names no load balancer")
    assert speakers.speakers(bare, FACTS["control"]) == ()


def test_without_a_ready_speaker_there_is_nobody_to_ask() -> None:
    facts = changed(FACTS["control"], "pods", ())
    (line,) = lines(check, CONTROL, PLAN, facts, answers(GOOD))
    assert line.endswith("| no speaker is ready, see LB-002")


def test_who_says_that_it_announces_an_address() -> None:
    metric = f'metallb_speaker_announced{{ip="{VAULT}",node="n",protocol="layer2"}}'
    said = answers(f"{metric} 1\n", f"{metric} 0\n")
    address = next(item.address for item in CONTROL.reservations if str(item.address) == VAULT)
    assert speakers.announcers(said, PLAN, CONTROL, FACTS["control"], address) == (NODES[0].name,)
