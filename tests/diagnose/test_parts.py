"""All that a subject needs to be well, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.recorded import base
from tests.worlds import at, flow, with_more, world
from trueline.diagnose.commands import commands
from trueline.diagnose.parts import about, needs
from trueline.model.mesh import Mesh, MeshMember, Workload
from trueline.model.product import Deploy, Login, Product, Sender
from trueline.model.subject import (
    SUBJECTS,
    Access,
    Delivery,
    Link,
    Placement,
    SilentAddress,
)
from trueline.model.topology import Vantage

CALLER = Vantage(name="shop", kind="pod", cluster="control", segment=None, at=at(1))
OTHER = replace(CALLER, name="other", cluster="app")
HOST = Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(2))
SENDER = Sender(cluster="app", namespace="logging", labels={}, at=at(3))
STORE = Product(
    name="store", kind="redis", target="vm:redis", stand_in=False, anonymous=None, tenant=None,
    senders=(SENDER,), logins=(), synced=(), deploys=(), data_sources={}, at=at(4),
)  # fmt: skip
WEB = Workload(
    name="web", cluster="app", service="shop/web", port=80, service_account="web", strict=True,
    callers=("shop",), at=at(5),
)  # fmt: skip
MEMBERS = tuple(
    MeshMember(cluster=name, network=name, ingress="ingress", east_west="east-west", at=at(6))
    for name in ("control", "app")
)
BARE = replace(world(), flows=(), products=(), vantages=(CALLER, OTHER, HOST), mesh=None)
PLAN = with_more(BARE, products=(STORE,))
MESH = Mesh(
    trust_domain="mesh.test", root_sha256=None, mode="strict", members=MEMBERS, workloads=(WEB,),
    at=at(7),
)  # fmt: skip
IN_MESH = with_more(
    replace(PLAN, mesh=MESH),
    flows=(
        flow("mesh", "pods:control", "reservation:app/east-west"),
        flow("db", "pods:app", "vm:redis"),
    ),
)
LOGIN = Login(
    cluster="app", namespace="apps", service_account="a", mount="app", role="r", reads=None,
    at=at(8),
)  # fmt: skip
FREE = ip_address("192.168.64.139")


def of(cluster: str) -> set[str]:
    """The parts of a cluster that whatever is in it needs."""
    kinds = ("cluster", "nodes", "pods", "services", "dns", "policies", "clock")
    return {f"{kind}:{cluster}" for kind in kinds}


@pytest.mark.parametrize(
    ("subject", "needed"),
    [
        (STORE, {"product:store", "vm:redis"}),
        (
            Delivery(product=STORE, sender=SENDER),
            {"delivery:store<app/logging", "path:pods:app/logging>vm:redis", "product:store",
             "vm:redis", "policy:app/logging", *of("app")},
        ),
        (
            Access(product=STORE, login=LOGIN),
            {"login:store<app", "product:store", "vm:redis", *of("app")},
        ),
        (
            Link(product=STORE, cluster="app"),
            {"link:store>app", "product:store", "vm:redis", *of("app")},
        ),
        (
            Placement(product=STORE, deploy=Deploy(cluster="app", name="a/b", at=at(9))),
            {"object:a/b", "link:store>app", "product:store", "vm:redis", *of("app")},
        ),
        (flow("db", "vantage:shop", "vm:redis"),
         {"path:vantage:shop>vm:redis", "vantage:shop", "product:store", "vm:redis",
          *of("control")}),
        (flow("up", "segment:lan", "nodes:app"), {"path:segment:lan>nodes:app", *of("app")}),
        (flow("up", "segment:lan", "services:app"), {"path:segment:lan>services:app", *of("app")}),
        (PLAN.cluster("app").pools[0], {"pool:app/reserved", "metallb:app", *of("app")}),
        (
            SilentAddress(cluster="app", pool="spare", address=FREE, at=at(10)),
            {f"address:{FREE}", "pool:app/spare", "metallb:app", *of("app")},
        ),
        (
            WEB,
            {"workload:app/web", "dates:app", "vantage:shop", *of("app"), *of("control")},
        ),
        (
            replace(WEB, callers=()),
            {"workload:app/web", "dates:app", *of("app")},
        ),
        (
            Access(product=replace(STORE, target="vm:gone"), login=LOGIN),
            {"login:store<app", "product:store", "vm:gone", *of("app")},
        ),
        (
            Link(product=replace(STORE, target="reservation:app/gone"), cluster="app"),
            {"link:store>app", "product:store", *of("app")},
        ),
        (HOST, {"vantage:host"}),
        (
            PLAN.cluster("app"),
            {"metallb:app", "pool:app/reserved", "room:app/reserved", "pool:app/spare",
             "room:app/spare", *of("app")},
        ),
        (
            replace(PLAN.cluster("app").pools[0], name="app1"),  # as a reservation is called
            {"pool:app/app1", "metallb:app", *of("app")},
        ),
        (PLAN.cluster("app").nodes[0], {f"node:{PLAN.cluster('app').nodes[0]}", *of("app")}),
    ],
)  # fmt: skip
def test_a_subject_needs_these_parts_and_no_other(subject: object, needed: set[str]) -> None:
    assert needs(subject, PLAN) == needed


def test_a_workload_needs_its_callers_its_gateway_and_the_way_to_it() -> None:
    (gate,) = [item for item in PLAN.reservations if str(item) == "app/east-west"]
    assert needs(WEB, IN_MESH) == {
        "workload:app/web",
        "mesh:control",
        "mesh:app",
        "dates:app",
        "vantage:shop",
        "path:pods:control>reservation:app/east-west",
        *of("app"),
        *of("control"),
        *needs(gate, IN_MESH),
    }
    assert needs(gate, PLAN) == {
        "address:192.168.64.123",
        f"service:app/{gate.owner}",
        f"policy:app/{gate.owner.partition('/')[0]}",
        "pool:app/reserved",
        "announcers:app",
        "metallb:app",
        *of("app"),
    }


def test_a_name_needs_its_zone_its_addresses_and_the_dns_of_who_asks() -> None:
    (vault,) = [item for item in PLAN.reservations if str(item) == "control/vault"]
    name = replace(
        next(item for item in PLAN.dns.names if vault.address in item.addresses),
        vantages=("shop", "other", "host"),
    )
    zone = next(item for item in PLAN.dns.zones if item.name == "control.test")
    assert needs(name, PLAN) == {
        f"name:{name}",
        f"service:control/{vault.owner}",
        f"address:{vault.address}",
        "dns:control",
        "dns:app",
        *needs(zone, PLAN),
    }
    (dns,) = [item for item in PLAN.reservations if f"reservation:{item}" == zone.authority]
    assert needs(zone, PLAN) == {
        "zone:control.test",
        "authority:192.168.64.108",
        *needs(dns, PLAN),
    }


def test_who_comes_from_another_cluster_calls_a_product_by_its_names() -> None:
    (vault,) = [item for item in PLAN.reservations if str(item) == "control/vault"]
    deploy = Deploy(cluster="app", name="secrets/canary", at=at(9))
    product = replace(
        STORE, name="vault", kind="vault", target=f"reservation:{vault}", synced=(deploy,)
    )
    placement = Placement(product=product, deploy=deploy)
    names = [item for item in PLAN.dns.names if vault.address in item.addresses]
    outside = replace(names[0], name="vault.elsewhere")
    plan = with_more(PLAN, names=(outside,))
    other = replace(product, synced=(), deploys=(deploy,))
    without = needs(Placement(product=other, deploy=deploy), plan)
    assert needs(placement, plan) - without == {
        "zone:control.test", "name:vault.elsewhere", *(f"name:{item}" for item in names),
    }  # fmt: skip
    assert not {part for part in without if part.startswith(("name:", "zone:"))}
    away = replace(product, target="vm:redis")
    found = needs(Placement(product=away, deploy=deploy), plan)
    assert not {part for part in found if part.startswith(("name:", "zone:"))}


@pytest.mark.parametrize(
    "part",
    [
        "cluster:app",
        "service:app/shop/web",
        "policy:app/shop",
        "pool:app/spare",
        "node:app/n",
        "workload:app/web",
    ],
)
def test_the_cluster_of_a_command_is_read_from_any_part(part: str) -> None:
    assert commands("CLU-060", (part,), PLAN) == ("kubectl --context app get pods -A -o wide",)
    assert commands("CLU-060", ("address:192.168.64.1",), PLAN) == ()


@pytest.mark.parametrize(
    ("subject", "parts"),
    [
        (WEB, ("workload:app/web",)),
        (
            Delivery(product=STORE, sender=SENDER),
            ("delivery:store<app/logging", "product:store", "path:pods:app/logging>vm:redis"),
        ),
        (Link(product=STORE, cluster="app"), ("link:store>app", "product:store")),
        (
            SilentAddress(cluster="app", pool="spare", address=FREE, at=at(10)),
            (f"address:{FREE}", "pool:app/spare"),
        ),
        (PLAN, ("plan:reference",)),
    ],
)
def test_a_claim_is_shown_at_these_parts(subject: object, parts: tuple[str, ...]) -> None:
    assert about(subject) == parts


def test_every_claim_is_shown_somewhere() -> None:
    plan = base.topology()
    nowhere = {
        kind
        for kind, subjects in SUBJECTS.items()
        for subject in subjects(plan)
        if not about(subject)
    }
    assert nowhere == set()
