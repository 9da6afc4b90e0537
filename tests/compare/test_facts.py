"""Facts of two runs: each sort of difference, and what one run missed is no difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from tests.certificates import root
from tests.live import changed, facts_for, unseen
from tests.told import NOW, connected, refused, reply, shows, told
from tests.wire import FOREIGN, Wire, heard, unheard, wire_for
from tests.worlds import world
from trueline.compare.facts import Facts, differences
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answer, Reply

CLUSTERS = facts_for(world())
APP = CLUSTERS["app"]
OWNER = APP.services.value[-1].key


def lines(before: Facts, after: Facts) -> list[str]:
    return [f"{item.kind}: {item}" for item in differences(before, after)]


def test_the_same_facts_have_no_differences() -> None:
    same = Facts(
        clusters=CLUSTERS,
        wire=wire_for(world(), CLUSTERS),
        answers=told({("here", "x"): refused()}),
    )
    assert differences(same, same) == ()
    assert differences(Facts(), same) == ()


def test_an_address_that_another_machine_answers_for() -> None:
    calm = wire_for(world(), CLUSTERS)
    vault, grafana = "192.168.64.103", "192.168.64.102"
    other = heard(heard(calm, vault, FOREIGN), grafana, only=())
    was = {name: mac for name in (vault, grafana) for mac in _macs(calm, name)}
    assert lines(Facts(wire=calm), Facts(wire=other)) == [
        f"owner of an address on the wire: lan/{grafana}: {was[grafana]} -> nothing",
        f"owner of an address on the wire: lan/{vault}: {was[vault]} -> "
        f"{' and '.join(sorted([FOREIGN, was[vault]]))}",
    ]
    assert lines(Facts(wire=calm), Facts(wire=unheard(other, "no raw socket"))) == []


def _macs(wire: Wire, address: str) -> list[str]:
    return [reply.mac for reply in wire["lan"].value.replies[address]]


def app(change: Callable[[ClusterFacts], ClusterFacts]) -> Facts:
    return Facts(clusters={**CLUSTERS, "app": change(APP)})


def with_first(facet: str, **values: Any) -> Callable[[ClusterFacts], ClusterFacts]:
    def change(facts: ClusterFacts) -> ClusterFacts:
        first, *rest = getattr(facts, facet).value
        return changed(facts, facet, (replace(first, **values), *rest))

    return change


def with_service(**values: Any) -> Callable[[ClusterFacts], ClusterFacts]:
    def change(facts: ClusterFacts) -> ClusterFacts:
        services = tuple(
            replace(item, **values) if item.key == OWNER else item for item in facts.services.value
        )
        return changed(facts, "services", services)

    return change


def moved(facts: ClusterFacts) -> ClusterFacts:
    ends = tuple(
        replace(item, node="app-worker-9") if item.service == OWNER else item
        for item in facts.endpoints.value
    )
    return changed(facts, "endpoints", ends)


def gone(facts: ClusterFacts) -> ClusterFacts:
    return changed(facts, "nodes", facts.nodes.value[1:])


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            with_service(ingress=(ip_address("192.0.2.1"), ip_address("192.0.2.2"))),
            f"address of a Service: app/{OWNER}: 192.168.64.123 -> 192.0.2.1 and 192.0.2.2",
        ),
        (
            with_service(ingress=()),
            f"address of a Service: app/{OWNER}: 192.168.64.123 -> no address",
        ),
        (
            with_first("nodes", ready=False),
            "node: app/app-cp-1: ready at 192.168.64.21 -> not ready at 192.168.64.21",
        ),
        (moved, f"where a Service runs: app/{OWNER}: app-cp-1 -> app-worker-9"),
        (
            with_first("nodes", kubelet_version="v1.35.0"),
            "version: app/kubelet of app-cp-1: v1.34.4 -> v1.35.0",
        ),
    ],
)
def test_what_the_apis_say_otherwise(
    change: Callable[[ClusterFacts], ClusterFacts], line: str
) -> None:
    assert line in lines(Facts(clusters=CLUSTERS), app(change))


def test_an_endpoint_that_is_gone_and_an_image_that_is_new() -> None:
    bare = app(lambda facts: changed(facts, "endpoints", ()))
    told_so = lines(Facts(clusters=CLUSTERS), bare)
    assert f"where a Service runs: app/{OWNER}: app-cp-1 -> no ready endpoint" in told_so
    newer = app(with_first("workloads", images=("metallb/controller:v9",)))
    (line,) = lines(Facts(clusters=CLUSTERS), newer)
    assert line.startswith("version: app/Deployment metallb-system/controller: ")
    assert line.endswith("-> metallb/controller:v9")


def test_a_node_that_is_gone_and_a_facet_that_was_not_seen() -> None:
    assert "node: app/app-cp-1: ready at 192.168.64.21 -> nothing" in lines(
        Facts(clusters=CLUSTERS), app(gone)
    )
    assert lines(Facts(clusters=CLUSTERS), app(lambda facts: unseen(facts, "nodes", "no"))) == []
    assert lines(Facts(clusters=CLUSTERS), Facts(clusters={"control": CLUSTERS["control"]})) == []


def shown(der: bytes, peer: str | None = "192.0.2.9") -> Reply:
    return reply("answered", "answer", tls=shows(der), peer=peer)


def test_a_certificate_that_was_renewed() -> None:
    edge = root("edge")
    one, two = (edge.leaf("vault.test") for _ in range(2))
    before = Facts(answers=told({("here", "a"): shown(one), ("here", "b"): refused()}))
    after = Facts(answers=told({("here", "a"): shown(two), ("here", "b"): refused()}))
    (found,) = differences(before, after)
    assert (found.kind, found.subject) == ("certificate", "here/192.0.2.9 as vault.test")
    assert found.before != found.after
    unreadable = Facts(answers=told({("here", "a"): shown(b"no"), ("here", "c"): shown(one, None)}))
    (lost,) = differences(before, unreadable)
    assert lost.after == "nothing"


def took(seconds: float, said: Reply | None = None) -> Answer:
    return Answer(replies=(replace(said or connected(), seconds={"tcp": seconds}),), at=NOW)


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        (took(0.02), took(0.3), "time of an answer: here/a: 20 ms -> 300 ms"),
        (took(0.3), took(0.02), "time of an answer: here/a: 300 ms -> 20 ms"),
        (took(0.1), took(0.3), None),
        (took(0.001), took(0.05), None),
        (took(0.001, refused()), took(0.5), None),
        (took(0.001), took(0.5, refused()), None),
    ],
)
def test_an_answer_that_takes_several_times_as_long(
    was: Answer, now: Answer, line: str | None
) -> None:
    before, after = (Facts(answers=told({("here", "a"): one})) for one in (was, now))
    assert lines(before, after) == ([line] if line else [])
