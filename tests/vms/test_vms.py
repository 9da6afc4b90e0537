"""The machines outside the clusters: reached, spoken to, and shut to strangers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.reach.answering import answer, asked_too, but, healthy, mysql_packets
from tests.reach.network import APP_CA, PLAN, SNAPSHOT, STRANGER_CA, WIRE
from tests.told import http, lines, refused, reply, shows, timed_out
from tests.wire import heard, unheard
from tests.worlds import dns_name, with_cluster, with_flow, with_more, with_vm
from trueline.checks import vms as checks
from trueline.checks.plan_flows import vm_has_a_consumer
from trueline.diagnose.parts import needs
from trueline.model.fronts import fronts
from trueline.model.observation import Wire
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Topology, Vm

HEALTHY = healthy()
GREETING = b"\x0a8.4.0\0" + bytes(40)


def named(name: str, topology: Topology = PLAN) -> Vm:
    return {item.name: item for item in topology.vms}[name]


def speaks(
    name: str, answers: Answers = HEALTHY, *, sweep: Wire = WIRE, topology: Topology = PLAN
) -> list[str]:
    check = checks.vm_speaks_where_planned
    return lines(check, named(name, topology), topology, sweep, SNAPSHOT, answers)


def admits(name: str, answers: Answers = HEALTHY, topology: Topology = PLAN) -> list[str]:
    check = checks.database_admits_whom_the_plan_admits
    return lines(check, named(name, topology), topology, answers)


# --- to whom they speak ---------------------------------------------------------------------------

CACHE = ("pods-control", "talk to vm:redis port 6379/TCP")


def test_a_vm_speaks_to_who_is_planned_to_come() -> None:
    assert speaks("redis") == [
        "PASS redis port 6379 from pods-control: route: a route to 192.168.64.31 | there is one",
        "PASS redis port 6379 from pods-control: tcp: a connection to 192.168.64.31 port 6379 | "
        "connected",
        "PASS redis port 6379 from pods-control: application: a Redis server | Redis: -NOAUTH "
        "Authentication required.",
    ]
    assert speaks("mysql")[-1].endswith("application: a MySQL server | MySQL 8.4.0")


DEAD = heard(WIRE, "192.168.64.31", only=())


@pytest.mark.parametrize(
    ("said", "sweep", "told"),
    [
        (
            refused(),
            WIRE,
            "refused at tcp, though the machine is there: nothing listens, or to its own host "
            "alone",
        ),
        (
            timed_out(),
            WIRE,
            "timed out at tcp, though the machine is there: something in between drops it",
        ),
        (timed_out(), DEAD, "timed out at tcp, and nobody answers ARP for it: the machine is down"),
        (refused(), unheard(WIRE, "no raw socket"), "refused at tcp"),
        (refused(), {}, "refused at tcp"),
        (
            reply("answered", "answer", received=b"HTTP/1.1 400 Bad\r\n\r\n"),
            WIRE,
            "no Redis, it begins with 'HTTP/1.1 400 Bad\\r\\n\\r\\n'",
        ),
        (
            reply("answered", "answer", received=b"-DENIED x\r\n"),
            WIRE,
            "Redis in protected mode: it serves its own host alone",
        ),
    ],
)
def test_dead_shut_and_wrong_are_told_apart(said: Reply, sweep: Wire, told: str) -> None:
    found = speaks("redis", but(HEALTHY, CACHE, said), sweep=sweep)
    assert found[-1].startswith("FAIL redis port 6379 from pods-control: ")
    assert found[-1].endswith(f"| {told}")


def test_what_no_plan_asks_of_a_vm() -> None:
    plan = replace(PLAN, flows=())
    assert speaks("redis", topology=plan) == [
        "NOT_APPLICABLE redis port 6379: nothing is asked | no flow leads to it"
    ]
    bare = with_vm(PLAN, "redis", address=None)
    told = "NOT_APPLICABLE redis: nothing is asked | the plan names no address"
    assert speaks("redis", topology=bare) == [told]
    lost = with_flow(PLAN, "cache", source="api:app")
    told = "UNKNOWN cache: it works | nobody can stand at api:app"
    assert speaks("redis", topology=lost) == [told]
    portless = with_flow(PLAN, "cache", port=None)
    assert speaks("redis", topology=portless)[0].startswith("NOT_APPLICABLE redis port 6379")


# --- whom they let in -----------------------------------------------------------------------------


def test_strangers_are_refused() -> None:
    words = "a command without a login"
    noauth = "-NOAUTH Authentication required."
    assert admits("redis") == [
        f"PASS redis port 6379 from {who}: {words}: refused | refused: {noauth}"
        for who in ("pods-control", "host")
    ]
    assert admits("mysql") == [
        f"PASS mysql port 3306 from {who}: a login as {user} without a password: refused | "
        "refused: 1045 Access denied"
        for user in ("nobody", "root")
        for who in ("pods-control", "host")
    ]


REDIS = ("host", "a command without a login at vm:redis port 6379/TCP")
MYSQL = ("host", "a login as root without a password at vm:mysql port 3306/TCP")


@pytest.mark.parametrize(
    ("key", "received", "told"),
    [
        (REDIS, b"+PONG\r\n:3\r\n+OK\r\n", "FAIL | let in: DBSIZE is :3"),
        (REDIS, b"+PONG\r\n-NOPERM no\r\n", "PASS | refused: -NOPERM no"),
        (REDIS, b"-DENIED protected\r\n", "PASS | refused: -DENIED protected"),
        (REDIS, b"HTTP/1.1", "UNKNOWN | no Redis, it begins with 'HTTP/1.1'"),
        (MYSQL, mysql_packets(GREETING, b"\0\0\0\2\0\0\0"), "FAIL | let in by MySQL 8.4.0"),
        (MYSQL, mysql_packets(GREETING), "UNKNOWN | MySQL 8.4.0 said nothing to the login"),
        (MYSQL, mysql_packets(b"\xff\x6a\x04no"), "PASS | refused: 1130 no"),
        (MYSQL, b"+PONG\r\n", "UNKNOWN | no MySQL, it begins with '+PONG\\r\\n'"),
        (MYSQL, None, "UNKNOWN | refused at tcp"),
    ],
)
def test_a_stranger_who_gets_in(key: tuple[str, str], received: bytes | None, told: str) -> None:
    said = refused() if received is None else reply("answered", "answer", received=received)
    line = admits("redis" if key is REDIS else "mysql", but(HEALTHY, key, said))[-1]
    assert f"{line.split()[0]} | {line.rpartition(' | ')[2]}" == told


def with_redis(**changes: Any) -> Topology:
    products = tuple(
        replace(item, **changes) if item.name == "redis" else item for item in PLAN.products
    )
    return replace(PLAN, products=products)


def test_a_database_that_is_planned_to_be_open() -> None:
    plan = with_redis(anonymous=True)
    opened = reply("answered", "answer", received=b"+PONG\r\n:0\r\n+OK\r\n")
    answers = but(HEALTHY, REDIS, opened)
    found = admits("redis", answers, plan)
    assert [line.split()[0] for line in found] == ["FAIL", "PASS"]
    assert all("without a login: let in | " in line for line in found)


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (with_redis(anonymous=None), "the plan does not say who may get in"),
        (with_redis(target="vm:nothing"), "the plan does not say who may get in"),
        (with_redis(stand_in=True), "a stand-in proves nothing of the product"),
        (with_redis(kind="vault"), "no planned port of it is one of a database"),
    ],
)
def test_a_database_of_which_nothing_is_planned(plan: Topology, why: str) -> None:
    assert admits("redis", topology=plan) == [f"NOT_APPLICABLE redis: nothing is asked | {why}"]


# --- fronts of APIs -------------------------------------------------------------------------------

FRONTED = with_more(
    PLAN,
    vms=(replace(named("redis"), name="front", ports=(), address=named("redis").address),),
    names=(dns_name("api.app.test.", "192.168.64.99"),),
)


def fronted() -> Topology:
    plan = with_vm(FRONTED, "front", address="192.168.64.40")
    return with_cluster(plan, "app", api="https://192.168.64.40:6443")


API = "talk to api:app port 6443/TCP"


def front(said: Reply) -> list[str]:
    plan = fronted()
    answers = HEALTHY
    for vantage in ("host", "pods-control", "pods-app"):
        answers = asked_too(answers, (vantage, API), answer(said))
    check = checks.api_front_answers_as_its_cluster
    sweep = heard(WIRE, "192.168.64.40", "02:00:00:00:00:40")
    return lines(check, named("front", plan), plan, sweep, SNAPSHOT, answers)


def test_a_front_is_one_however_its_address_is_spelt() -> None:
    plan = with_vm(FRONTED, "front", address="fd00::40")
    plan = with_cluster(plan, "app", api="https://[FD00:0::40]:6443")
    vm = named("front", plan)
    assert fronts(plan, vm) == (plan.cluster("app"),)
    assert "vm:front" in needs(plan.cluster("app"), plan)
    assert lines(vm_has_a_consumer, vm, plan) == ["PASS front: a flow that must work | gitops"]


def test_a_front_is_one_by_a_planned_name_too() -> None:
    vm = named("front", FRONTED)
    assert vm.address is not None
    name = replace(FRONTED.dns.names[0], name="Api.Example.Test.", addresses=(vm.address,))
    plan = replace(FRONTED, dns=replace(FRONTED.dns, names=(name,)))
    plan = with_cluster(plan, "app", api="https://api.example.test:6443")
    assert fronts(plan, vm) == (plan.cluster("app"),)
    assert "vm:front" in needs(plan.cluster("app"), plan)
    assert "cluster:app" in needs(vm, plan)
    assert lines(vm_has_a_consumer, vm, plan) == ["PASS front: a flow that must work | gitops"]
    elsewhere = with_cluster(plan, "app", api="https://other.example.test:6443")
    assert fronts(elsewhere, vm) == ()
    assert "vm:front" not in needs(elsewhere.cluster("app"), elsewhere)


def test_a_front_answers_as_its_cluster_from_everywhere() -> None:
    shown = shows(APP_CA.leaf("192.168.64.40"))
    found = front(http(200, '{"gitVersion": "v1.34.4"}', tls=shown))
    assert {line.split()[0] for line in found} == {"PASS"}
    assert sum("application: the API of app" in line for line in found) == 3


def test_a_front_that_leads_to_another_cluster() -> None:
    shown = shows(STRANGER_CA.leaf("192.168.64.40"))
    found = front(http(200, '{"gitVersion": "v1.34.4"}', tls=shown))
    assert (
        "FAIL front as the API of app from pods-app: certificate issuer: a chain to app-ca | "
        "issued by stranger, which leads to none"
    ) in found
    assert not [line for line in found if "application" in line]


def test_a_vm_in_front_of_nothing_asks_nothing() -> None:
    check = checks.api_front_answers_as_its_cluster
    told = "NOT_APPLICABLE redis: nothing is asked | no cluster has its API there"
    assert lines(check, named("redis"), PLAN, WIRE, SNAPSHOT, HEALTHY) == [told]


def test_a_front_may_go_by_a_planned_name_and_is_visited_by_flows_to_the_api() -> None:
    plan = with_more(PLAN, names=(dns_name("api.app.test", "192.168.64.31"),))
    found = speaks("redis", topology=plan)
    assert "PASS redis port 6443 from pods-control: tls: a TLS handshake | TLSv1.3" in found
