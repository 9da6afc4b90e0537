"""Clocks that agree, clocks that do not, and clocks that cannot be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.live import unseen
from tests.time.watches import APP, CONTROL, PLAN, answers, asked, facts, refused
from tests.told import NOW, http, lines, reply, unusable
from tests.worlds import at, with_cluster
from trueline.checks import clocks as checks
from trueline.checks.clocks_offset import Offset, around, common, of_date, of_lease
from trueline.model.observation import LeaseFact, NotObserved
from trueline.model.probe import Answer
from trueline.model.product import Product
from trueline.model.topology import Node, Topology
from trueline.questions import clocks

PAIR = (CONTROL, APP)
VAULT = next(item for item in PLAN.reservations if str(item) == "control/vault")
NODE = next(item for item in PLAN.nodes if item.name == "app-worker-1")


def api(ahead: dict[str, float] | None = None, plan: Topology = PLAN, **more: Any) -> list[str]:
    told = answers(plan, ahead=ahead, **more)
    check = checks.api_clock_agrees_with_its_callers
    return [line for item in plan.clusters for line in lines(check, item, plan, told)]


def of_node(
    node: Node = NODE,
    api: dict[str, float] | None = None,
    own: float = 0.0,
    plan: Topology = PLAN,
    **more: Any,
) -> str:
    clusters = facts(plan, ahead={node.name: own})
    told = answers(plan, ahead=api, **more)
    (line,) = lines(checks.clock_of_node_agrees, node, plan, clusters[node.cluster], told)
    return line


# --- what is asked


def test_hosts_ask_every_door_twice_and_insiders_their_own_api() -> None:
    names = [(item.vantage, item.name) for item in asked() if "Service" not in item.name]
    host = [name for vantage, name in names if vantage == "host" and "6443" in name]
    assert host == [
        "clock of 192.168.64.10 port 6443",
        "clock of 192.168.64.10 port 6443 again",
        "clock of 192.168.64.11 port 6443",
        "clock of 192.168.64.11 port 6443 again",
        "clock of 192.168.64.14 port 6443",
        "clock of 192.168.64.14 port 6443 again",
        "clock of 192.168.64.10 port 6443 as api.control.test",
        "clock of 192.168.64.10 port 6443 as api2.control.test",
        "clock of 192.168.64.21 port 6443",
        "clock of 192.168.64.21 port 6443 again",
    ]
    assert {(vantage, name) for vantage, name in names if vantage != "host"} == {
        (vantage, f"clock of 10.97.0.1 port 443{again}")
        for vantage in ("pods-app", "node-app")
        for again in ("", " again")
    }


def test_a_product_is_asked_alone_and_by_its_name() -> None:
    (vault,) = [item for item in asked() if "192.168.64.100 port 443" in item.name]
    step = vault.probe.steps[0]
    assert vault.name == "clock of 192.168.64.100 port 443 as argocd.control.test again"
    assert (step.transport, step.server_name) == ("tls", "argocd.control.test")
    assert step.request is not None
    assert (step.request.path, step.request.host) == ("/", "argocd.control.test")
    assert vault.until is not None


def test_an_api_that_is_planned_by_name_is_called_by_it() -> None:
    plan = with_cluster(PLAN, "app", api="https://api.app.test")
    (door, server) = clocks.api_doors(plan.cluster("app"))
    assert (door.host, door.port, door.name) == ("api.app.test", 443, "api.app.test")
    assert (server.host, server.port, server.name) == ("192.168.64.21", 6443, None)
    (first,) = [
        item for item in asked(plan) if item.name.endswith("as api.app.test") and not item.until
    ]
    assert first.probe.steps[0].server_name == "api.app.test"


# --- API servers


def test_clocks_that_agree() -> None:
    assert api() == [
        "PASS API 192.168.64.10 of control and host: within 2 s | 0.3 s ahead, give or take 0.4 s",
        "PASS API server 192.168.64.11 of control and host: within 2 s | "
        "0.3 s ahead, give or take 0.4 s",
        "PASS API server 192.168.64.14 of control and host: within 2 s | "
        "0.3 s ahead, give or take 0.4 s",
        "PASS API 192.168.64.21 of app and host: within 2 s | 0.3 s ahead, give or take 0.4 s",
        "PASS API Service 10.97.0.1 of app and pods-app: within 2 s | "
        "0.3 s ahead, give or take 0.4 s",
        "PASS API Service 10.97.0.1 of app and node-app: within 2 s | "
        "0.3 s ahead, give or take 0.4 s",
    ]


def test_one_api_server_that_is_ahead() -> None:
    red = [line for line in api({"192.168.64.14": 45.0}) if not line.startswith("PASS")]
    assert red == [
        "FAIL API server 192.168.64.14 of control and host: within 2 s | "
        "45.3 s ahead, give or take 0.4 s"
    ]


def test_a_pod_whose_machine_has_slept() -> None:
    red = [line for line in api({"pods-app": -7200.0}) if not line.startswith("PASS")]
    assert red == [
        "FAIL API Service 10.97.0.1 of app and pods-app: within 2 s | "
        "7200.3 s ahead, give or take 0.4 s"
    ]


def test_an_api_that_tells_no_time() -> None:
    found = api(told_instead=refused("192.168.64.21"))
    assert found[3] == (
        "UNKNOWN API 192.168.64.21 of app and host: within 2 s | "
        "API 192.168.64.21 of app told no time: refused at tcp"
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (http(200), "its answer has no date"),
        (
            reply("answered", "answer", received=b"SSH-2.0-x\r\n"),
            "no HTTP answer, it begins with 'SSH-2.0-x\\r\\n'",
        ),
    ],
)
def test_an_answer_without_a_date(said: Any, why: str) -> None:
    found = api(told_instead=lambda _, door, __: said if door.host == "192.168.64.21" else None)
    assert found[3] == (
        "UNKNOWN API 192.168.64.21 of app and host: within 2 s | "
        f"API 192.168.64.21 of app told no time: {why}"
    )


def test_one_look_is_enough() -> None:
    def second_is_lost(_: str, door: clocks.Door, again: bool) -> Any:
        return reply("timed out", "tcp", "answer") if again else None

    assert api(told_instead=second_is_lost)[0] == (
        "PASS API 192.168.64.10 of control and host: within 2 s | 0.1 s ahead, give or take 0.6 s"
    )


def test_a_vantage_point_that_cannot_be_used_spoils_no_other() -> None:
    told = unusable(answers(), "pods-app", "no pod to probe from in app")
    found = lines(checks.api_clock_agrees_with_its_callers, APP, PLAN, told)
    assert [line.split()[0] for line in found] == ["PASS", "UNKNOWN", "PASS"]
    assert found[1].endswith("| no pod to probe from in app")


def test_nobody_asks() -> None:
    plan = replace(PLAN, vantages=())
    assert api(plan=plan) == [
        f"NOT_APPLICABLE {name}: nothing is asked | no vantage point of the plan asks it"
        for name in ("control", "app")
    ]


def test_a_budget_finer_than_an_http_date_cannot_be_held_against_it() -> None:
    plan = replace(PLAN, budgets=replace(PLAN.budgets, clock_skew=0.2))
    assert api(plan=plan)[0] == (
        "UNKNOWN API 192.168.64.10 of control and host: within 0.2 s | 0.3 s ahead, "
        "give or take 0.4 s: it cannot be told more exactly than the budget asks"
    )


# --- two clusters


def pair(ahead: dict[str, float] | None = None, plan: Topology = PLAN, **more: Any) -> str:
    two = (plan.clusters[0], plan.clusters[1])
    told = answers(plan, ahead=ahead, **more)
    (line,) = lines(checks.clocks_of_clusters_agree, two, plan, told)
    return line


def test_clusters_that_agree() -> None:
    assert pair() == ("PASS control and app at host: within 2 s | 0.0 s ahead, give or take 0.8 s")


def test_clusters_that_are_apart_though_each_is_near_the_host() -> None:
    ahead = {"192.168.64.10": -1.5, "192.168.64.21": 1.5}
    assert pair(ahead) == (
        "FAIL control and app at host: within 2 s | 3.0 s behind, give or take 0.8 s"
    )
    assert {line.split()[0] for line in api(ahead)} == {"PASS"}


def test_a_cluster_that_tells_no_time() -> None:
    assert pair(told_instead=refused("192.168.64.10")).endswith(
        "| API 192.168.64.10 of control told no time: refused at tcp"
    )


def test_clusters_that_no_host_sees() -> None:
    plan = replace(PLAN, vantages=PLAN.vantages[1:])
    assert pair(plan=plan) == (
        "NOT_APPLICABLE control and app: nothing is asked | "
        "the plan has no host vantage point that reads clocks"
    )


def test_a_cluster_without_an_api_has_no_time_to_compare() -> None:
    bare = with_cluster(PLAN, "app", api=None, nodes=())
    assert pair(plan=bare) == (
        "NOT_APPLICABLE control and app: nothing is asked | the plan has no API of one of them"
    )


# --- nodes


def test_a_node_that_agrees() -> None:
    assert of_node() == (
        "PASS app/app-worker-1 and host: within 2 s | 1.0 s ahead, give or take 1.6 s"
    )


def test_a_node_that_has_slept() -> None:
    assert of_node(own=-60.0) == (
        "FAIL app/app-worker-1 and host: within 2 s | 59.0 s behind, give or take 1.6 s"
    )


def test_a_node_is_not_to_blame_for_the_clock_of_its_api() -> None:
    # The node is right: it is as far behind its API as that is ahead of everybody.
    assert of_node(api={"192.168.64.21": 45.0}, own=-45.0).startswith("PASS ")


def test_api_servers_that_differ_leave_the_node_in_doubt() -> None:
    control = next(item for item in PLAN.nodes if item.name == "control-worker-1")
    line = of_node(control, api={"192.168.64.14": 45.0})
    assert line == (
        "UNKNOWN control/control-worker-1 and host: within 2 s | 23.5 s ahead, give or take "
        "24.1 s: it cannot be told more exactly than the budget asks"
    )


def test_without_a_host_the_api_is_the_measure() -> None:
    expected = "PASS app/app-worker-1 and its API: within 2 s | 0.7 s ahead, give or take 1.2 s"
    assert of_node(plan=replace(PLAN, vantages=())) == expected
    assert of_node(told_instead=refused("192.168.64.21")) == expected
    bare = with_cluster(PLAN, "app", api=None, nodes=(NODE,))
    assert of_node(plan=bare) == expected


def test_of_two_hosts_the_first_is_the_measure_of_a_node() -> None:
    laptop = replace(PLAN.vantages[0], name="laptop")
    assert of_node(plan=replace(PLAN, vantages=(*PLAN.vantages, laptop))) == of_node()


def test_a_doubt_as_large_as_the_budget_is_none() -> None:
    alone = replace(PLAN, vantages=())
    for budget, verdict in ((1.25, "PASS"), (1.2, "UNKNOWN")):
        plan = replace(alone, budgets=replace(PLAN.budgets, clock_skew=budget))
        assert of_node(own=-0.4, plan=plan).startswith(f"{verdict} app/app-worker-1 and its API")


def test_a_node_without_a_lease() -> None:
    clusters = facts(without=("app-worker-1",))
    (line,) = lines(checks.clock_of_node_agrees, NODE, PLAN, clusters["app"], answers())
    assert line.endswith("| app/app-worker-1 has no lease: its kubelet does not run")


def test_leases_that_may_not_be_listed() -> None:
    clusters = facts()
    blind = unseen(clusters["app"], "leases", "the kubeconfig may not list leases: forbidden")
    (line,) = lines(checks.clock_of_node_agrees, NODE, PLAN, blind, answers())
    assert line.endswith("| the kubeconfig may not list leases: forbidden")


def test_a_lease_that_does_not_say_when() -> None:
    with pytest.raises(NotObserved, match=r"^the lease of n does not say when it was renewed"):
        of_lease(LeaseFact(node="n", renewed=1.0, written=None))


# --- products


def product(plan: Topology = PLAN, **more: Any) -> list[str]:
    told = answers(plan, **more)
    return lines(checks.clock_behind_reserved_address_agrees, VAULT, plan, told)


def test_a_product_that_agrees() -> None:
    assert product() == [
        "PASS control/vault port 8200 and host: within 2 s | 0.7 s ahead, give or take 0.8 s"
    ]


def test_a_product_that_is_behind() -> None:
    assert product(ahead={"192.168.64.103": -30.0}) == [
        "FAIL control/vault port 8200 and host: within 2 s | 29.3 s behind, give or take 0.8 s"
    ]


def test_a_stand_in_is_called_one() -> None:
    item = Product(
        name="vault",
        kind="vault",
        target="reservation:control/vault",
        stand_in=True,
        anonymous=None,
        tenant=None,
        senders=(),
        logins=(),
        synced=(),
        deploys=(),
        data_sources={},
        at=at(1),
    )
    (line,) = product(replace(PLAN, products=(item,)))
    assert line.startswith("PASS control/vault port 8200 (a stand-in) and host: ")


def test_what_speaks_no_http_has_no_clock_to_read() -> None:
    dns = next(item for item in PLAN.reservations if item.name == "dns")
    assert lines(checks.clock_behind_reserved_address_agrees, dns, PLAN, answers()) == [
        "NOT_APPLICABLE control/dns: nothing is asked | "
        "no port of it speaks HTTP, which carries a date"
    ]
    assert product(replace(PLAN, vantages=())) == [
        "NOT_APPLICABLE control/vault: nothing is asked | "
        "the plan has no host vantage point that reads clocks"
    ]


# --- offsets


def test_what_contradicts_leaves_everything_possible() -> None:
    assert common([Offset(0.0, 1.0), Offset(0.5, 2.0)]) == Offset(0.5, 1.0)
    assert common([Offset(0.0, 1.0), Offset(1.0, 2.0)]) == Offset(1.0, 1.0)
    assert common([Offset(0.0, 1.0), Offset(5.0, 6.0)]) == Offset(0.0, 6.0)
    assert around([Offset(0.0, 1.0), Offset(-3.0, 0.5)]) == Offset(-3.0, 1.0)


def test_an_answer_of_which_no_time_is_known_came_at_once() -> None:
    untimed = Answer(replies=(http(200),), at=NOW)
    assert of_date(untimed, NOW) == Offset(0.0, 1.0)


@pytest.mark.parametrize(
    ("offset", "apart"),
    [
        (Offset(1.9, 9.0), False),
        (Offset(2.0, 9.0), False),
        (Offset(-9.0, -2.0), False),
        (Offset(2.1, 9.0), True),
        (Offset(-9.0, -1.9), False),
        (Offset(-9.0, -2.1), True),
    ],
)
def test_clocks_are_apart_only_when_they_must_be(offset: Offset, apart: bool) -> None:
    assert offset.apart(2.0) is apart
