"""The truth table of network policies against every world it can meet."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from tests.live import changed, facts_for
from tests.told import connected, lines, refused, timed_out, told, unusable
from tests.worlds import at, policy, port, world
from trueline.checks import policy as checks
from trueline.model.observation import ClusterFacts, EndpointFact, PolicyFact
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Cni, Policy, Topology, Vantage
from trueline.questions import policy as questions
from trueline.questions.question import Scene

PODS = Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(1))
SHOP = replace(PODS, name="shop", namespace="shop")
MESH = replace(PODS, name="mesh", namespace="mesh", in_mesh=True)
LEDGER = policy("app", "payments", "pods:app/shop", line=5)
LEDGER = replace(LEDGER, ports=(port("8080/TCP"),))
ENFORCED = Cni(kind="flannel", backend="vxlan", policy_enforced=True, at=at(3))


def plan(*policies: Policy, enforced: bool = True) -> Topology:
    base = world()
    cni = replace(ENFORCED, policy_enforced=enforced)
    clusters = tuple(replace(item, cni=cni) for item in base.clusters)
    return replace(
        base,
        clusters=clusters,
        policies=policies or (LEDGER,),
        vantages=(PODS, SHOP, MESH),
        flows=(),
    )


def endpoint(**changes: Any) -> EndpointFact:
    plain = EndpointFact(
        service="payments/ledger",
        slice="payments/ledger-x",
        address=ip_address("10.245.1.9"),
        ready=True,
        node="app-worker-1",
        pod="payments/ledger-1",
        ports=((8080, "TCP"), (8081, "TCP"), (53, "UDP")),
    )
    return replace(plain, **changes)


def facts(*endpoints: EndpointFact) -> ClusterFacts:
    return changed(facts_for(world())["app"], "endpoints", endpoints or (endpoint(),))


ENTER = {number: f"enter payments/ledger-1 port {number}/TCP" for number in (8080, 8081)}
NODE = "nodes:app/app-worker-1"
AS_PLANNED: dict[tuple[str, str], Reply] = {
    ("pods-app", ENTER[8080]): refused(),
    ("pods-app", ENTER[8081]): refused(),
    ("shop", ENTER[8080]): connected(),
    ("shop", ENTER[8081]): timed_out(),
    (NODE, ENTER[8080]): connected(),
    (NODE, ENTER[8081]): connected(),
}
ALL_OPEN = dict.fromkeys(AS_PLANNED, connected())


def callers_of(answers: Answers, *, at_plan: Topology | None = None) -> list[str]:
    return lines(checks.planned_callers_enter, LEDGER, at_plan or plan(), facts(), answers)


def strangers_of(answers: Answers, *, at_plan: Topology | None = None) -> list[str]:
    return lines(checks.strangers_are_refused, LEDGER, at_plan or plan(), facts(), answers)


def engine_of(answers: Answers, *, at_plan: Topology | None = None) -> list[str]:
    topology = at_plan or plan()
    cluster = topology.cluster("app")
    return lines(checks.engine_enforces_policies, cluster, topology, facts(), answers)


def test_every_caller_and_the_node_of_the_pod_try_every_door() -> None:
    everywhere = {"app": facts(), "control": facts_for(world())["control"]}
    scene = Scene(topology=plan(), clusters=everywhere, nonce="n")
    asked = {(item.vantage, item.name): item.until for item in questions.asked(scene)}
    assert set(asked) == set(AS_PLANNED)
    awaited = {key: until for key, until in asked.items() if until is not None}
    assert list(awaited) == [("shop", ENTER[8080])]
    (until,) = awaited.values()
    assert until(told(AS_PLANNED).of("shop", ENTER[8080]))
    assert not until(told(AS_PLANNED).of("pods-app", ENTER[8080]))


def test_doors_are_tcp_ports_of_ready_pods_of_the_namespace() -> None:
    found = questions.doors(
        LEDGER,
        facts(
            endpoint(),
            endpoint(address=ip_address("10.245.1.10"), pod="payments/ledger-2", ready=False),
            endpoint(address=ip_address("10.245.1.11"), pod="shop/web-1"),
            endpoint(address=ip_address("10.245.1.12"), pod=None),
        ),
    )
    assert [str(item) for item in found] == [
        "payments/ledger-1 port 8080/TCP",
        "payments/ledger-1 port 8081/TCP",
    ]


def test_a_network_as_planned() -> None:
    answers = told(AS_PLANNED)
    assert callers_of(answers) == [
        "PASS shop to payments/ledger-1 port 8080/TCP: connected | connected"
    ]
    assert strangers_of(answers) == [
        "PASS pods-app to payments/ledger-1 port 8080/TCP: refused | refused",
        "PASS pods-app to payments/ledger-1 port 8081/TCP: refused | refused",
        "PASS shop to payments/ledger-1 port 8081/TCP: refused | timed out",
    ]
    assert engine_of(answers) == ["PASS app policy engine: strangers are refused | 0 of 3 entered"]


def test_a_planned_caller_that_is_shut_out() -> None:
    answers = told(AS_PLANNED | {("shop", ENTER[8080]): refused()})
    assert callers_of(answers) == [
        "FAIL shop to payments/ledger-1 port 8080/TCP: connected | refused"
    ]


def test_one_stranger_who_gets_in() -> None:
    answers = told(AS_PLANNED | {("pods-app", ENTER[8080]): connected()})
    assert strangers_of(answers)[0] == (
        "FAIL pods-app to payments/ledger-1 port 8080/TCP: refused | connected"
    )
    assert engine_of(answers) == ["PASS app policy engine: strangers are refused | 1 of 3 entered"]


def test_an_engine_that_is_inert_is_told_once() -> None:
    answers = told(ALL_OPEN)
    assert engine_of(answers) == [
        "FAIL app policy engine: strangers are refused | engine inert: 3 of 3 entered"
    ]
    assert strangers_of(answers) == [
        f"UNKNOWN {who} to payments/ledger-1 port {number}/TCP: refused | "
        "blocked by POL-003: app enforces no policy"
        for who, number in (("pods-app", 8080), ("pods-app", 8081), ("shop", 8081))
    ]


def test_a_refusal_by_a_port_that_is_dead_proves_nothing() -> None:
    answers = told(AS_PLANNED | {(NODE, ENTER[8081]): refused()})
    assert strangers_of(answers)[1] == (
        "UNKNOWN pods-app to payments/ledger-1 port 8081/TCP: refused | "
        "refused, but nothing shows that the port listens"
    )


def test_who_connects_needs_no_other_proof_that_the_port_listens() -> None:
    dead = {(NODE, ENTER[8081]): refused(), ("pods-app", ENTER[8081]): connected()}
    answers = told(AS_PLANNED | dead)
    assert strangers_of(answers)[1] == (
        "FAIL pods-app to payments/ledger-1 port 8081/TCP: refused | connected"
    )
    assert engine_of(answers) == ["PASS app policy engine: strangers are refused | 1 of 2 entered"]


def test_a_vantage_point_that_cannot_be_used_is_no_refusal() -> None:
    answers = unusable(told(AS_PLANNED), "shop", "no pod to probe from")
    judged = checks.planned_callers_enter(LEDGER, plan(), facts(), answers)
    assert [(item.verdict.value, item.observed) for item in judged.claims] == [
        ("unknown", "no pod to probe from")
    ]


def test_a_plan_without_enforcement_asks_nothing() -> None:
    without = plan(enforced=False)
    answers = told(ALL_OPEN)
    asked = "nothing is asked | the plan enforces no policies"
    assert strangers_of(answers, at_plan=without) == [f"NOT_APPLICABLE app/payments: {asked}"]
    assert engine_of(answers, at_plan=without) == [f"NOT_APPLICABLE app: {asked}"]


def test_policies_of_another_cluster_and_callers_who_cannot_be_used() -> None:
    other = replace(LEDGER, cluster="control")
    topology = plan(LEDGER, other)
    blind = unusable(told(AS_PLANNED), "pods-app", "no pod")
    assert engine_of(blind, at_plan=topology) == [
        "PASS app policy engine: strangers are refused | 0 of 1 entered"
    ]


def test_a_namespace_of_the_same_name_in_another_cluster_is_another() -> None:
    far = replace(PODS, name="pods-control", cluster="control")
    topology = replace(
        plan(LEDGER, replace(LEDGER, cluster="control")), vantages=(PODS, SHOP, MESH, far)
    )
    entered = {("pods-control", ENTER[number]): connected() for number in (8080, 8081)}
    assert engine_of(told(AS_PLANNED | entered), at_plan=topology) == [
        "PASS app policy engine: strangers are refused | 0 of 3 entered"
    ]


def test_a_namespace_that_nobody_may_enter() -> None:
    closed = replace(LEDGER, allow_from=())
    one = lines(checks.planned_callers_enter, closed, plan(closed), facts(), told(AS_PLANNED))
    assert one == ["NOT_APPLICABLE app/payments: nothing is asked | the plan lets no pod in"]


def test_a_namespace_that_everybody_may_enter() -> None:
    ends = ("pods:app", "pods:app/shop", "segment:lan")
    open_ = replace(LEDGER, allow_from=ends, ports=())
    found = lines(checks.strangers_are_refused, open_, plan(open_), facts(), told(AS_PLANNED))
    assert found == ["NOT_APPLICABLE app/payments: nothing is asked | everybody may enter"]
    bare = changed(facts(), "endpoints", ())
    why = "no pod of the namespace takes connections, so nobody can be let in or refused"
    assert lines(checks.planned_callers_enter, open_, plan(open_), bare, told({})) == [
        f"UNKNOWN app/payments: a ready pod behind a Service | {why}"
    ]


def test_a_namespace_without_a_pod_to_try() -> None:
    nobody = changed(facts(), "endpoints", ())
    why = "no pod of the namespace takes connections, so nobody can be let in or refused"
    expected = [f"UNKNOWN app/payments: a ready pod behind a Service | {why}"]
    for check in (checks.planned_callers_enter, checks.strangers_are_refused):
        assert lines(check, LEDGER, plan(), nobody, told({})) == expected
    cluster = plan().cluster("app")
    assert lines(checks.engine_enforces_policies, cluster, plan(), nobody, told({})) == [
        "UNKNOWN app policy engine: strangers are refused | "
        "no planned policy shuts out anybody that the run stands in for"
    ]


def test_the_default_of_a_namespace_is_to_deny() -> None:
    whole = PolicyFact(namespace="payments", name="deny", types=frozenset({"Ingress"}), whole=True)
    wanted = "a NetworkPolicy for ingress to every pod"

    def judged(*policies: PolicyFact) -> list[str]:
        seen = changed(facts(), "policies", policies)
        return lines(checks.protected_namespace_denies_by_default, LEDGER, seen)

    assert judged(whole) == [f"PASS app/payments: {wanted} | {{deny}}"]
    for other in (
        replace(whole, whole=False),
        replace(whole, namespace="shop"),
        replace(whole, types=frozenset({"Egress"})),
    ):
        assert judged(other) == [f"FAIL app/payments: {wanted} | none"]
