"""What is measured: plans, prefixes and objects that are what the benchmarks say of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kube.api import FakeApi
from tools.bench import kube_objects, overlaps, peers, plans
from tools.bench.acts import api_fill
from tools.bench.acts.kube_api import Answers
from tools.bench.acts.names import address_of, name_of
from tools.bench.values import NotRun
from trueline.intent.ledger import ledger
from trueline.intent.load import read
from trueline.probes.kube_client import connect
from trueline.probes.kube_decode import pod, service


@pytest.mark.parametrize(
    ("text", "clusters", "nodes", "reservations"),
    [
        (plans.two_clusters(), 2, 6, 8),
        (plans.two_clusters(nodes=500, reservations=1), 2, 1_000, 2),
        (plans.many_clusters(64), 64, 128, 64),
    ],
)
def test_a_plan_has_the_size_it_was_asked_for_and_no_conflict(
    text: str, clusters: int, nodes: int, reservations: int
) -> None:
    plan = read(text.encode(), "plan.yaml")
    found = (len(plan.clusters), len(plan.nodes), len(plan.reservations))
    assert found == (clusters, nodes, reservations)
    assert ledger(plan).conflicts() == ()


@pytest.mark.parametrize("count", [100, 1_000])
def test_as_many_prefixes_overlap_as_were_planted(count: int) -> None:
    texts = overlaps.prefixes(count)
    assert len(set(texts)) == count
    assert len(overlaps.conflicts(texts)) == overlaps.PLANTED


def test_objects_are_such_as_a_cluster_has() -> None:
    made = pod(kube_objects.pod(7), frozenset())
    assert (f"{made.namespace}/{made.name}", made.ready, made.restarts) == (
        "ns-7/server-00007",
        True,
        1,
    )
    assert [str(ip) for ip in made.ips] == ["10.0.0.7"]
    kept = service(kube_objects.service(7))
    assert [str(ip) for ip in kept.cluster_ips] == ["100.64.0.7"]


def test_objects_are_made_without_what_an_api_gives_them_itself(api: FakeApi, config: Path) -> None:
    pods, services = (f"/api/v1/namespaces/default/{kind}" for kind in ("pods", "services"))
    api.on_post[pods] = (201, {"metadata": {"name": "server-00007", "uid": "u"}})
    api.on_put[f"{pods}/server-00007/status"] = (200, {})
    api.on_post[services] = (201, {})
    client = connect("app", str(config), 5.0)
    api_fill.pod(client, 7)
    api_fill.service(client, 7)
    (_, asked_pod), (_, asked_service) = api.posted
    assert sorted(asked_pod) == sorted(asked_service) == ["metadata", "spec"]
    assert "uid" not in asked_pod["metadata"]
    ((_, changed),) = api.put
    assert (changed["metadata"]["uid"], changed["status"]["phase"]) == ("u", "Running")
    assert "clusterIP" not in asked_service["spec"]


def test_lists_come_whole_or_by_pages_and_questions_are_counted() -> None:
    answers = Answers(pods=3, services=0)
    whole = answers.of("/api/v1/pods", {})
    first = answers.of("/api/v1/pods", {"limit": "2"})
    second = answers.of("/api/v1/pods", {"limit": "2", "continue": "2"})
    assert [text.count(b'"podIP"') for text in (whole, first, second)] == [3, 2, 1]
    assert b'"continue":"2"' in first
    assert b'"continue"' not in second
    assert answers.asked == {"/api/v1/pods": 2}


def test_names_and_addresses_go_by_their_number() -> None:
    assert (name_of(70_000), address_of(70_000)) == ("svc70000.ns0.svc.lab.test", "10.1.17.112")


def test_a_peer_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere: Callable[[str], None] = lambda _: None  # noqa: E731
    monkeypatch.setattr(peers, "find", nowhere)
    with pytest.raises(NotRun, match=r"^dig is not here \(Debian package bind9-dnsutils\)$"):
        peers.program("dig")
