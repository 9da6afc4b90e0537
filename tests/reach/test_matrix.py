"""Every reserved port from everywhere: who gets through, who does not, and who need not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.live import unseen, with_one
from tests.reach.answering import but, healthy
from tests.reach.network import APP_CA, PLAN, facts
from tests.told import connected, lines, refused, reply, shows, timed_out, unusable
from tests.worlds import cidrs, flow, with_cluster, with_more, with_reservation
from trueline.checks.reach_matrix import reserved_port_is_reachable_from_everywhere
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answers
from trueline.model.topology import Reservation, Topology

HEALTHY = healthy()
APP1 = "connect to reservation:app/app1 port 80/TCP"


def named(name: str, topology: Topology = PLAN) -> Reservation:
    return {str(item): item for item in topology.reservations}[name]


def of(
    name: str,
    answers: Answers = HEALTHY,
    *,
    topology: Topology = PLAN,
    clusters: dict[str, ClusterFacts] | None = None,
) -> list[str]:
    item = named(name, topology)
    known = (clusters or facts())[item.cluster]
    return lines(reserved_port_is_reachable_from_everywhere, item, topology, known, answers)


@pytest.mark.parametrize("item", PLAN.reservations, ids=str)
def test_a_healthy_network_is_reachable_from_everywhere(item: Reservation) -> None:
    assert {line.split()[0] for line in of(str(item))} == {"PASS"}


def test_what_the_own_cluster_reaches_proves_no_announcement_and_says_so() -> None:
    assert of("app/app1") == [
        "PASS host to app/app1 port 80: a connection | connected",
        "PASS pods-control to app/app1 port 80: a connection | connected",
        "PASS pods-app to app/app1 port 80 (its own cluster, which proves no announcement): "
        "a connection | connected",
    ]


def test_asymmetry_is_named() -> None:
    answers = but(HEALTHY, ("pods-control", APP1), timed_out())
    assert of("app/app1", answers)[1] == (
        "FAIL pods-control to app/app1 port 80: a connection | timed out at tcp, though host and "
        "pods-app got through"
    )


def test_a_port_that_nobody_reaches_is_refused_to_all_alike() -> None:
    answers = HEALTHY
    for vantage in ("host", "pods-control", "pods-app"):
        answers = but(answers, (vantage, APP1), refused())
    assert [line.rpartition("| ")[2] for line in of("app/app1", answers)] == ["refused at tcp"] * 3


def test_https_has_to_shake_hands() -> None:
    key = ("host", "connect to reservation:control/vault port 8200/TCP")
    plain = reply("tls failed", "tcp", "tls", detail="WRONG_VERSION_NUMBER")
    assert of("control/vault", but(HEALTHY, key, plain))[0] == (
        "FAIL host to control/vault port 8200: a TLS handshake | tls failed: WRONG_VERSION_NUMBER, "
        "though pods-control and pods-app got through"
    )
    early = reply("reset", "tls", "answer", tls=shows(APP_CA.leaf("a.test"), version=""))
    assert of("control/vault", but(HEALTHY, key, early))[0].endswith("a TLS handshake | TLS")


def test_a_vantage_point_that_cannot_be_used_leaves_the_port_in_doubt() -> None:
    assert of("app/app1", unusable(HEALTHY, "pods-control", "no pod"))[-1].endswith("| no pod")


@pytest.mark.parametrize("port", ["80/TCP", None])
def test_who_is_planned_to_fail_is_not_asked_here(port: str | None) -> None:
    barred = flow("barred", "pods:control", "reservation:app/app1", port, expected=False)
    found = of("app/app1", topology=with_more(PLAN, flows=(barred,)))
    assert [line.split()[1] for line in found] == ["host", "pods-app"]


def test_a_reservation_without_a_tcp_port_asks_nothing() -> None:
    plan = with_reservation(PLAN, "app/app1", ports=())
    told = "it plans no TCP port that anybody is planned to reach"
    assert of("app/app1", topology=plan) == [f"NOT_APPLICABLE app/app1: nothing is asked | {told}"]


# --- source ranges --------------------------------------------------------------------------------


def ranged(*texts: str) -> dict[str, ClusterFacts]:
    found = facts()
    return found | {"app": with_one(found["app"], "services", "app1/app1", source_ranges=texts)}


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ((), "a connection"),
        (("0.0.0.0/0",), "a connection"),
        (("203.0.113.0/24", "0.0.0.0/0"), "a connection"),
        (("203.0.113.7/24",), "none: its Service admits only 203.0.113.0/24"),
        (("128.0.0.0/1",), "a connection, or none: its Service admits only 128.0.0.0/1"),
        (("192.168.64.0/24", "10.0.0.0/8"), "a connection"),
        (("203.0.113.0/24",), "none: its Service admits only 203.0.113.0/24"),
        (
            ("192.168.64.12/32",),
            "a connection, or none: its Service admits only 192.168.64.12/32",
        ),
        (("203.0.113.0/24", "::/0"), "none: its Service admits only 203.0.113.0/24"),
        (("::/0",), "a connection"),
        (("fd00::/8",), "a connection"),
        ((" 203.0.113.0/24 ",), "none: its Service admits only 203.0.113.0/24"),
    ],
)
def test_source_ranges_say_who_is_let_in(ranges: tuple[str, ...], expected: str) -> None:
    line = of("app/app1", clusters=ranged(*ranges))[1]
    assert line.partition("port 80: ")[2].rpartition(" | ")[0] == expected


def test_of_a_cluster_with_two_families_only_that_of_the_address_counts() -> None:
    two = with_cluster(PLAN, "control", pods=cidrs("10.244.0.0/16", "fd00:244::/48"))
    wide = ranged("192.168.64.0/24", "10.0.0.0/8")
    found = of("app/app1", topology=two, clusters=wide)
    assert found[1] == "PASS pods-control to app/app1 port 80: a connection | connected"


def test_a_range_of_everybody_admits_whose_address_nobody_knows() -> None:
    nowhere = replace(PLAN, vantages=(replace(PLAN.vantages[0], segment=None), *PLAN.vantages[1:]))
    lost = but(HEALTHY, ("host", APP1), timed_out())
    open_ = ranged("203.0.113.0/24", "0.0.0.0/0")
    assert of("app/app1", lost, topology=nowhere, clusters=open_)[0].startswith(
        "FAIL host to app/app1 port 80: a connection | timed out at tcp"
    )


def test_who_is_left_out_must_be_left_out() -> None:
    barred = ranged("203.0.113.0/24")
    assert of("app/app1", clusters=barred)[1].startswith("FAIL pods-control")
    dropped = but(HEALTHY, ("pods-control", APP1), timed_out())
    assert of("app/app1", dropped, clusters=barred)[1].startswith("PASS pods-control")


def test_whose_address_is_let_in_only_in_part_may_fail_or_not() -> None:
    some = ranged("192.168.64.12/32")
    for answers in (HEALTHY, but(HEALTHY, ("pods-control", APP1), timed_out())):
        assert of("app/app1", answers, clusters=some)[1].startswith("PASS pods-control")


def test_a_host_comes_from_its_own_address_or_else_from_somewhere_on_its_segment() -> None:
    only = ranged("192.168.64.200/32")
    seen = but(HEALTHY, ("host", APP1), replace(connected(), local="192.168.64.200"))
    assert of("app/app1", seen, clusters=only)[0].startswith("PASS host to app/app1 port 80: a c")
    lost = but(HEALTHY, ("host", APP1), timed_out())
    assert "a connection, or none" in of("app/app1", lost, clusters=only)[0]
    nowhere = replace(PLAN, vantages=(replace(PLAN.vantages[0], segment=None), *PLAN.vantages[1:]))
    told = of("app/app1", lost, topology=nowhere, clusters=only)[0]
    assert "a connection, or none" in told


def test_what_the_api_does_not_tell_of_ranges_admits_everybody() -> None:
    found: dict[str, Any] = facts()
    blind = found | {"app": unseen(found["app"], "services", "forbidden")}
    assert of("app/app1", clusters=blind) == of("app/app1")
