"""Reds become incidents: the cause first, its consequences with it, unrelated things apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.diagnose.reds import Red
from tests.worlds import at, flow, with_more, world
from trueline.diagnose.incidents import Incident, explains, incidents
from trueline.diagnose.ladder import takes
from trueline.diagnose.parts import needs, own
from trueline.diagnose.telling import blocked, lines, told
from trueline.model.drill import Drill
from trueline.model.mesh import Mesh, Workload
from trueline.model.naming import Authority
from trueline.model.product import Deploy, Login, Product, Route, Sender
from trueline.model.subject import (
    Access,
    DataSource,
    Delivery,
    HostAddress,
    Link,
    Placement,
    SilentAddress,
)
from trueline.model.topology import Policy, Topology, Vantage

PLAN = world()
CONTROL, APP = PLAN.clusters
VAULT = next(item for item in CONTROL.reservations if item.name == "vault")
LOKI_ADDRESS = next(item for item in CONTROL.reservations if item.name == "loki")
POOL = CONTROL.pools[0]
SENDER = Sender(cluster="app", namespace="logging", labels={}, at=at(1))
LOKI = Product(
    name="loki", kind="loki", target="reservation:control/loki", stand_in=False, anonymous=None,
    tenant="shop", senders=(SENDER,), logins=(), synced=(), deploys=(), data_sources={}, at=at(2),
)  # fmt: skip
GRAFANA = Product(
    name="grafana", kind="grafana", target="reservation:control/grafana", stand_in=True,
    anonymous=None, tenant=None, senders=(), logins=(), synced=(), deploys=(),
    data_sources={"logs": "loki"}, at=at(3),
)  # fmt: skip


def with_products(topology: Topology = PLAN) -> Topology:
    return with_more(topology, products=(LOKI, GRAFANA))


TOPOLOGY = with_products()
DELIVERY = Delivery(product=LOKI, sender=SENDER)
LOGS = flow("logs", "pods:app/logging", "reservation:control/loki")


def red(requirement: str, subject: object, severity: str = "critical") -> Red:
    named = subject if isinstance(subject, str) else "-".join(
        str(part) for part in (subject if isinstance(subject, tuple) else (subject,))
    )  # fmt: skip
    return Red(
        requirement=requirement,
        subject=named,
        severity=severity,
        needs=tuple(sorted(needs(subject, TOPOLOGY))),
        takes=takes(requirement, subject),
    )


def sorted_out(*reds: Red, doubts: tuple[Red, ...] = ()) -> list[tuple[list[str], list[str]]]:
    """(causes, consequences) of each incident, as requirements."""
    return [
        ([one.requirement for one in found.causes], [one.requirement for one in found.consequences])
        for found in incidents(reds, doubts)
    ]


def of_service(requirement: str, subject: object, service: str) -> Red:
    """A red that concerns one Service."""
    made, part = red(requirement, subject), f"service:{service}"
    return replace(made, needs=(*made.needs, part), takes=(*made.takes, part))


def test_a_service_that_waits_explains_what_hangs_on_it_and_nothing_else() -> None:
    lost = red("REACH-013", DELIVERY)
    stray = of_service("LB-011", CONTROL, "control/default/test")
    door = of_service("ING-005", CONTROL, "control/default/test")
    assert sorted_out(lost, door, stray) == [(["LB-011"], ["ING-005"]), (["REACH-013"], [])]
    owner = of_service("LB-011", CONTROL, f"control/{LOKI_ADDRESS.owner}")
    assert sorted_out(lost, owner) == [(["LB-011"], ["REACH-013"])]


def test_who_fills_a_pool_explains_who_waits_for_its_last_address() -> None:
    filled = of_service("LB-014", POOL, "control/default/greedy")
    waits = of_service("LB-011", CONTROL, "control/default/test")
    lost = red("REACH-013", DELIVERY)
    assert sorted_out(lost, waits, filled) == [(["LB-014"], ["LB-011"]), (["REACH-013"], [])]
    assert takes("LB-014", POOL) == (f"room:{POOL}",)


@pytest.mark.parametrize("requirement", ["LB-011", "LB-015", "LB-016", "LB-017", "LB-020"])
def test_what_is_about_single_services_takes_nothing_else(requirement: str) -> None:
    assert takes(requirement, CONTROL) == takes(requirement, POOL) == ()


def test_what_is_announced_by_nobody_explains_all_that_hangs_on_it() -> None:
    reds = [
        red("REACH-013", DELIVERY),
        red("REACH-001", LOGS),
        red("L2-004", VAULT),
        red("L2-004", LOKI_ADDRESS),
        red("LB-007", POOL),
    ]
    assert sorted_out(*reds) == [
        (["LB-007"], ["L2-004", "L2-004", "REACH-001", "REACH-013"]),
    ]


def test_a_dead_api_and_nodes_explain_what_runs_there() -> None:
    reds = [red("CLU-012", APP), red("LB-002", APP), red("L2-004", VAULT), red("DNS-003", APP)]
    assert sorted_out(*reds) == [(["CLU-012"], ["LB-002", "DNS-003"]), (["L2-004"], [])]


def test_a_node_without_a_pod_range_is_not_ready_for_that_reason() -> None:
    reds = [red("CLU-012", APP), red("CLU-020", APP), red("CLU-040", APP)]
    assert sorted_out(*reds) == [(["CLU-020"], ["CLU-012", "CLU-040"])]


def test_overlapping_pools_follow_from_the_pool_that_is_not_as_planned() -> None:
    reds = [
        red("LB-021", (CONTROL, APP)),
        red("LB-008", (CONTROL, APP)),
        red("L2-004", VAULT),
        red("LB-004", APP.pools[0]),
    ]
    assert sorted_out(*reds)[0] == (["LB-004"], ["LB-008", "LB-021", "L2-004"])


def test_a_speaker_that_was_ended_explains_what_its_addresses_lost_and_nothing_below() -> None:
    lost = [red("L2-004", VAULT), red("REACH-003", VAULT), red("MTLS-008", WORKLOAD)]
    assert sorted_out(red("LB-024", APP), red("LB-024", CONTROL), *lost) == [
        (["LB-024", "LB-024"], ["L2-004", "REACH-003", "MTLS-008"])
    ]
    others = [red("LB-012", VAULT), red("DNS-003", CONTROL), red("L2-004", APP.reservations[0])]
    assert not any(explains(red("LB-024", CONTROL), other) for other in others)


def test_what_is_about_one_thing_is_one_incident_and_the_lower_rung_comes_first() -> None:
    assert sorted_out(red("REACH-013", DELIVERY), red("REACH-012", DELIVERY)) == [
        (["REACH-013"], ["REACH-012"])
    ]
    assert sorted_out(red("REACH-003", LOKI_ADDRESS), red("REACH-001", LOGS)) == [
        (["REACH-001", "REACH-003"], [])
    ]


def test_who_holds_an_address_of_another_explains_that_nobody_planned_it() -> None:
    stranger = "service:control/default/test"
    taken = red("LB-012", VAULT)
    taken = replace(taken, takes=(*taken.takes, stranger))
    door = red("ING-005", CONTROL)
    assert sorted_out(taken, door) == [(["LB-012"], []), (["ING-005"], [])]
    assert sorted_out(taken, replace(door, needs=(*door.needs, stranger))) == [
        (["LB-012"], ["ING-005"])
    ]


def test_a_door_that_is_open_comes_before_who_is_let_in_and_takes_nothing_away() -> None:
    reds = [red("REACH-012", DELIVERY), red("REACH-013", DELIVERY), red("REACH-014", LOKI)]
    assert sorted_out(*reds) == [(["REACH-014", "REACH-013"], ["REACH-012"])]


def test_unrelated_reds_are_incidents_of_their_own_the_larger_first() -> None:
    name = PLAN.dns.names[0]
    reds = [red("VM-002", PLAN.vms[0]), red("DNS-010", name), red("DNS-020", name)]
    assert sorted_out(*reds) == [(["DNS-010"], ["DNS-020"]), (["VM-002"], [])]


def test_one_requirement_that_fails_everywhere_is_one_incident() -> None:
    reds = [red("L2-004", item) for item in CONTROL.reservations]
    ((causes, rest),) = sorted_out(*reds)
    assert (set(causes), rest) == ({"L2-004"}, [])


def test_what_could_not_be_told_belongs_to_what_hid_it() -> None:
    (found,) = incidents([red("DNS-003", APP)], [red("CLU-060", APP), red("DNS-040", APP)])
    assert [doubt.requirement for doubt in found.doubts] == ["DNS-040"]
    assert incidents([], [red("DNS-040", APP)]) == ()


def test_a_plan_that_is_wrong_comes_before_what_it_makes_wrong() -> None:
    assert explains(red("PLAN-050", VAULT), red("LB-012", VAULT))
    assert not explains(red("LB-012", VAULT), red("PLAN-050", VAULT))
    assert not explains(red("L2-004", VAULT), red("L2-004", VAULT))
    assert sorted_out(red("LB-012", VAULT, "odd"), red("LB-009", VAULT)) == [
        (["LB-009"], ["LB-012"])
    ]


# --- in words -------------------------------------------------------------------------------------


def in_words(*reds: Red, doubts: tuple[Red, ...] = ()) -> list[str]:
    return lines([told(one, TOPOLOGY) for one in incidents(reds, doubts)])


def test_a_cause_is_told_with_what_to_look_at_and_what_follows() -> None:
    context, metallb = CONTROL.context, "metallb-system"
    assert in_words(red("LB-007", POOL), red("L2-004", VAULT), red("L2-004", LOKI_ADDRESS)) == [
        "LB-007 control/reserved: it is not well.",
        f"    look: kubectl --context {context} -n {metallb} get ipaddresspools,l2advertisements "
        "-o yaml",
        '    mend: echo \'{"apiVersion":"metallb.io/v1beta1","kind":"L2Advertisement",'
        f'"metadata":{{"namespace":"{metallb}","name":"reserved"}},"spec":{{"ipAddressPools":'
        f'["reserved"]}}}}\' | kubectl --context {context} apply -f -',
        "    2 reds are consequences of this: L2-004 (2)",
    ]
    assert in_words(red("DNS-003", APP), doubts=(red("DNS-040", APP),))[-1] == (
        "    not told because of this: DNS-040"
    )
    assert in_words(red("DNS-010", PLAN.dns.names[0]), red("DNS-020", PLAN.dns.names[0]))[-1] == (
        "    1 red is a consequence of this: DNS-020"
    )


def test_several_incidents_are_numbered_and_many_causes_cut() -> None:
    found = in_words(*(red("L2-004", item) for item in CONTROL.reservations), red("VM-002", "db"))
    assert found[0].startswith("1 of 2: L2-004 ")
    assert [line for line in found if line.startswith("    also: ")][-1] == (
        "    also: 5 more of this incident"
    )
    assert found[-1] == "2 of 2: VM-002 db: it is not well."


def test_a_consequence_says_what_it_is_blocked_by() -> None:
    found = incidents([red("LB-007", POOL), red("L2-004", VAULT)])
    assert blocked(told(one, TOPOLOGY) for one in found) == {
        "L2-004 control/vault: it is not well.": "L2-004 control/vault: it is not well. Blocked by "
        "LB-007 control/reserved."
    }


# --- parts ----------------------------------------------------------------------------------------

WORKLOAD = Workload(
    name="app1", cluster="app", service="apps/app1", port=80, service_account="app1", strict=True,
    callers=(), at=at(4),
)  # fmt: skip
ROUTE = Route(
    host="shop.test", gateway="reservation:app/ingress", service="apps/app1", tls=443, plain=None,
    redirect=True, at=at(5),
)  # fmt: skip
LOGIN = Login(
    cluster="app", namespace="apps", service_account="a", mount="app", role="r", reads=None,
    at=at(6),
)  # fmt: skip
DEPLOY = Deploy(cluster="app", name="argocd/guestbook", at=at(7))


@pytest.mark.parametrize(
    ("subject", "mine", "among"),
    [
        (APP, "cluster:app", "dns:app"),
        (CONTROL.nodes[0], "node:control/control-cp-1", "nodes:control"),
        (POOL, "pool:control/reserved", "metallb:control"),
        (VAULT, "address:192.168.64.103", "pool:control/reserved"),
        (VAULT, "service:control/vault/vault", "policy:control/vault"),
        (LOKI_ADDRESS, "address:192.168.64.104", "product:loki"),
        (PLAN.vms[0], "vm:redis", "vm:redis"),
        (PLAN.segments[0], "segment:lan", "segment:lan"),
        (LOGS, "path:pods:app/logging>reservation:control/loki", "pods:app"),
        (flow("db", "vantage:pods-app", "vm:redis"), "path:vantage:pods-app>vm:redis", "vm:redis"),
        (flow("s", "segment:lan", "api:app"), "path:segment:lan>api:app", "cluster:app"),
        (DELIVERY, "delivery:loki<app/logging", "path:pods:app/logging>reservation:control/loki"),
        (Access(product=LOKI, login=LOGIN), "login:loki<app", "pods:app"),
        (Placement(product=LOKI, deploy=DEPLOY), "object:argocd/guestbook", "link:loki>app"),
        (Link(product=LOKI, cluster="app"), "link:loki>app", "cluster:app"),
        (DataSource(product=GRAFANA, name="logs", target="loki"), "source:grafana/logs",
         "address:192.168.64.104"),
        (DataSource(product=GRAFANA, name="x", target="gone"), "source:grafana/x", "product:gone"),
        (LOKI, "product:loki", "address:192.168.64.104"),
        (ROUTE, "route:shop.test", "address:192.168.64.120"),
        (WORKLOAD, "workload:app/app1", "mesh:control"),
        (WORKLOAD, "workload:app/app1", "address:192.168.64.123"),
        (WORKLOAD, "workload:app/app1", "path:pods:control>reservation:app/east-west"),
        (PLAN.dns.zones[0], "zone:control.test", "authority:192.168.64.108"),
        (Authority(address="192.0.2.5", zones=("app.test",), askers=(), at=at(8)),
         "authority:192.0.2.5", "zone:app.test"),
        (Policy(cluster="app", namespace="pay", allow_from=(), at=at(9)), "policy:app/pay",
         "policies:app"),
        (Vantage(name="v", kind="pod", cluster="app", segment=None, at=at(10)), "vantage:v",
         "dns:app"),
        (Vantage(name="h", kind="host", cluster=None, segment="lan", at=at(11)), "vantage:h",
         "vantage:h"),
        (Drill(kind="dns", cluster="app", at=at(12)), "drill:dns app", "dns:app"),
        (Drill(kind="recreate", cluster="control", name="vault", at=at(12)),
         "drill:recreate control/vault", "address:192.168.64.103"),
        (SilentAddress(cluster="app", pool="p", address=VAULT.address, at=at(13)),
         "address:192.168.64.103", "pool:app/p"),
        (HostAddress(name="n", kind="vm", cluster=None, segment="lan", address=VAULT.address,
                     at=at(14)), "address:192.168.64.103", "address:192.168.64.103"),
        ((CONTROL, APP), "cluster:app", "pool:app/reserved"),
    ],
)  # fmt: skip
def test_what_a_subject_is_and_needs(subject: Any, mine: str, among: str) -> None:
    topology = with_more(TOPOLOGY, vantages=(
        Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(15)),
    ))  # fmt: skip
    assert mine in own(subject)
    assert {mine, among} <= needs(subject, topology)


def test_a_product_needs_what_it_is_planned_to_call() -> None:
    mine = f"pods:control/{LOKI_ADDRESS.owner.partition('/')[0]}"
    db = flow("db", mine, "vm:redis")
    denied = replace(flow("no", mine, "pods:app/pay"), expected=False)
    assert "vm:redis" in needs(DELIVERY, with_more(TOPOLOGY, flows=(db, denied)))
    assert "policy:app/pay" not in needs(DELIVERY, with_more(TOPOLOGY, flows=(db, denied)))
    elsewhere = flow("db", "pods:control/other", "vm:redis")
    assert "vm:redis" not in needs(DELIVERY, with_more(TOPOLOGY, flows=(elsewhere,)))


def test_a_flow_to_an_api_needs_the_machine_in_front_of_it() -> None:
    front = replace(PLAN.vms[0], name="front", address=VAULT.address)
    fronted = replace(APP, api=f"https://{VAULT.address}:6443")
    plan = replace(PLAN, vms=(*PLAN.vms, front), clusters=(CONTROL, fronted))
    assert "vm:front" in needs(flow("s", "segment:lan", "api:app"), plan)
    assert "vm:front" not in needs(flow("s", "segment:lan", "api:app"), PLAN)
    assert "vm:front" in needs(fronted, plan)
    assert "cluster:app" in needs(front, plan)
    assert "cluster:control" not in needs(front, plan)


def test_a_flow_to_a_namespace_needs_its_policy_and_its_workloads() -> None:
    mesh = Mesh(
        trust_domain=None, root_sha256=None, mode=None, members=(), at=at(18),
        workloads=(WORKLOAD, replace(WORKLOAD, name="other", service="shop/other")),
    )  # fmt: skip
    found = needs(flow("s", "vantage:x", "pods:app/apps"), replace(PLAN, mesh=mesh))
    assert {"policy:app/apps", "workload:app/app1", "pods:app"} <= found
    assert "workload:app/other" not in found
    assert "policy:app/apps" in needs(flow("s", "vantage:x", "pods:app/apps"), PLAN)


def test_a_name_needs_its_zone_and_the_dns_of_those_who_resolve_it() -> None:
    vantage = Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(16))
    plan = with_more(PLAN, vantages=(vantage,))
    name = plan.dns.names[0]
    found = needs(name, plan)
    assert {f"name:{name}", "zone:control.test", f"address:{name.addresses[0]}"} <= found
    assert any(part.startswith("service:control/") for part in found)


def test_a_zone_may_name_its_server_by_address_or_not_at_all() -> None:
    zone = PLAN.dns.zones[0]
    for server, found in (("192.0.2.5", {"authority:192.0.2.5"}), (None, set())):
        own_zone = replace(zone, name="x.test", authority=server)
        plan = with_more(PLAN, zones=(own_zone,))
        assert needs(own_zone, plan) == {"zone:x.test", *found}


DRILL = Drill(kind="dns", cluster="app", at=at(17))


def test_an_incident_counts_its_reds() -> None:
    (found,) = incidents([red("LB-007", POOL), red("L2-004", VAULT)])
    assert isinstance(found, Incident)
    assert (found.reds, found.cause.requirement) == (2, "LB-007")
